import { afterAll, beforeAll, expect, test } from 'vitest'

import { limits } from '#config/limits.ts'
import { startTestStore } from '#test/support/database.ts'
import { newId } from './ids.ts'
import type { Store } from './index.ts'
import { openIntake } from './intake.ts'
import { claimMessages } from './receive-claim.ts'

let started: Awaited<ReturnType<typeof startTestStore>>
let store: Store
beforeAll(async () => {
  started = await startTestStore()
  store = started.store
})
afterAll(() => started.stop())

/** Takes a message in as parts of so many bytes. */
async function take(body: Buffer, partBytes: number): Promise<void> {
  const intake = openIntake(store, { ...limits.api, inlineBytesMax: 1, partBytes })
  await intake.take((async function* () { yield body })(), {
    apiKeyId: newId(), partnerId: null, contentType: 'text/plain', idempotencyKey: null,
    receivedAt: new Date(),
  })
}

test('a lease is renewed while the message is still read', async () => {
  const body = Buffer.alloc(400, 'x')
  await take(body, 1)
  const claim = { messagesMax: 1, bytesMax: 1_000, leaseMs: 5_000, leaseRenewMs: 10 }
  const beganMs = Date.now()
  const [message] = await claimMessages(store, claim)
  const tookMs = Date.now() - beganMs
  expect(message?.bytes).toEqual(body)
  const [work] = await store.prisma.messageWork.findMany()
  expect(work?.leaseUntil?.getTime()).toBeGreaterThan(beganMs + claim.leaseMs + tookMs / 2)
})

test('a message that cannot be read says why, and the others are read', async () => {
  await store.pool.query('DELETE FROM message_work')
  const bodies = ['lost', 'torn', 'well'].map((text) => Buffer.from(text))
  for (const body of bodies) await take(body, 3)
  const { rows } = await store.pool.query<{ id: string }>(
    'SELECT message_id AS id FROM message_work ORDER BY message_id')
  const [lost, torn, well] = rows.map(({ id }) => id)
  await store.pool.query('DELETE FROM message_parts WHERE message_id = $1 AND number = 2', [lost])
  await store.pool.query(`UPDATE messages SET encoding = 'gzip' WHERE id = $1`, [torn])
  const claim = { messagesMax: 3, bytesMax: 1_000, leaseMs: 5_000, leaseRenewMs: 1_500 }
  const claimed = await claimMessages(store, claim)
  const contents = claimed.map(({ id, bytes, unreadable }) => [id, { bytes, unreadable }] as const)
  expect(new Map(contents)).toEqual(new Map([
    [lost, { bytes: null, unreadable: `message ${lost} has lost part 2` }],
    [torn, { bytes: null, unreadable: 'incorrect header check' }],
    [well, { bytes: bodies[2], unreadable: null }],
  ]))
})
