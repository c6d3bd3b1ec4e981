import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { startTestStore } from '#test/support/database.ts'
import { writeMessage } from '#test/support/whole-way.ts'
import { newId } from './ids.ts'
import type { Store } from './index.ts'
import { placeInMailboxes } from './place.ts'

let started: Awaited<ReturnType<typeof startTestStore>>
let store: Store
let mailbox: string
let erp: string

beforeAll(async () => {
  started = await startTestStore()
  store = started.store
  mailbox = await endpoint('mailbox')
  erp = await endpoint('sandbox-erp')
})
afterAll(() => started.stop())
beforeEach(async () => {
  await store.pool.query('TRUNCATE delivery_work, deliveries, delivery_attempts, mailbox_items')
})

test('what is due is placed in the order of its lane, and its work ends', async () => {
  const first = await due('a')
  const alone = await due(null)
  const second = await due('a')
  expect(await placeInMailboxes(store, 10)).toBe(3)
  expect(await placed()).toEqual([first, alone, second])
  const { rows } = await store.pool.query(
    `SELECT (SELECT count(*)::integer FROM delivery_work) AS work,
       (SELECT count(*)::integer FROM deliveries WHERE status = 'delivered') AS delivered,
       (SELECT count(*)::integer FROM delivery_attempts WHERE fate = 'delivered') AS attempts`)
  expect(rows).toEqual([{ work: 0, delivered: 3, attempts: 3 }])
  expect(await placeInMailboxes(store, 10)).toBe(0)
})

test('no more than asked for, the oldest first, the rest next time', async () => {
  const all = [await due('a'), await due('b'), await due('a'), await due('b')]
  expect(await placeInMailboxes(store, 3)).toBe(3)
  expect(await placeInMailboxes(store, 3)).toBe(1)
  expect(await placed()).toEqual(all)
})

test('what stands in the way of a lane holds up that lane alone', async () => {
  const before = await due('parked')
  await due('parked', { status: 'parked' })
  await due('parked')
  await due('later', { nextAt: new Date(Date.now() + 60_000) })
  await due('later')
  await due('elsewhere', { endpointId: erp })
  await due('elsewhere')
  const free = await due('free')
  expect(await placeInMailboxes(store, 10)).toBe(2)
  expect(await placed()).toEqual([before, free])
})

test('a long lane is placed a piece at a time, each as quick as the first', async () => {
  await store.pool.query(
    `WITH made AS (
       INSERT INTO deliveries (id, stream, endpoint_id, operation, reference, lane, message_id,
         source_message_id, status, created_at)
       SELECT gen_random_uuid(), 'test', $1, 'send', 'r', 'long', $2, $2, 'due', now()
       FROM generate_series(1, 5000) RETURNING id
     )
     INSERT INTO delivery_work (delivery_id, lane, endpoint_id, status, attempts_max)
     SELECT id, 'long', $1, 'due', 10 FROM made`,
    [mailbox, newId()],
  )
  const before = await entriesRead()
  expect(await placeInMailboxes(store, 500)).toBe(500)
  const read = await entriesRead() - before
  expect(read).toBeGreaterThan(5_000)
  // Were each delivery to ask who stands before it, they would read millions.
  expect(read).toBeLessThan(50_000)
})

/** Index entries read of the work table; all queries of this file share one connection. */
async function entriesRead(): Promise<number> {
  await store.pool.query('SELECT pg_stat_force_next_flush()')
  const { rows } = await store.pool.query<{ read: string }>(
    `SELECT sum(idx_tup_read) AS read FROM pg_stat_user_indexes WHERE relname = 'delivery_work'`,
  )
  return Number(rows[0]?.read)
}

interface Differing {
  readonly status?: string
  readonly nextAt?: Date
  readonly endpointId?: string
}

async function due(lane: string | null, differing: Differing = {}): Promise<string> {
  const { status = 'due', nextAt = new Date(0), endpointId = mailbox } = differing
  const messageId = await writeMessage(store, 'out', 'due')
  const { id: deliveryId } = await store.prisma.delivery.create({
    data: {
      id: newId(), stream: 'test', endpointId, operation: 'send', reference: messageId, lane,
      messageId, sourceMessageId: messageId, status, createdAt: new Date(),
    },
  })
  await store.prisma.deliveryWork.create({
    data: { deliveryId, lane, endpointId, status, attemptsMax: 10, nextAt },
  })
  return deliveryId
}

async function placed(): Promise<string[]> {
  const items = await store.prisma.mailboxItem.findMany({ orderBy: { id: 'asc' } })
  return items.map(({ deliveryId }) => deliveryId)
}

async function endpoint(connector: string): Promise<string> {
  const id = newId()
  await store.prisma.endpoint.create({ data: { id, stream: 'test', name: connector, connector } })
  return id
}
