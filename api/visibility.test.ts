import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#prisma/store/ids.ts'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'
import { writeWholeWay } from '#test/support/whole-way.ts'
import type { WholeWay } from '#test/support/whole-way.ts'

/** A partner's key sees its own documents and nothing else, proven per route (DESIGN §9). */
let api: TestApi
let own: WholeWay
let theirs: WholeWay
let key: string
let strangerKey: string

beforeAll(async () => {
  api = await startTestApi()
  const partner = await api.makePartner('Buyer')
  own = await writeWholeWay(api.store, partner)
  theirs = await writeWholeWay(api.store, await api.makePartner('Other'))
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

/**
 * What a partner's key may do with each route: nothing; see its own among others' in a list (by the
 * field that names the partner) or one by one; put something in.
 */
type Reach =
  | 'staff'
  | 'posts'
  | { readonly list: 'partner' | 'id' }
  | { readonly one: (way: WholeWay) => string }

const reaches: Readonly<Record<string, Reach>> = {
  'post /v1/messages': 'posts',
  'get /v1/messages': { list: 'partner' },
  'get /v1/messages/{id}': { one: ({ messageId }) => messageId },
  'get /v1/messages/{id}/events': { one: ({ messageId }) => messageId },
  'get /v1/messages/{id}/content': { one: ({ messageId }) => messageId },
  'get /v1/documents': { list: 'partner' },
  'get /v1/documents/{id}': { one: ({ documentId }) => documentId },
  'post /v1/documents/{id}/resend': 'staff',
  'post /v1/documents/{id}/regenerate': 'staff',
  'get /v1/deliveries': { list: 'partner' },
  'get /v1/deliveries/{id}': { one: ({ answerDeliveryId }) => answerDeliveryId },
  'get /v1/trades/{id}': { one: ({ documentId }) => tradeOf.get(documentId) ?? '' },
  'get /v1/parked': { list: 'partner' },
  'get /v1/parked/{id}': { one: ({ parkedId }) => ownParked.get(parkedId) ?? '' },
  'post /v1/parked/{id}/resume': 'staff',
  'post /v1/parked/{id}/discard': 'staff',
  'post /v1/parked/{id}/resend': 'staff',
  'post /v1/parked/{id}/regenerate': 'staff',
  'post /v1/parked/{id}/skip': 'staff',
  'get /v1/configuration': 'staff',
  'put /v1/configuration': 'staff',
  'get /v1/api-keys': 'staff',
  'post /v1/api-keys': 'staff',
  'delete /v1/api-keys/{id}': 'staff',
  'get /v1/cross-references/{partner}/{table}': 'staff',
  'put /v1/cross-references/{partner}/{table}': 'staff',
  'get /v1/partners': { list: 'id' },
  'get /v1/relationships': { list: 'partner' },
  'get /v1/agreements': { list: 'partner' },
  'get /v1/relationships/{id}/numbers': 'staff',
  'put /v1/relationships/{id}/numbers': 'staff',
  'get /v1/endpoints': 'staff',
  'get /v1/sandbox/buyer/inbox': 'staff',
  'get /v1/sandbox/erp/sales': 'staff',
  'post /v1/sandbox/erp/sales': 'staff',
  'get /v1/sandbox/erp/behaviour': 'staff',
  'put /v1/sandbox/erp/behaviour': 'staff',
  'post /v1/sandbox/erp/sales/{id}/confirm': 'staff',
  'post /v1/sandbox/erp/sales/{id}/ship': 'staff',
  'post /v1/sandbox/erp/sales/{id}/invoice': 'staff',
  'get /v1/sandbox/erp/papers': 'staff',
}

/** Trades by one of their documents; parked items of the buyer's own, by its supplier's. */
const tradeOf = new Map<string, string>()
const ownParked = new Map<string, string>()

describe('every route there is', () => {
  beforeAll(async () => {
    for (const { partnerId, documentId, messageId, parkedId } of [own, theirs]) {
      const { prisma } = api.store
      const { tradeId, relationshipId } = await prisma.document.findFirstOrThrow({
        where: { id: documentId },
      })
      tradeOf.set(documentId, tradeId)
      await prisma.agreement.create({
        data: {
          id: newId(), stream: 'test', relationshipId, direction: 'in', setType: '850',
          release: '004010', documentKind: 'order', mapping: 'x12/850-to-order',
        },
      })
      const parked = await prisma.parked.create({
        data: {
          id: newId(), stream: 'test', kind: 'message', messageId, owner: 'operator', partnerId,
          code: 'SENDER_UNKNOWN', says: 'Nobody knows it.', remedy: 'Set it up.',
          createdAt: new Date(),
        },
      })
      ownParked.set(parkedId, parked.id)
    }
  })

  test('is in the table', () => {
    const { paths } = api.app.swagger() as { paths: Readonly<Record<string, object>> }
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`))
    const below = routes.filter((route) => route.includes(' /v1/'))
    expect(below.toSorted()).toEqual(Object.keys(reaches).toSorted())
  })

  test.each(Object.entries(reaches))('%s shows a partner its own alone', async (route, reach) => {
    const [method, path] = route.split(' ') as ['get' | 'post', string]
    const ask = async (id: string, asker = key) =>
      api.ask({ method, url: path.replace('{id}', id) }, asker)
    if (reach === 'staff') {
      expect((await ask(own.parkedId)).json()).toMatchObject({ code: 'ROLE_NOT_ALLOWED' })
    } else if (reach === 'posts') {
      expect((await ask('')).json()).toMatchObject({ code: 'BODY_MISSING' })
    } else if ('one' in reach) {
      expect((await ask(reach.one(own))).statusCode).toBe(200)
      expect((await ask(reach.one(theirs))).statusCode).toBe(404)
      expect((await ask(reach.one(theirs), api.adminKey)).statusCode).toBe(200)
    } else {
      const items = async (asker: string) =>
        (await ask('', asker)).json<{ items: Record<string, unknown>[] }>().items
      const mine = await items(key)
      expect(mine.length).toBeGreaterThan(0)
      expect((await items(api.adminKey)).length).toBeGreaterThan(mine.length)
      // Null: it posted this itself, and nobody has read yet whose it is.
      const partners = mine.map((item) => item[reach.list]).filter((partner) => partner !== null)
      expect(new Set(partners)).toEqual(new Set([own.partnerId]))
    }
  })

  test('of a relationship, a partner sees what is agreed and not how it is done', async () => {
    const list = async (url: string, asker = api.adminKey) =>
      (await api.ask({ url }, asker)).json<{ items: Record<string, string>[] }>().items
    const [mine] = await list('/v1/relationships', key)
    expect(mine).toMatchObject({
      endpoint: null, settings: null, agreements: [{ set: '850', mapping: null, settings: null }],
    })
    expect((await list('/v1/relationships'))[0]).toMatchObject({ settings: { acknowledge: true } })
    expect(await list('/v1/agreements', key)).toMatchObject([
      { relationship: mine?.['id'], set: '850', mapping: null, settings: null },
    ])
    // Whether it is this mapping is not told by what is found of it either.
    expect(await list('/v1/agreements?mapping=none', key)).toHaveLength(1)
    expect(await list('/v1/agreements?mapping=none')).toHaveLength(0)
    const others = await list('/v1/agreements')
    const other = others.find(({ partner }) => partner === theirs.partnerId)
    expect(other).toMatchObject({ mapping: 'x12/850-to-order', settings: { reuseWindowDays: 730 } })
    expect(await list(`/v1/agreements?relationship=${other?.['relationship']}`, key)).toEqual([])
  })
})

const staffRoles = ['operator', 'finance', 'auditor'] as const
test.each(staffRoles)('%s sees all and posts by role', async (role) => {
  const staff = await api.makeKey(role)
  const all = await api.ask({ url: '/v1/documents' }, staff)
  expect(all.json<{ items: unknown[] }>().items).toHaveLength(2)
  const post = await api.ask({ method: 'POST', url: '/v1/messages', payload: 'ISA*' }, staff)
  expect(post.statusCode).toBe(role === 'operator' ? 202 : 403)
})
