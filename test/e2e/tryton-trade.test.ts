import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isSscc } from '#core/std/gs1.ts'
import { HttpBuyer } from '#test/support/http-buyer.ts'
import type { Arrived } from '#test/support/http-buyer.ts'
import { TestHub } from '#test/support/hub.ts'
import { trytonConfiguration, trytonOrder } from '#test/support/tryton-trade.ts'
import { describeWithTryton, startTryton, trytonStartTimeoutMs } from '#test/support/tryton.ts'
import type { TestTryton } from '#test/support/tryton.ts'

interface Document {
  readonly id: string
  readonly kind: string
  readonly direction: string
  readonly outcome: string | null
  readonly tradeId: string
}

interface ParkedShown {
  readonly id: string
  readonly kind: string
  readonly code: string
  readonly says: string
}

/** A whole trade with a real ERP, a real hub in a process of its own, and a buyer over HTTP. */
describeWithTryton('a trade with Tryton', () => {
  let tryton: TestTryton
  let buyer: HttpBuyer
  let hub: TestHub

  beforeAll(async () => {
    tryton = await startTryton()
    buyer = await HttpBuyer.start()
    hub = await TestHub.start()
    await hub.put('/v1/configuration', trytonConfiguration(tryton, buyer.url))
    for (const product of ['WID-01', 'WID-02']) await tryton.clerk.makeStock(product, 1_000)
  }, trytonStartTimeoutMs)
  afterAll(async () => {
    await hub.remove()
    await buyer.stop()
    await tryton.stop()
  })

  const lines = [
    { item: 'B-1', quantity: 8, price: '1.25' }, { item: 'B-2', quantity: 3, price: '2.25' },
  ]
  const packing = {
    type: 'Pallet' as const,
    inside: [
      { type: 'Carton' as const, products: ['WID-01'] },
      { type: 'Carton' as const, products: ['WID-02'] },
    ],
  }

  /** The story; `between` happens before each step, and all the buyer says is said `copies` times. */
  async function tell(
    number: string,
    control: number,
    copies: number,
    between: () => Promise<void>,
  ): Promise<Arrived[]> {
    const say = async (edi: string): Promise<void> => {
      for (let copy = 0; copy < copies; copy++) await hub.post(edi)
    }
    const answered = async (type: string): Promise<Arrived> => {
      const arrived = await buyer.collect(type)
      await between()
      await say(buyer.answer(arrived))
      await between()
      return arrived
    }
    await say(trytonOrder(control, number, lines))
    await between()
    await buyer.collect('997')
    const sale = await confirmedSale(number)
    const response = await answered('855')
    await tryton.clerk.ship(sale, [packing])
    await between()
    const notice = await answered('856')
    await tryton.clerk.invoice(sale, new Date().toISOString().slice(0, 10))
    await between()
    return [response, notice, await answered('810')]
  }

  async function confirmedSale(number: string): Promise<number> {
    for (const untilMs = Date.now() + 90_000; Date.now() < untilMs;) {
      const [sale] = await tryton.clerk.sales(number)
      if (sale !== undefined && sale['state'] === 'processing') return sale.id
      await sleep(200)
    }
    const parked = JSON.stringify(await hub.all('/v1/parked'))
    throw new Error(`no confirmed sale for ${number}: ${parked}`)
  }

  async function documentsOf(number: string): Promise<readonly Document[]> {
    const [order] = await hub.all<Document>(`/v1/documents?kind=order&number=${number}`)
    const trade = await hub.ask<{ documents: Document[] }>(`/v1/trades/${order?.tradeId ?? ''}`)
    return trade.documents
  }

  async function expectWhole(number: string, [, notice, bill]: readonly Arrived[]): Promise<void> {
    const expected = [
      ['order', null], ['order-response', 'accepted'], ['ship-notice', 'accepted'],
      ['invoice', 'accepted'],
    ]
    let documents = await documentsOf(number)
    const isOpen = ({ direction, outcome }: Document): boolean =>
      direction === 'out' && outcome !== 'accepted'
    for (let waits = 0; waits < 600 && documents.some(isOpen); waits++) {
      await sleep(100)
      documents = await documentsOf(number)
    }
    expect(documents.map(({ kind, outcome }) => [kind, outcome])).toEqual(expected)
    const sales = await tryton.clerk.sales(number)
    expect(sales).toHaveLength(1)
    expect(sales[0]?.['shipments']).toHaveLength(1)
    expect(sales[0]?.['invoices']).toHaveLength(1)

    const marks = (notice?.text ?? '').matchAll(/~MAN\*GM\*00(\d{18})/g)
    const codes = [...marks].map(([, code]) => code)
    expect(codes).toHaveLength(3)
    expect(new Set(codes).size).toBe(3)
    expect(codes.every((code) => isSscc(code ?? ''))).toBe(true)
    const document = await hub.ask<{ body: { packs: { sscc: string }[] } }>(
      `/v1/documents/${documents[2]?.id ?? ''}`)
    expect(document.body.packs.map(({ sscc }) => sscc).toSorted()).toEqual(codes.toSorted())
    // 8 × 1.25 + 3 × 2.25, and what Tryton itself makes of it.
    expect(/~TDS\*(\d+)/.exec(bill?.text ?? '')?.[1]).toBe('1675')
    expect(bill?.text).toContain(`~BIG*`)
    expect(bill?.text).toMatch(/~IT1\*10\*8\*EA\*1\.25\*\*BP\*B-1/)
  }

  /** No two interchanges share a number, and one that came twice came with the same bytes. */
  function expectOwnNumbers(): void {
    const byControl = Map.groupBy(buyer.arrived, ({ control }) => control)
    for (const again of byControl.values()) {
      expect(new Set(again.map(({ text }) => text)).size).toBe(1)
    }
  }

  test('order, sale, 997, 855, 856 with SSCCs, 810, and each is acknowledged', async () => {
    const arrived = await tell('TRY-1', 1, 1, async () => undefined)
    await expectWhole('TRY-1', arrived)
    expect(await hub.all('/v1/parked')).toEqual([])
    expectOwnNumbers()
  })

  test('the same, killed between any two steps, and every message sent twice', async () => {
    const arrived = await tell('TRY-2', 2, 2, async () => {
      await hub.kill()
      await hub.up()
    })
    await expectWhole('TRY-2', arrived)
    expect(await hub.all('/v1/parked')).toEqual([])
    expectOwnNumbers()
  })

  test('killed while the sale is made, there is one sale', async () => {
    const number = 'TRY-3'
    await hub.post(trytonOrder(3, number, lines))
    while ((await tryton.clerk.sales(number)).length === 0) await sleep(20)
    await hub.kill()
    await hub.up()
    await confirmedSale(number)
    const response = await buyer.collect('855')
    expect(response.text).toContain(`*${number}*`)
    expect(await tryton.clerk.sales(number)).toHaveLength(1)
  })

  test('a price unlike the order\'s: the agreement says whose wins, the 855 too', async () => {
    const dear = [{ item: 'B-1', quantity: 4, price: '1.10' }]
    await hub.post(trytonOrder(4, 'TRY-4', dear))
    const asOrdered = await buyer.collect('855')
    expect(asOrdered.text).toContain('~PO1*10*4*EA*1.1**BP*B-1~ACK*IA*4*EA*')
    await hub.put('/v1/configuration', trytonConfiguration(tryton, buyer.url, 'erp'))
    await hub.post(trytonOrder(5, 'TRY-5', dear))
    const asPriced = await buyer.collect('855')
    expect(asPriced.text).toContain('~ACK*IP*4*EA')
    expect(asPriced.text).toContain('1.25')
    const [sale] = await tryton.clerk.sales('TRY-5')
    expect(sale?.['total_amount']).toMatchObject({ decimal: '5.00' })
    await hub.put('/v1/configuration', trytonConfiguration(tryton, buyer.url))
  })

  test('a product Tryton does not know parks with its name; put right, it goes on', async () => {
    await hub.post(trytonOrder(6, 'TRY-6', [{ item: 'B-9', quantity: 1, price: '1' }]))
    const parked = await untilParked()
    expect(parked).toMatchObject({ kind: 'delivery', code: 'DELIVERY_REFUSED' })
    expect(parked.says).toContain('NO-SUCH')
    expect(await tryton.clerk.sales('TRY-6')).toEqual([])
    await hub.ask(`/v1/parked/${parked.id}/discard`, { method: 'POST' })
  })

  test('what the clerk cancels is answered with a rejection', async () => {
    await hub.put('/v1/configuration', withConfirm('clerk'))
    await hub.post(trytonOrder(7, 'TRY-7', lines))
    for (let waits = 0; waits < 300 && (await tryton.clerk.sales('TRY-7')).length === 0; waits++) {
      await sleep(100)
    }
    const [sale] = await tryton.clerk.sales('TRY-7')
    await tryton.clerk.cancel(sale!.id)
    const response = await buyer.collect('855')
    expect(response.text).toMatch(/~BAK\*00\*R[A-Z]\*TRY-7\*/)
    expect(response.text).toContain('~ACK*IR*8*EA')
    await hub.put('/v1/configuration', withConfirm('auto'))
  })

  test('while Tryton is down nothing is lost, and it goes on by itself', async () => {
    await tryton.kill()
    await hub.post(trytonOrder(8, 'TRY-8', lines))
    await buyer.collect('997')
    await sleep(3_000)
    await tryton.restart()
    await confirmedSale('TRY-8')
    expect((await buyer.collect('855')).text).toContain('TRY-8')
  })

  function withConfirm(confirm: string): object {
    const configuration = trytonConfiguration(tryton, buyer.url) as {
      endpoints: { name: string; settings: object }[]
    }
    const endpoints = configuration.endpoints.map((endpoint) =>
      endpoint.name === 'tryton-erp'
        ? { ...endpoint, settings: { ...endpoint.settings, confirm } }
        : endpoint)
    return { ...configuration, endpoints }
  }

  async function untilParked(): Promise<ParkedShown> {
    for (let waits = 0; waits < 300; waits++) {
      const [parked] = await hub.all<ParkedShown>('/v1/parked')
      if (parked !== undefined) return parked
      await sleep(100)
    }
    throw new Error('nothing was parked')
  }
})
