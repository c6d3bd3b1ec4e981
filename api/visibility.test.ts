import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'
import { writeWholeWay } from '#test/support/whole-way.ts'
import type { WholeWay } from '#test/support/whole-way.ts'

/** A partner's key sees its own documents and nothing else, proven per route (DESIGN §9). */
let api: TestApi
let own: WholeWay
let key: string
let strangerKey: string

beforeAll(async () => {
  api = await startTestApi()
  const partner = await api.makePartner('Buyer')
  own = await writeWholeWay(api.store, partner)
  await writeWholeWay(api.store, await api.makePartner('Other'))
  key = await api.makeKey('partner', partner)
  strangerKey = await api.makeKey('partner', await api.makePartner('Stranger'))
})
afterAll(async () => api.stop())

test.each([
  ['messages', 2], ['documents', 1], ['deliveries', 1], ['parked', 0],
])('the list of %s holds what is the partner\'s own', async (list, count) => {
  const url = `/v1/${list}`
  const mine = (await api.ask({ url }, key)).json<{ items: { partner: string }[] }>()
  expect(mine.items.map(({ partner }) => partner)).toEqual(Array(count).fill(own.partnerId))
  const all = (await api.ask({ url })).json<{ items: unknown[] }>()
  expect(all.items.length).toBeGreaterThan(count)
  const others = (await api.ask({ url: `${url}?partner=Other` }, key)).json<{ items: unknown[] }>()
  expect(others.items).toEqual([])
  const stranger = (await api.ask({ url }, strangerKey)).json<{ items: unknown[] }>()
  expect(stranger.items).toEqual([])
})

test('each single thing is there for its partner, and for others it does not exist', async () => {
  const urls = [
    `/v1/messages/${own.messageId}`,
    `/v1/messages/${own.messageId}/content`,
    `/v1/messages/${own.messageId}/events`,
    `/v1/documents/${own.documentId}`,
    `/v1/deliveries/${own.answerDeliveryId}`,
  ]
  for (const url of urls) {
    expect((await api.ask({ url }, key)).statusCode, url).toBe(200)
    expect((await api.ask({ url })).statusCode, url).toBe(200)
    const stranger = await api.ask({ url }, strangerKey)
    expect(stranger.statusCode, url).toBe(404)
    expect(stranger.json()).toMatchObject({ code: 'NOT_FOUND' })
  }
})

test('what became of its order at the supplier is not the buyer\'s to see', async () => {
  const url = `/v1/messages/${own.messageId}`
  const view = (await api.ask({ url }, key)).json<{ deliveries: unknown[]; faults: unknown[] }>()
  expect(view.deliveries).toMatchObject([{ id: own.answerDeliveryId }])
  expect(view.faults).toMatchObject([{ code: 'X12_CODE_UNLISTED' }])
  const events = await api.ask({ url: `${url}/events` }, key)
  expect(events.json<{ items: unknown[] }>().items).toMatchObject([{ kind: 'judged' }])
  for (const hidden of [`/v1/deliveries/${own.saleDeliveryId}`, `/v1/parked/${own.parkedId}`]) {
    expect((await api.ask({ url: hidden }, key)).statusCode, hidden).toBe(404)
  }
})

test('a partner sees what it just posted, before its envelope is read', async () => {
  const posted = await api.ask({ method: 'POST', url: '/v1/messages', payload: 'ISA*' }, key)
  const url = `/v1/messages/${posted.json<{ id: string }>().id}`
  expect((await api.ask({ url }, key)).json()).toMatchObject({ status: 'received', stream: null })
  expect((await api.ask({ url }, strangerKey)).statusCode).toBe(404)
})

test.each([
  ['POST', '/v1/parked/:id/resume'], ['POST', '/v1/parked/:id/discard'],
  ['POST', '/v1/parked/:id/skip'], ['GET', '/v1/sandbox/buyer/inbox'],
  ['GET', '/v1/sandbox/erp/sales'], ['GET', '/v1/sandbox/erp/behaviour'],
  ['POST', '/v1/sandbox/erp/sales'], ['PUT', '/v1/sandbox/erp/behaviour'],
] as const)('%s %s is not for partners', async (method, path) => {
  const url = path.replace(':id', own.parkedId)
  const answer = await api.ask({ method, url }, key)
  expect(answer.statusCode).toBe(403)
  expect(answer.json()).toMatchObject({ code: 'ROLE_NOT_ALLOWED' })
})

test('the sandbox ERP\'s key reaches its sales and nothing of the hub', async () => {
  const erpKey = await api.makeKey('sandbox-erp')
  expect((await api.ask({ url: '/v1/sandbox/erp/sales' }, erpKey)).statusCode).toBe(200)
  for (const url of ['/v1/messages', '/v1/documents', '/v1/deliveries', '/v1/parked',
    '/v1/sandbox/buyer/inbox', '/v1/sandbox/erp/behaviour']) {
    expect((await api.ask({ url }, erpKey)).statusCode, url).toBe(403)
  }
})

const staffRoles = ['operator', 'finance', 'auditor'] as const
test.each(staffRoles)('%s sees all and posts by role', async (role) => {
  const staff = await api.makeKey(role)
  const all = await api.ask({ url: '/v1/documents' }, staff)
  expect(all.json<{ items: unknown[] }>().items).toHaveLength(2)
  const post = await api.ask({ method: 'POST', url: '/v1/messages', payload: 'ISA*' }, staff)
  expect(post.statusCode).toBe(role === 'operator' ? 202 : 403)
})
