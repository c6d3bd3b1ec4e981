import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestStore } from '#test/support/database.ts'
import { claimDeliveries } from './deliver.ts'
import { changeCircuit, loadEndpointToken, saveEndpointToken, takeEndpointTurn }
  from './endpoint-state.ts'
import { newId } from './ids.ts'
import type { Store } from './index.ts'
import { endpointStanding } from './views/endpoints.ts'

let database: Awaited<ReturnType<typeof startTestStore>>
let store: Store
beforeAll(async () => {
  database = await startTestStore()
  store = database.store
})
afterAll(() => database.stop())
beforeEach(() => store.pool.query('TRUNCATE delivery_work, deliveries'))

async function endpoint(connector = 'erp'): Promise<string> {
  const { id } = await store.prisma.endpoint.create({
    data: { id: newId(), stream: 'test', name: newId(), connector },
  })
  return id
}

async function addDeliveries(endpointId: string, count: number): Promise<void> {
  await store.pool.query(
    `WITH made AS (
       INSERT INTO messages (id, stream, direction, status, content_type, size_bytes, sha256, body,
         received_at)
       SELECT gen_random_uuid(), 'test', 'out', 'due', 'text/plain', 1, '\\x00', '\\x00', now()
       FROM generate_series(1, $2) RETURNING id
     ), deliveries AS (
       INSERT INTO deliveries (id, stream, endpoint_id, operation, reference, message_id,
         source_message_id, status, created_at)
       SELECT id, 'test', $1, 'send', id, id, id, 'due', now() FROM made
     )
     INSERT INTO delivery_work (delivery_id, endpoint_id, status, attempts_max)
     SELECT id, $1, 'due', 12 FROM made`,
    [endpointId, count],
  )
}

function claim(deliveriesMax: number, inFlightMax = 3) {
  return claimDeliveries(store, {
    deliveriesMax, leaseMs: 60_000, inFlightMax: new Map([['erp', inFlightMax]]),
  })
}

async function end(deliveryIds: readonly string[]): Promise<void> {
  await store.pool.query('DELETE FROM delivery_work WHERE delivery_id = ANY($1::uuid[])', [
    deliveryIds,
  ])
}

/** What the other side failed with, and until when it is left alone, in ms from now. */
async function open(endpointId: string, forMs: number): Promise<void> {
  await changeCircuit(store, endpointId, { code: 'timeout', says: 'no answer in time' },
    (_, nowMs) => ({ failures: 8, openUntilMs: nowMs + forMs }))
}

describe('attempts under way at one endpoint', () => {
  test('are bounded, and others are not held up by its backlog', async () => {
    const [busy, idle, unbounded] = [await endpoint(), await endpoint(), await endpoint('other')]
    await addDeliveries(busy, 50)
    await addDeliveries(idle, 1)
    await addDeliveries(unbounded, 5)
    const first = await claim(10)
    expect(first).toMatchObject({ more: true })
    expect(first.deliveries.map(({ endpoint: { id } }) => id)).toEqual([busy, busy, busy])
    const second = await claim(10)
    expect(second.deliveries.map(({ endpoint: { id } }) => id))
      .toEqual([idle, ...Array<string>(5).fill(unbounded)])
    expect((await claim(10)).deliveries).toEqual([])
    await end([first.deliveries[0]!.id])
    expect((await claim(10)).deliveries).toHaveLength(1)
  })

  test('are bounded over all workers that claim at once', async () => {
    const endpointId = await endpoint()
    await addDeliveries(endpointId, 200)
    for (let round = 0; round < 10; round++) {
      const claims = await Promise.all(Array.from({ length: 8 }, () => claim(4)))
      const ids = claims.flatMap(({ deliveries }) => deliveries.map(({ id }) => id))
      expect({ round, held: ids.length }).toEqual({ round, held: 3 })
      await end(ids)
    }
  })

  test('whose lease ran out no longer count', async () => {
    const endpointId = await endpoint()
    await addDeliveries(endpointId, 5)
    await claim(10)
    await store.pool.query(`UPDATE delivery_work SET lease_until = now() - interval '1 s'
      WHERE status = 'sending'`)
    const { deliveries } = await claim(10)
    expect(deliveries).toHaveLength(3)
  })
})

