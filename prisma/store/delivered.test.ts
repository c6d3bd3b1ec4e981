import { afterAll, beforeAll, expect, test } from 'vitest'

import { startTestStore } from '#test/support/database.ts'
import { writeMessage, writeWholeWay } from '#test/support/whole-way.ts'
import { recordFailed } from './deliver.ts'
import type { AttemptRecord } from './deliver.ts'
import { recordDelivered } from './delivered.ts'
import { newId } from './ids.ts'
import type { Store } from './index.ts'

let started: Awaited<ReturnType<typeof startTestStore>>
let store: Store
beforeAll(async () => {
  started = await startTestStore()
  store = started.store
})
afterAll(() => started.stop())

test('what arrived is recorded together; what another hand has taken is left to it', async () => {
  const [first, lost, second] = [await sending(), await sending(), await sending()]
  await store.prisma.deliveryWork.update({
    where: { deliveryId: lost.deliveryId }, data: { token: newId() },
  })
  expect(await recordDelivered(store, [
    { attempt: second, result: { id: 'sale 2' } },
    { attempt: lost, result: { id: 'sale x' } },
    { attempt: first, result: null },
  ])).toEqual([true, false, true])
  const deliveries = await store.prisma.delivery.findMany({ orderBy: { id: 'asc' } })
  expect(deliveries.map(({ status, attempts, result }) => ({ status, attempts, result }))).toEqual([
    { status: 'delivered', attempts: 3, result: null },
    { status: 'due', attempts: 0, result: null },
    { status: 'delivered', attempts: 3, result: { id: 'sale 2' } },
  ])
  const attempts = await store.prisma.deliveryAttempt.findMany({ orderBy: { deliveryId: 'asc' } })
  expect(attempts).toMatchObject([first, second].map(({ deliveryId }) => (
    { deliveryId, number: 3, action: 'send', fate: 'delivered', httpStatus: 201 })))
  const work = await store.prisma.deliveryWork.findMany()
  expect(work.map(({ deliveryId }) => deliveryId)).toEqual([lost.deliveryId])
  expect(await store.prisma.event.count({ where: { kind: 'delivered' } })).toBe(2)
  expect(await store.prisma.message.count({ where: { status: 'delivered' } })).toBe(2)
})

test('whatever the other side says, it is recorded', async () => {
  const attempt = await sending()
  const words = { code: 'http_500', says: 'no\0 \ud83d' }
  const next = { status: 'parked', ...words, remedy: words.says } as const
  expect(await recordFailed(store, { ...attempt, ...words, fate: 'refused' }, next)).toBe(true)
  const kept = 'no\ufffd \ufffd'
  const { deliveryId } = attempt
  expect(await store.prisma.deliveryAttempt.findMany({ where: { deliveryId } }))
    .toMatchObject([{ fate: 'refused', says: kept }])
  expect(await store.prisma.parked.findMany({ where: { deliveryId } }))
    .toMatchObject([{ says: kept, remedy: kept }])
})

test('what is parked of a set\'s document points at the set', async () => {
  const buyer = await store.prisma.partner.create({ data: { id: newId(), name: 'Buyer' } })
  const { saleDeliveryId, parkedId } = await writeWholeWay(store, buyer.id)
  await store.prisma.parked.delete({ where: { id: parkedId } })
  const token = newId()
  await store.prisma.deliveryWork.update({ where: { deliveryId: saleDeliveryId }, data: { token } })
  const refused = { deliveryId: saleDeliveryId, token, fate: 'refused' } as const
  const attempt = { ...await sending(), ...refused }
  const next = { status: 'parked', code: 'DELIVERY_REFUSED', says: 'no', remedy: 'ask' } as const
  expect(await recordFailed(store, attempt, next)).toBe(true)
  expect(await store.prisma.parked.findMany({ where: { deliveryId: saleDeliveryId } }))
    .toMatchObject([{ at: { byte: 150, segment: 1, tag: 'ST' } }])
})

/** A delivery at its third attempt. */
async function sending(): Promise<AttemptRecord> {
  const messageId = await writeMessage(store, 'out', 'due')
  const [deliveryId, token, endpointId] = [newId(), newId(), newId()]
  const startedAt = new Date()
  await store.prisma.delivery.create({
    data: {
      id: deliveryId, stream: 'test', endpointId, operation: 'send', reference: messageId,
      messageId, sourceMessageId: messageId, status: 'due', createdAt: startedAt,
    },
  })
  await store.prisma.deliveryWork.create({
    data: { deliveryId, endpointId, status: 'sending', attempts: 3, attemptsMax: 10, token },
  })
  return {
    deliveryId, token, action: 'send', fate: 'delivered', httpStatus: 201, code: null, says: null,
    startedAt, sentAt: startedAt,
  }
}
