import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { startTestStore } from '#test/support/database.ts'
import { openIntake } from './intake.ts'
import type { Bringer } from './intake.ts'
import { openBatch } from './intake-batch.ts'
import type { Arrival } from './intake-commit.ts'
import { newId } from './ids.ts'
import type { Store } from './index.ts'

let database: Awaited<ReturnType<typeof startTestStore>>
let store: Store

beforeAll(async () => {
  database = await startTestStore()
  store = database.store
})
afterAll(async () => database.stop())

function arrival(changes: Partial<Arrival> = {}): Arrival {
  const body = Buffer.from('ISA*')
  return {
    id: newId(), contentType: 'text/plain', sizeBytes: body.length, sha256: Buffer.alloc(32),
    encoding: 'identity', body, lastPart: null, parts: 0, apiKeyId: newId(), senderPartnerId: null,
    receivedAt: new Date(), once: null, ...changes,
  }
}

async function stored(): Promise<string[]> {
  const { rows } = await store.pool.query<{ id: string }>(
    `SELECT m.id FROM messages m JOIN message_work w ON w.message_id = m.id ORDER BY m.id`)
  return rows.map(({ id }) => id)
}

test('one that cannot be stored does not fail those that came with it', async () => {
  const commit = openBatch(store, limits.api)
  const good = [arrival(), arrival(), arrival()]
  // Neither in the row nor in parts: the database refuses it.
  const bad = arrival({ body: null })
  const all = await Promise.allSettled([good[0]!, bad, good[1]!, good[2]!].map(commit))
  expect(all.map(({ status }) => status))
    .toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  expect(await stored()).toEqual(good.map(({ id }) => id))
})

test('batches keep within their bounds, and everything comes through', async () => {
  const before = await stored()
  const commit = openBatch(store, { batchRowsMax: 3, batchBytesMax: 10, pendingMax: 100 })
  const many = Array.from({ length: 20 }, () => arrival())
  expect(await Promise.all(many.map(commit))).toEqual(Array(20).fill(true))
  expect(await stored()).toEqual([...before, ...many.map(({ id }) => id)])
})

test('more than may wait is refused at once', async () => {
  const commit = openBatch(store, { batchRowsMax: 1, batchBytesMax: 10, pendingMax: 2 })
  const first = [commit(arrival()), commit(arrival()), commit(arrival())]
  expect(() => commit(arrival())).toThrow('wait to be stored')
  expect(await Promise.all(first)).toEqual([true, true, true])
})

test('when a whole batch fails, each is told, and the next one goes on', async () => {
  const commit = openBatch(store, limits.api)
  const id = newId()
  await store.pool.query('ALTER TABLE message_work RENAME TO message_work_away')
  const failed = await Promise.allSettled([commit(arrival({ id })), commit(arrival())])
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await store.pool.query('ALTER TABLE message_work_away RENAME TO message_work')
  expect(await commit(arrival({ id }))).toBe(true)
})

const bringer: Bringer = {
  apiKeyId: newId(), partnerId: null, contentType: 'text/plain', idempotencyKey: null,
  receivedAt: new Date(),
}

async function* only(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text)
}

test('more at once than may be held is sent away, and what was held goes through', async () => {
  const intake = openIntake(store, { ...limits.api, heldBytesMax: 10 })
  const { promise: whole, resolve: finish } = Promise.withResolvers<undefined>()
  const { promise: begun, resolve: begin } = Promise.withResolvers<undefined>()
  const slow = intake.take((async function* () {
    yield Buffer.from('12345678')
    begin(undefined)
    await whole
  })(), bringer)
  await begun
  await expect(intake.take(only('ISA*'), bringer)).rejects.toMatchObject({ code: 'HUB_BUSY' })
  finish(undefined)
  expect(await slow).toMatchObject({ replayed: false })
  expect(await intake.take(only('ISA*'), bringer)).toMatchObject({ replayed: false })
  await expect(intake.take(only('more than may ever be held'), bringer))
    .rejects.toMatchObject({ code: 'HUB_BUSY' })
  expect(await intake.take(only('0123456789'), bringer)).toMatchObject({ replayed: false })
})