describe('a circuit', () => {
  test('that opens delays what is due there, and fails nothing', async () => {
    const endpointId = await endpoint()
    await addDeliveries(endpointId, 2)
    await open(endpointId, 60_000)
    await addDeliveries(endpointId, 1)
    expect((await claim(10)).deliveries).toEqual([])
    const { rows } = await store.pool.query(
      `SELECT status, failures, attempts, next_at > now() + interval '50 s' AS moved
       FROM delivery_work ORDER BY position`)
    const waits = { status: 'due', failures: 0, attempts: 0 }
    expect(rows).toEqual([
      { ...waits, moved: true }, { ...waits, moved: true }, { ...waits, moved: false },
    ])
    expect(await endpointStanding(store, [endpointId])).toMatchObject([{
      circuit: 'open', failures: 8, due: 3, sending: 0,
      fault: { code: 'timeout', says: 'no answer in time' },
    }])
  })

  test('that may be tried lets one delivery find out, whoever asks', async () => {
    const endpointId = await endpoint()
    await addDeliveries(endpointId, 5)
    await open(endpointId, -1)
    const claims = await Promise.all([claim(10), claim(10), claim(10)])
    const probes = claims.flatMap(({ deliveries }) => deliveries)
    expect(probes).toMatchObject([{ endpoint: { failures: 8 } }])
    expect(await endpointStanding(store, [endpointId]))
      .toMatchObject([{ circuit: 'half_open', sending: 1, due: 4 }])
    await changeCircuit(store, endpointId, null, () => ({ failures: 0, openUntilMs: null }))
    expect((await claim(10)).deliveries).toHaveLength(2)
    expect(await endpointStanding(store, [endpointId, newId()]))
      .toMatchObject([{ circuit: 'closed', failures: 0, fault: null, feeds: [] }])
  })

  test('of an endpoint that is gone is nobody\'s', async () => {
    await open(newId(), 60_000)
    expect(await takeEndpointTurn(store, newId(), () => ({ waitMs: 7, freeAtMs: 0 }))).toBe(0)
  })
})

test('turns are given out one after the other, to all workers', async () => {
  const endpointId = await endpoint()
  const turn = (freeAtMs: number | null, nowMs: number) => {
    const atMs = Math.max(freeAtMs ?? nowMs, nowMs)
    return { waitMs: atMs - nowMs, freeAtMs: atMs + 1_000 }
  }
  const waits = await Promise.all(
    Array.from({ length: 5 }, () => takeEndpointTurn(store, endpointId, turn)))
  const seconds = waits.toSorted((a, b) => a - b).map((ms) => Math.round(ms / 1_000))
  expect(seconds).toEqual([0, 1, 2, 3, 4])
})

test('a token is shared, and sealed', async () => {
  const endpointId = await endpoint()
  expect(await loadEndpointToken(store, endpointId)).toBeNull()
  const token = { value: 'opensesame', expiresAtMs: 1_700_000_000_000, of: 'us' }
  await saveEndpointToken(store, endpointId, token)
  expect(await loadEndpointToken(store, endpointId)).toEqual(token)
  await saveEndpointToken(store, endpointId, { ...token, expiresAtMs: null })
  expect(await loadEndpointToken(store, endpointId)).toMatchObject({ expiresAtMs: null })
  const { rows } = await store.pool.query<{ token: Buffer }>('SELECT token FROM endpoint_state ' +
    'WHERE token IS NOT NULL')
  expect(rows.map((row) => row.token.includes('opensesame'))).toEqual([false])
})
