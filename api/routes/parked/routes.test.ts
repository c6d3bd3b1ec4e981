import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#prisma/store/ids.ts'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'
import { writeWholeWay } from '#test/support/whole-way.ts'

let api: TestApi

beforeAll(async () => {
  api = await startTestApi()
})
afterAll(async () => api.stop())

async function parkedItem(): Promise<string> {
  const way = await writeWholeWay(api.store, await api.makePartner(`Buyer ${newId()}`))
  return way.parkedId
}

async function act(id: string, action: string, headers: Record<string, string> = {}) {
  return api.ask({ method: 'POST', url: `/v1/parked/${id}/${action}`, headers })
}

test('an open item shows why, whose and what to do', async () => {
  const id = await parkedItem()
  const { items } = (await api.ask({ url: '/v1/parked' })).json<{ items: { id: string }[] }>()
  const single = (await api.ask({ url: `/v1/parked/${id}` })).json<Record<string, unknown>>()
  expect(items.find((item) => item.id === id)).toEqual(single)
  expect(single).toMatchObject({
    kind: 'delivery', status: 'open', owner: 'operator', code: 'DELIVERY_REFUSED',
    remedy: 'Correct the product.', endedAt: null, endedBy: null,
  })
  expect(single).not.toHaveProperty('at')
})

test.each([
  ['resume', 'resumed'], ['discard', 'discarded'], ['skip', 'skipped'],
])('%s ends it, wakes the workers and says by whom', async (action, status) => {
  const id = await parkedItem()
  api.rung.length = 0
  const answer = await act(id, action)
  expect(answer.statusCode).toBe(200)
  expect(answer.json()).toMatchObject({
    id, status, endedAt: expect.any(String) as string, endedBy: expect.any(String) as string,
  })
  expect(api.rung).toEqual(['deliver'])
  const open = (await api.ask({ url: '/v1/parked' })).json<{ items: { id: string }[] }>()
  expect(open.items.map((item) => item.id)).not.toContain(id)
  const ended = await api.ask({ url: `/v1/parked?status=${status}` })
  expect(ended.json<{ items: { id: string }[] }>().items.map((item) => item.id)).toContain(id)
})

test('what ended once is not ended again, unless the request is a repeat', async () => {
  const id = await parkedItem()
  const headers = { 'idempotency-key': 'resume-once' }
  const first = await act(id, 'resume', headers)
  const again = await act(id, 'resume', headers)
  expect(again.statusCode).toBe(200)
  expect(again.json()).toEqual(first.json())
  expect(again.headers['idempotency-replayed']).toBe('true')
  const other = await act(id, 'discard', headers)
  expect(other.json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
  const third = await act(id, 'resume')
  expect(third.statusCode).toBe(409)
  expect(third.json()).toMatchObject({ code: 'PARKED_ENDED' })
})

test('a refusal is answered again as it was', async () => {
  const id = await parkedItem()
  await act(id, 'resume')
  const headers = { 'idempotency-key': 'refused-once' }
  const first = await act(id, 'resume', headers)
  const again = await act(id, 'resume', headers)
  expect(again.statusCode).toBe(409)
  expect(again.json()).toEqual(first.json())
  expect(again.headers['content-type']).toMatch(/^application\/problem\+json/)
})

test.each(['resume', 'discard', 'skip'])('%s takes an empty JSON body', async (action) => {
  const headers = { 'content-type': 'application/json', 'content-length': '0' }
  expect((await act(await parkedItem(), action, headers)).statusCode).toBe(200)
})

test('an item that is not there is a 404', async () => {
  for (const action of ['resume', 'discard', 'skip']) {
    expect((await act(newId(), action)).statusCode).toBe(404)
    expect((await act('nope', action)).statusCode).toBe(404)
  }
  expect((await act(newId(), 'delete')).json()).toMatchObject({ code: 'ROUTE_UNKNOWN' })
})
