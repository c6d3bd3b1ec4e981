import { afterAll, beforeAll, expect, test } from 'vitest'
import { isSscc } from '#core/std/gs1.ts'
import { TestHub } from '#test/support/hub.ts'
import { HttpBuyer, segmentsOf } from '#test/support/http-buyer.ts'
import { describeWithTryton, startTryton, trytonStartTimeoutMs } from '#test/support/tryton.ts'
import { agree, TrytonTrade } from '#test/support/tryton-trade.ts'
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
    expect(sales).toMatchObject([{ shipments: [expect.any(Number)], invoices: [expect.any(Number)] }])
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
})
