import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#prisma/store/ids.ts'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'
import { writeWholeWay } from '#test/support/whole-way.ts'
import type { WholeWay } from '#test/support/whole-way.ts'

let api: TestApi
let way: WholeWay

beforeAll(async () => {
  api = await startTestApi()
  const partner = await api.makePartner('Acme Stores')
  await api.store.prisma.partnerIdentifier.create({
    data: { id: newId(), partnerId: partner, scheme: 'ZZ', value: 'ACMEBUYER' },
  })
  way = await writeWholeWay(api.store, partner)
  await writeWholeWay(api.store, await api.makePartner('Other'))
})
afterAll(async () => api.stop())

interface Listed {
  items: { id: string }[]
  next: string | null
}

test('an item of the list has the agreed shape', async () => {
  const answer = await api.ask({ url: '/v1/documents?number=PO-4711&partner=ACMEBUYER' })
  const { items, next } = answer.json<Listed>()
  expect(next).toBeNull()
  expect(items).toEqual([{
    id: way.documentId,
    kind: 'order',
    number: 'PO-4711',
    partner: way.partnerId,
    tradeId: expect.any(String) as string,
    messageId: way.messageId,
    status: 'received',
    outcome: null,
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
  }])
})

test('one document has its body and the mapping that made it', async () => {
  const answer = await api.ask({ url: `/v1/documents/${way.documentId}` })
  expect(answer.json()).toMatchObject({
    id: way.documentId, mapping: 'x12/850-to-order', mappingHash: 'f00d',
    body: { number: 'PO-4711', lines: [] },
  })
  expect((await api.ask({ url: `/v1/documents/${newId()}` })).statusCode).toBe(404)
  expect((await api.ask({ url: '/v1/documents/1' })).statusCode).toBe(404)
})

test.each([
  ['kind=order', 2], ['kind=orde', 0], ['number=PO-4711', 2], ['number=po-4711', 0],
  ['number=PO-471', 0], ['partner=Acme%20Stores', 1], ['partner=ACMEBUYER', 1],
  ['partner=ZZ/ACMEBUYER', 1], ['partner=acme', 0], ['stream=test', 2], ['stream=live', 0],
  ['since=2020-01-01T00:00:00Z', 2], ['since=2100-01-01T00:00:00%2B02:00', 0], ['limit=1', 1],
])('filters by %s', async (filter, count) => {
  const answer = await api.ask({ url: `/v1/documents?${filter}` })
  expect(answer.json<Listed>().items).toHaveLength(count)
})

test('filters by the id of a partner, and of the message', async () => {
  for (const filter of [`partner=${way.partnerId}`, `message=${way.messageId}`]) {
    const { items } = (await api.ask({ url: `/v1/documents?${filter}` })).json<Listed>()
    expect(items.map(({ id }) => id)).toEqual([way.documentId])
  }
})

test('a filter with a NUL is refused, for nothing can be found by it', async () => {
  const answer = await api.ask({ url: '/v1/documents?number=a%00b' })
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ code: 'REQUEST_INVALID' })
})
