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

test('a lease is renewed while the message is still read', async () => {
  const intake = openIntake(store, { ...limits.api, inlineBytesMax: 1, partBytes: 1 })
  const body = Buffer.alloc(400, 'x')
  await intake.take((async function* () { yield body })(), {
    apiKeyId: newId(), partnerId: null, contentType: 'text/plain', idempotencyKey: null,
    receivedAt: new Date(),
  })
  const claim = { messagesMax: 1, bytesMax: 1_000, leaseMs: 5_000, leaseRenewMs: 10 }
  const beganMs = Date.now()
  const [message] = await claimMessages(store, claim)
  const tookMs = Date.now() - beganMs
  expect(message?.bytes).toEqual(body)
  const [work] = await store.prisma.messageWork.findMany()
  expect(work?.leaseUntil?.getTime()).toBeGreaterThan(beganMs + claim.leaseMs + tookMs / 2)
})
