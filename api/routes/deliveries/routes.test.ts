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
  way = await writeWholeWay(api.store, await api.makePartner('Buyer'))
})
afterAll(async () => api.stop())

async function list(filter: string): Promise<{ id: string; endpoint: string; status: string }[]> {
  const answer = await api.ask({ url: `/v1/deliveries?${filter}` })
  return answer.json<{ items: { id: string; endpoint: string; status: string }[] }>().items
}

test('the status of a delivery is that of its work while there is some', async () => {
  expect(await list('')).toMatchObject([
    { id: way.saleDeliveryId, status: 'parked', attempts: 3, nextAt: null },
    { id: way.answerDeliveryId, status: 'delivered', attempts: 1, nextAt: null },
  ])
  expect(await list('status=due')).toEqual([])
  expect(await list('status=parked')).toMatchObject([{ id: way.saleDeliveryId }])
  await api.store.pool.query(`UPDATE delivery_work SET status = 'due'`)
  expect(await list('status=due')).toMatchObject([{ nextAt: expect.any(String) as string }])
  await api.store.pool.query(`UPDATE delivery_work SET status = 'parked'`)
})

test('filters by endpoint, message and stream', async () => {
  const [sale, answer] = await list('')
  expect(await list(`endpoint=${sale!.endpoint}`)).toEqual([sale])
  expect(await list('endpoint=sandbox')).toEqual([])
  expect(await list(`message=${way.messageId}`)).toHaveLength(2)
  expect(await list(`message=${way.answerMessageId}`)).toEqual([answer])
  expect(await list('stream=live')).toEqual([])
})

test('one delivery tells each attempt', async () => {
  const answer = await api.ask({ url: `/v1/deliveries/${way.saleDeliveryId}` })
  expect(answer.json()).toMatchObject({
    id: way.saleDeliveryId,
    operation: 'createSale',
    sourceMessageId: way.messageId,
    documentId: way.documentId,
    result: null,
    history: [{
      number: 1, action: 'send', fate: 'refused', httpStatus: 422,
      code: 'SANDBOX_PRODUCT_UNKNOWN', endedAt: null,
    }],
  })
  expect((await api.ask({ url: `/v1/deliveries/${newId()}` })).statusCode).toBe(404)
})
