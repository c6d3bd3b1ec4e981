import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isSscc } from '#core/std/gs1.ts'
import { TestHub } from '#test/support/hub.ts'
import { HttpBuyer, segmentsOf } from '#test/support/http-buyer.ts'
import { Relay } from '#test/support/relay.ts'
import { describeWithTryton, startTryton, trytonStartTimeoutMs } from '#test/support/tryton.ts'
import { agree, lines, TrytonTrade } from '#test/support/tryton-trade.ts'
import type { Trade, TradeWorld } from '#test/support/tryton-trade.ts'

describeWithTryton('a trade with a real Tryton and a buyer at an address of its own', () => {
  let world: TradeWorld
  beforeAll(async () => {
    const [hub, tryton, buyer] = await Promise.all([
      TestHub.start(), startTryton(), HttpBuyer.open(),
    ])
    world = { hub, tryton, buyer }
  }, trytonStartTimeoutMs)
  afterAll(async () => {
    await world.hub.remove()
    await Promise.all([world.tryton.stop(), world.buyer.close()])
  })

  /** One sale, shipment and invoice in Tryton, one of each document, one interchange of each. */
  async function expectOneOfEach(number: string, tradeId: string): Promise<void> {
    const { hub, tryton: { clerk }, buyer } = world
    const { documents } = await hub.ask<Trade>(`/v1/trades/${tradeId}`)
    expect(documents.map(({ kind, direction, outcome }) => [kind, direction, outcome])).toEqual([
      ['order', 'in', null],
      ['order-response', 'out', 'accepted'],
      ['ship-notice', 'out', 'accepted'],
      ['invoice', 'out', 'accepted'],
    ])
    const sales = await clerk.sales(number)
    const one = [expect.any(Number)]
    expect(sales).toMatchObject([{ shipments: one, invoices: one }])
    for (const type of ['855', '856', '810']) expect(buyer.find(type, number)).toHaveLength(1)
    await expectCodes(documents[2]!.id, buyer.find('856', number)[0]!)
    await expectTotals(sales[0]!.invoices, documents[3]!.id, buyer.find('810', number)[0]!)
    expectOneSetOfNumbers()
    expect(await hub.all('/v1/parked')).toEqual([])
  }

  /** Each package's code is an SSCC behind AI 00, and the document's own. */
  async function expectCodes(documentId: string, notice: string): Promise<void> {
    const { body } = await world.hub.ask<{ body: { packs: readonly { sscc: string }[] } }>(
      `/v1/documents/${documentId}`)
    const marks = segmentsOf(notice, 'MAN').map(([, qualifier, code]) => ({ qualifier, code }))
    const codes = body.packs.map(({ sscc }) => sscc)
    expect(codes).toHaveLength(3)
    expect(codes.filter(isSscc)).toEqual([...new Set(codes)])
    expect(marks.toSorted((one, other) => one.code!.localeCompare(other.code!))).toEqual(
      codes.toSorted().map((code) => ({ qualifier: 'GM', code: `00${code}` })))
  }

  /** The lines and the tax make the total, and it is the one of Tryton's invoice. */
  async function expectTotals(ids: unknown, documentId: string, invoice: string): Promise<void> {
    const fields = ['total_amount', 'untaxed_amount', 'tax_amount', 'number']
    const [posted] = await world.tryton.clerk.find('account.invoice', [['id', 'in', ids]], fields)
    const minor = (name: string) =>
      (posted![name] as { decimal: string }).decimal.replace('.', '')
    const { body } = await world.hub.ask<{ body: { totals: object } }>(
      `/v1/documents/${documentId}`)
    expect(body.totals).toMatchObject({
      linesMinor: minor('untaxed_amount'), taxMinor: minor('tax_amount'),
      totalMinor: minor('total_amount'),
    })
    expect(segmentsOf(invoice, 'TDS')[0]?.[1]).toBe(minor('total_amount'))
    expect(minor('total_amount')).toBe('9507')
  }

  /** Of all the buyer ever got, no two that differ bear the same ISA13. */
  function expectOneSetOfNumbers(): void {
    const numbers = world.buyer.interchanges.map((content) => content.slice(90, 99))
    expect(numbers).toEqual([...new Set(numbers)])
  }

  test('from order to invoice: one of each, each acknowledged', async () => {
    await agree(world)
    const tradeId = await new TrytonTrade(world, 'TT-1').tell()
    await expectOneOfEach('TT-1', tradeId)
    // Nothing went out twice either: every post was answered.
    expect(world.buyer.received).toEqual(world.buyer.interchanges)
  })

  test('killed between any two steps, each message sent twice: no difference', async () => {
    let kills = 0
    const pause = async () => {
      kills += 1
      await world.hub.kill()
      await world.hub.up()
    }
    const tradeId = await new TrytonTrade(world, 'TT-2', { copies: 2, pause }).tell()
    expect(kills).toBe(12)
    await expectOneOfEach('TT-2', tradeId)
  })
  test('killed while each write of createSale is under way, there is one sale', async () => {
    const relay = await Relay.open(world.tryton.settings.url)
    await agree(world, { confirm: 'auto', url: relay.url })
    // A sale that is confirmed Tryton processes by itself.
    const writes = ['create', 'write', 'quote', 'confirm']
    const struck: string[] = []
    let hubIsBack = Promise.resolve(0)
    relay.meanwhile = async (body) => {
      const [, write = ''] = /"method":\s*"model\.sale\.sale\.(\w+)"/.exec(body) ?? []
      if (!writes.includes(write) || struck.includes(write)) return
      struck.push(write)
      await world.hub.kill()
      hubIsBack = world.hub.up()
    }
    const trade = new TrytonTrade(world, 'TT-3', { copies: 2 })
    const group = await trade.place(lines)
    while (struck.length < writes.length) await sleep(50)
    await hubIsBack
    expect(struck).toEqual(writes)
    expect(segmentsOf(await trade.receipt(group), 'AK9')).toEqual([['AK9', 'A', '1', '1', '1']])
    const sale = await trade.sale()
    expect(segmentsOf(await trade.answered('855'), 'BAK')[0]?.slice(1, 4)).toEqual(
      ['00', 'AD', 'TT-3'])
    await agree(world)
    await relay.close()
    await expectOneOfEach('TT-3', await trade.finish(sale))
  })

  describe('a price unlike the order\'s', () => {
    const ordered = [{ item: 'A-TAX', quantity: '3', price: '19.50' }]

    test('the order\'s wins where the agreement says so', async () => {
      await agree(world, { confirm: 'auto', priceFrom: 'order' })
      const trade = new TrytonTrade(world, 'TT-4')
      const sale = await trade.order(ordered)
      expect(await unitPrice(sale)).toBe('19.5')
      const response = await trade.answered('855')
      expect(segmentsOf(response, 'BAK')[0]?.[2]).toBe('AD')
      expect(segmentsOf(response, 'PO1')[0]?.slice(1, 5)).toEqual(['010', '3', 'EA', '19.5'])
      expect(segmentsOf(response, 'CTP')).toEqual([])
      expect(segmentsOf(response, 'ACK')[0]?.[1]).toBe('IA')
      await trade.settled(2)
    })

    test('the ERP\'s wins where the agreement says so, and the 855 tells it', async () => {
      await agree(world, { confirm: 'auto', priceFrom: 'erp' })
      const trade = new TrytonTrade(world, 'TT-5')
      const sale = await trade.order(ordered)
      expect(await unitPrice(sale)).toBe('19.99')
      const response = await trade.answered('855')
      expect(segmentsOf(response, 'BAK')[0]?.[2]).toBe('AC')
      expect(segmentsOf(response, 'PO1')[0]?.slice(1, 5)).toEqual(['010', '3', 'EA', '19.5'])
      expect(segmentsOf(response, 'CTP')).toEqual([['CTP', '', 'CHG', '19.99', '3', 'EA']])
      expect(segmentsOf(response, 'ACK')[0]?.slice(1, 4)).toEqual(['IP', '3', 'EA'])
      await trade.settled(2)
    })

    async function unitPrice(sale: number): Promise<string> {
      const [line] = await world.tryton.clerk.find(
        'sale.line', [['sale', '=', sale]], ['unit_price'])
      return String(Number((line!['unit_price'] as { decimal: string }).decimal))
    }
  })

  test('a product that Tryton refuses is named, and put right the trade goes on', async () => {
    await agree(world)
    const { hub, tryton: { clerk } } = world
    const trade = new TrytonTrade(world, 'TT-6', { copies: 2 })
    await trade.receipt(await trade.place([{ ...lines[0]!, item: 'A-NEW' }, ...lines.slice(1)]))
    const parked = await hub.client().until('the parked delivery', async () =>
      (await hub.all<{ id: string; kind: string; says: string }>('/v1/parked'))[0])
    expect(parked.kind).toBe('delivery')
    expect(parked.says).toContain('WID-99')
    expect(await clerk.sales('TT-6')).toEqual([])

    const [template] = await clerk.find('product.template', [['code', '=', 'WID-03']], ['code'])
    await clerk.call('product.template.write', [template!.id], { code: 'WID-99' })
    await hub.ask(`/v1/parked/${parked.id}/resume`, { method: 'POST' })
    const sale = await trade.sale()
    await clerk.confirm(sale)
    await trade.answered('855')
    await expectOneOfEach('TT-6', await trade.finish(sale))
  })

  test('a sale that the clerk cancels is an order rejected', async () => {
    await agree(world)
    const trade = new TrytonTrade(world, 'TT-7', { copies: 2 })
    await world.tryton.clerk.cancel(await trade.order(lines))
    const response = await trade.answered('855')
    expect(segmentsOf(response, 'BAK')[0]?.slice(1, 4)).toEqual(['00', 'RD', 'TT-7'])
    expect(segmentsOf(response, 'ACK').map((ack) => ack.slice(1, 4))).toEqual(
      lines.map(({ quantity }) => ['IR', quantity, 'EA']))
    await trade.settled(2)
    expect(await world.tryton.clerk.sales('TT-7')).toMatchObject([{ state: 'cancelled' }])
  })

  test('Tryton down for a while: nothing is lost, and all goes on by itself', async () => {
    await agree(world)
    const { hub, tryton } = world
    const trade = new TrytonTrade(world, 'TT-8', { copies: 2 })
    await tryton.kill()
    // The buyer's acknowledgement waits for no ERP.
    await trade.receipt(await trade.place(lines))
    await sleep(3_000)
    await hub.kill()
    await hub.up()
    await tryton.restart()
    const sale = await trade.sale()
    await tryton.clerk.confirm(sale)
    await tryton.kill()
    await sleep(3_000)
    await tryton.restart()
    await trade.answered('855')
    await expectOneOfEach('TT-8', await trade.finish(sale))
  })
})
