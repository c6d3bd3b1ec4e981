import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { newId } from '#prisma/store/ids.ts'
import { createSale } from '#prisma/store/sandbox.ts'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'
import { writeMessage } from '#test/support/whole-way.ts'

let api: TestApi

beforeAll(async () => {
  api = await startTestApi()
  await api.app.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => api.stop())
afterEach(async () => behave({}))

const sale = (reference: string, product = 'WIDGET-07') => ({
  reference, currency: 'USD', lines: [{ number: '1', product, quantity: '12', unit: 'EA' }],
})

async function behave(behaviour: object) {
  return api.ask({ method: 'PUT', url: '/v1/sandbox/erp/behaviour', payload: behaviour })
}

async function create(payload: object) {
  return api.ask({ method: 'POST', url: '/v1/sandbox/erp/sales', payload })
}

async function lookUp(reference: string): Promise<{ id: string }[]> {
  const url = `/v1/sandbox/erp/sales?reference=${encodeURIComponent(reference)}`
  return (await api.ask({ url })).json<{ items: { id: string }[] }>().items
}

describe('the ERP', () => {
  test('keeps a sale as it came and finds it by reference, exactly', async () => {
    const made = await create(sale('PO-1'))
    expect(made.statusCode).toBe(201)
    expect(made.json()).toMatchObject({ ...sale('PO-1'), id: expect.any(String) as string })
    expect(await lookUp('PO-1')).toEqual([made.json()])
    expect(await lookUp('PO-')).toEqual([])
    expect(await lookUp('po-1')).toEqual([])
    const all = await api.ask({ url: '/v1/sandbox/erp/sales?limit=1' })
    expect(all.json()).toEqual({ items: [made.json()], next: null })
  })

  test('does not protect itself: a second create makes a second sale', async () => {
    const headers = { 'idempotency-key': 'same' }
    const request = { method: 'POST', url: '/v1/sandbox/erp/sales', payload: sale('PO-2') } as const
    await api.ask({ ...request, headers })
    await api.ask({ ...request, headers })
    expect(await lookUp('PO-2')).toHaveLength(2)
  })

  test.each(['WIDGET-00', 'WIDGET-100', 'widget-01', 'GADGET-01', ''])(
    'refuses product "%s"', async (product) => {
      const answer = await create(sale('PO-3', product))
      expect(answer.statusCode).toBe(422)
      expect(answer.json()).toMatchObject({ code: 'SANDBOX_PRODUCT_UNKNOWN' })
      expect(await lookUp('PO-3')).toEqual([])
    })

  test('refuses a reference with a NUL', async () => {
    const answer = await create(sale('PO\0-4'))
    expect(answer.statusCode).toBe(422)
    expect(answer.json()).toMatchObject({ code: 'SANDBOX_SALE_INVALID' })
  })

  test.each([
    ['no reference', { lines: sale('x').lines }],
    ['an empty reference', sale('')],
    ['no lines', { reference: 'PO-4', lines: [] }],
    ['no quantity', { reference: 'PO-4', lines: [{ product: 'WIDGET-01', quantity: 'x' }] }],
    ['a list', []],
  ])('refuses %s', async (_name, body) => {
    const answer = await create(body)
    expect(answer.statusCode).toBe(422)
    expect(answer.json()).toMatchObject({ code: 'SANDBOX_SALE_INVALID' })
  })

  test.each([
    ['no JSON', 'application/json', '{', 400, 'REQUEST_INVALID'],
    ['another type', 'text/csv', 'a,b', 415, 'MEDIA_TYPE_UNKNOWN'],
  ])('refuses %s', async (_name, type, payload, status, code) => {
    const headers = { 'content-type': type }
    const url = '/v1/sandbox/erp/sales'
    const answer = await api.ask({ method: 'POST', url, payload, headers })
    expect(answer.statusCode).toBe(status)
    expect(answer.json()).toMatchObject({ code })
  })

  test('takes a sale of very many lines, and refuses one beyond its bound', async () => {
    const [line] = sale('PO-8').lines
    const large = { ...sale('PO-8'), lines: Array.from({ length: 30_000 }, () => line) }
    const url = '/v1/sandbox/erp/sales'
    const query = { lines: 'false' }
    const made = await api.ask({ method: 'POST', url, query, payload: large })
    expect(made.statusCode).toBe(201)
    expect(made.json()).not.toHaveProperty('lines')
    const brief = await api.ask({ url, query: { ...query, reference: 'PO-8' } })
    expect(brief.json<{ items: unknown[] }>().items).toEqual([made.json()])
    const headers = { 'content-length': String(limits.api.sandboxSaleBytesMax + 1) }
    const answer = await api.ask({ method: 'POST', url, payload: sale('PO-9'), headers })
    expect(answer.json()).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' })
  })

  test('creates nothing where it is late or its insert takes too long', async () => {
    const bounds = { isLate: () => false, statementTimeoutMs: 100 }
    const late = createSale(api.store, 'PO-10', {}, { ...bounds, isLate: () => true })
    await expect(late).rejects.toMatchObject({ code: 'DATABASE_BUSY' })
    const client = await api.store.pool.connect()
    await client.query('BEGIN; LOCK TABLE sandbox_sales IN SHARE MODE')
    const slow = createSale(api.store, 'PO-10', {}, bounds)
    await expect(slow).rejects.toMatchObject({ code: '57014' })
    await client.query('ROLLBACK')
    client.release()
    expect(await lookUp('PO-10')).toEqual([])
  })
})

describe('its behaviour', () => {
  test('is replaced as a whole, and read', async () => {
    const first = { delayMs: 1, failEvery: 5 }
    expect((await behave(first)).json()).toEqual(first)
    await behave({ dropAfterCreateEvery: 3 })
    const answer = await api.ask({ url: '/v1/sandbox/erp/behaviour' })
    expect(answer.json()).toEqual({ dropAfterCreateEvery: 3 })
  })

  test.each([{ delayMs: -1 }, { failEvery: 'x' }, { failEvery: 1.5 }, { slow: true }])(
    'refuses %j', async (behaviour) => {
      expect((await behave(behaviour)).statusCode).toBe(400)
    })

  test('failEvery: every n-th create fails and creates nothing', async () => {
    await behave({ failEvery: 3, dropAfterCreateEvery: 0 })
    const statuses = []
    for (let n = 0; n < 6; n++) statuses.push((await create(sale('PO-5'))).statusCode)
    expect(statuses).toEqual([201, 201, 500, 201, 201, 500])
    expect(await lookUp('PO-5')).toHaveLength(4)
  })

  test('dropAfterCreateEvery: the sale is there, the answer never comes', async () => {
    await behave({ dropAfterCreateEvery: 2 })
    const { port } = api.app.server.address() as { port: number }
    const send = async () => fetch(`http://127.0.0.1:${port}/v1/sandbox/erp/sales`, {
      method: 'POST',
      headers: { 'authorization': `Bearer ${api.adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(sale('PO-6')),
    })
    expect((await send()).status).toBe(201)
    await expect(send()).rejects.toThrow('fetch failed')
    expect(await lookUp('PO-6')).toHaveLength(2)
  })

  test('delayMs: the sale is committed before the answer is held back', async () => {
    await behave({ delayMs: 1_000 })
    const answer = create(sale('PO-7'))
    await expect.poll(async () => lookUp('PO-7')).toHaveLength(1)
    let answered = false
    void answer.then(() => {
      answered = true
    })
    await Promise.resolve()
    expect(answered).toBe(false)
    expect((await answer).statusCode).toBe(201)
  })
})

describe('the buyer\'s inbox', () => {
  test('shows what was laid down, newest first, and takes nothing away', async () => {
    const { prisma } = api.store
    const endpoint = await prisma.endpoint.create({
      data: { id: newId(), stream: 'test', name: 'sandbox-buyer-mailbox', connector: 'mailbox' },
    })
    const other = await prisma.endpoint.create({
      data: { id: newId(), stream: 'test', name: 'other-mailbox', connector: 'mailbox' },
    })
    const place = async (endpointId: string): Promise<string> => {
      const messageId = await writeMessage(api.store, 'out', 'delivered')
      await prisma.mailboxItem.create({
        data: {
          id: newId(), stream: 'test', endpointId, messageId, deliveryId: newId(),
          placedAt: new Date(),
        },
      })
      return messageId
    }
    const older = await place(endpoint.id)
    const newer = await place(endpoint.id)
    await place(other.id)
    const url = '/v1/sandbox/buyer/inbox'
    const first = (await api.ask({ url })).json<{ items: object[] }>()
    expect(first.items).toMatchObject([
      { messageId: newer, content: 'ISA*', sizeBytes: 4 },
      { messageId: older, content: 'ISA*', sizeBytes: 4 },
    ])
    expect(first.items[0]).not.toHaveProperty('collectedAt')
    const again = (await api.ask({ url })).json<{ items: object[] }>()
    expect(again.items).toHaveLength(2)
    expect(again.items[0]).toHaveProperty('collectedAt')
    const answer = await api.ask({ url: `${url}?limit=1` })
    const page = answer.json<{ items: object[]; next: string }>()
    expect(page.items).toMatchObject([{ messageId: newer }])
    const rest = await api.ask({ url: `${url}?limit=1&cursor=${page.next}` })
    expect(rest.json()).toMatchObject({ items: [{ messageId: older }], next: null })
  })
})
