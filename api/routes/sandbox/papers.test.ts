import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'

let api: TestApi
beforeAll(async () => { api = await startTestApi() })
afterAll(async () => api.stop())

interface Paper {
  readonly position: number
  readonly number: string
  readonly body: Readonly<Record<string, unknown>>
}

const lines = [
  { number: '1', product: 'WIDGET-01', quantity: '10', unit: 'EA', unitPrice: '12.5' },
  {
    number: '2', product: 'WIDGET-02', quantity: '250', unit: 'EA', unitPrice: '99.95',
    pricePer: { value: '100', unit: 'EA' },
  },
  { number: '3', product: 'WIDGET-07', quantity: '3', unit: 'CA' },
]

async function makeSale(reference: string): Promise<string> {
  const payload = { reference, hubReference: `ours-${reference}`, currency: 'USD', lines }
  const sale = await api.ask({ method: 'POST', url: '/v1/sandbox/erp/sales', payload })
  return sale.json<{ id: string }>().id
}

async function act(id: string, action: string, payload: object = {}) {
  return api.ask({ method: 'POST', url: `/v1/sandbox/erp/sales/${id}/${action}`, payload })
}

test('a sale is confirmed as ordered, but for what the clerk says of it', async () => {
  const id = await makeSale('P-1')
  const paper = (await act(id, 'confirm', { lines: [{ number: '2', quantity: '200' }] }))
    .json<Paper>()
  expect(paper.body).toMatchObject({
    reference: 'P-1', hubReference: 'ours-P-1', outcome: 'confirmed',
    lines: [
      { number: '1', ordered: '10', confirmed: '10', unitPrice: '12.5' },
      { number: '2', ordered: '250', confirmed: '200', pricePer: { value: '100' } },
      { number: '3', ordered: '3', confirmed: '3', unitPrice: '7' },
    ],
  })
  const rejected = (await act(id, 'confirm', { outcome: 'rejected' })).json<Paper>()
  expect(rejected.body['lines']).toMatchObject([
    { confirmed: '0' }, { confirmed: '0' }, { confirmed: '0' },
  ])
})

test('an invoice foots: extensions per price basis, charges, allowances, tax', async () => {
  const id = await makeSale('P-2')
  const paper = (await act(id, 'invoice', {
    charges: [{ description: 'Freight', amount: '15' }],
    allowances: [{ description: 'Bonus', amount: '5.5' }],
    taxPercent: '8.25',
  })).json<Paper>()
  // 250 at 99.95 a hundred is 249.875: halves go away from zero.
  expect(paper.body).toMatchObject({
    lines: [{ amount: '125' }, { amount: '249.88' }, { amount: '21' }],
    goods: '395.88', tax: { percent: '8.25', base: '405.38', amount: '33.44' }, total: '438.82',
  })
})

test('goods leave in one carton, or in those the clerk packed', async () => {
  const id = await makeSale('P-3')
  const whole = (await act(id, 'ship')).json<Paper>()
  expect(whole.body).toMatchObject({ packs: [{ id: '1', lines: [{}, {}, {}] }] })
  const part = (await act(id, 'ship', {
    lines: [{ number: '1', quantity: '4' }],
    packs: [{ id: 'A', pallet: 'P', lines: [{ number: '1', quantity: '4' }] }],
  })).json<Paper>()
  expect(part.body).toMatchObject({
    lines: [{ number: '1', ordered: '10', quantity: '4' }], packs: [{ id: 'A', pallet: 'P' }],
  })
})

test('a line the sale lacks, and a sale there is not, are refused', async () => {
  const id = await makeSale('P-4')
  const stranger = await act(id, 'ship', { lines: [{ number: '9', quantity: '1' }] })
  expect(stranger.json()).toMatchObject({ status: 422, code: 'SANDBOX_LINE_UNKNOWN' })
  expect((await act('00000000-0000-7000-8000-000000000000', 'ship')).statusCode).toBe(404)
})

test('papers are read by position, each once', async () => {
  const read = async (after: number): Promise<{ items: Paper[]; next: number | null }> =>
    (await api.ask({ url: `/v1/sandbox/erp/papers?after=${after}&limit=3` })).json()
  const numbers: string[] = []
  let after: number | null = 0
  while (after !== null) {
    const page: Awaited<ReturnType<typeof read>> = await read(after)
    numbers.push(...page.items.map(({ number }) => number))
    after = page.next
  }
  expect(new Set(numbers).size).toBe(numbers.length)
  expect(numbers.length).toBe(5)
})
