import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { failed } from '#connectors/_kit/fate.ts'
import type { Feed } from '#connectors/_kit/contract.ts'
import { newId } from '#prisma/store/ids.ts'
import { resumeParked } from '#prisma/store/park.ts'
import type { Store } from '#prisma/store/index.ts'
import { startTestStore } from '#test/support/database.ts'
import { FeedSource, seedTelling, telling } from '#test/support/feed-source.ts'
import { CallMemory, callEffects } from '#workers/calls/effects.ts'
import type { Called, HttpCall } from '#workers/effects/http.ts'
import { afterFailedLook, everyMs, recordsOf } from './decide.ts'
import { pollEffects } from './effects.ts'
import { Poller } from './run.ts'

const use = { records: { sale: { document: 'order-response', mapping: 'any' } } }

describe('decided is', () => {
  const feed = { everyMs: 5_000 } as Feed

  test.each([[undefined, 5_000], [60, 60_000], [0, 500]])(
    'every %s seconds: %i ms', (everySeconds, ms) => {
      const asked = everySeconds === undefined ? use : { ...use, everySeconds }
      expect(everyMs(feed, asked, 500)).toBe(ms)
    })

  test('kinds that are not listed are passed over', () => {
    const record = { key: '1', reference: 'r', body: {} }
    const records = ['sale', 'invoice', 'toString'].map((kind) => ({ ...record, kind }))
    const page = { records, cursor: 1, more: false }
    expect(recordsOf(page, use)).toEqual([{ ...record, kind: 'sale' }])
  })

  const bounds = { failuresMax: 3, waitMaxMs: 10_000 }
  test.each<[fate: 'not_sent' | 'refused', failures: number, waitMs: number, code: string | null]>([
    ['not_sent', 1, 2_000, null], ['not_sent', 2, 4_000, null],
    ['not_sent', 3, 8_000, 'FEED_FAILING'], ['not_sent', 99, 10_000, 'FEED_FAILING'],
    ['refused', 1, 2_000, 'FEED_REFUSED'],
  ])('%s at failure %i: again in %i ms, shown as %s', (fate, failures, waitMs, code) => {
    const verdict = failed(fate, 'http', 'no')
    const look = { endpoint: 'e', feed: 'f', verdict, failures, everyMs: 1_000 }
    const next = afterFailedLook(look, bounds)
    expect({ waitMs: next.waitMs, code: next.park?.code ?? null }).toEqual({ waitMs, code })
    const asked = { ...look, verdict: { ...verdict, waitMs: 99_000 } }
    expect(afterFailedLook(asked, bounds).waitMs).toBe(99_000)
  })
})

let database: Awaited<ReturnType<typeof startTestStore>>
let store: Store
beforeAll(async () => {
  database = await startTestStore()
  store = database.store
})
afterAll(() => database.stop())

function poller(source: FeedSource): Poller {
  const http = { call: (call: HttpCall) => source.call(call), close: () => undefined }
  const calls = callEffects(store, http, 'http://127.0.0.1:1', new CallMemory())
  const effects = { ...pollEffects(store, calls, () => undefined), ringLater: () => undefined }
  return new Poller(new Map([['telling', telling]]), effects, (error) => {
    throw error
  })
}

/** Looks at everything that is due, once its waits are over. */
async function pollAll(source: FeedSource): Promise<void> {
  await store.pool.query('UPDATE feed_work SET next_at = now()')
  const polling = poller(source)
  do await polling.pollDue()
  while (await polling.finish(new AbortController().signal).then(() => polling.pollDue()))
  await polling.finish(new AbortController().signal)
}

async function standing(endpointId: string) {
  const { rows: [work] } = await store.pool.query<Record<string, unknown>>(
    'SELECT cursor, failures, fault, token FROM feed_work WHERE endpoint_id = $1', [endpointId])
  const parked = await store.prisma.parked.findMany({
    where: { endpointId }, orderBy: { id: 'asc' },
  })
  const kept = await store.prisma.messageSource.count({ where: { endpointId } })
  return { ...work, kept, parked: parked.map(({ code, status }) => `${code} ${status}`) }
}

function answered(status: number, body: unknown = ''): Called {
  return { is: 'answer', answer: { status, headers: {}, body } }
}

describe('a feed', () => {
  test('is read on from where it was left, by whoever looks', async () => {
    const source = new FeedSource()
    const endpointId = await seedTelling(store)
    source.tell(3)
    await pollAll(source)
    source.tell(2)
    source.tell(1, '', 'unlisted')
    await Promise.all([pollAll(source), pollAll(source)])
    expect(await standing(endpointId)).toMatchObject({ cursor: 6, kept: 5, parked: [] })
    await store.prisma.endpoint.delete({ where: { id: endpointId } })
  })

  test('that refuses is shown at once, as one item, until it can be read', async () => {
    const source = new FeedSource()
    const endpointId = await seedTelling(store)
    source.instead.push(answered(403, 'wrong key'), answered(401, 'wrong key'))
    await pollAll(source)
    expect(await standing(endpointId)).toMatchObject({
      failures: 1, fault: { code: 'http_403', says: '403 wrong key' }, token: null,
      parked: ['FEED_REFUSED open'],
    })
    await pollAll(source)
    expect(await standing(endpointId)).toMatchObject({ parked: ['FEED_REFUSED open'] })
    await pollAll(source)
    expect(await standing(endpointId)).toMatchObject({
      failures: 0, fault: null, parked: ['FEED_REFUSED resumed'],
    })
    await store.prisma.endpoint.delete({ where: { id: endpointId } })
  })

  test('that keeps failing is shown after a while; resumed, it is tried at once', async () => {
    const source = new FeedSource()
    const endpointId = await seedTelling(store)
    source.tell(1)
    const { feedFailuresMax } = limits.workers
    for (let looks = 1; looks <= feedFailuresMax; looks++) {
      expect((await standing(endpointId)).parked).toEqual([])
      source.instead.push(answered(200, 'no list'))
      await pollAll(source)
    }
    expect(await standing(endpointId)).toMatchObject({
      failures: feedFailuresMax, parked: ['FEED_FAILING open'],
      fault: { code: 'answer_unread', says: 'the answer is no list of changes' },
    })
    const item = await store.prisma.parked.findFirstOrThrow({ where: { endpointId } })
    expect(await resumeParked(store, item.id, newId(), { attemptsMax: 1 }))
      .toEqual({ status: 'resumed', ring: 'poll' })
    const polling = poller(source)
    await polling.pollDue()
    await polling.finish(new AbortController().signal)
    expect(await standing(endpointId)).toMatchObject({ failures: 0, kept: 1 })
    await store.prisma.endpoint.delete({ where: { id: endpointId } })
  })

  test('may not write, and one that nobody has is shown', async () => {
    const source = new FeedSource()
    const writing = await seedTelling(store, 'writing')
    const unknown = await seedTelling(store, 'constructor')
    await pollAll(source)
    expect(source.reads).toBe(0)
    expect(await standing(writing)).toMatchObject({ parked: ['FEED_REFUSED open'] })
    expect(await standing(unknown)).toMatchObject({ parked: ['FEED_UNKNOWN open'] })
    await store.prisma.endpoint.deleteMany({ where: { id: { in: [writing, unknown] } } })
  })

  test('may tell of things of any size, once each', async () => {
    const source = new FeedSource()
    const endpointId = await seedTelling(store)
    source.tell(1, 'x'.repeat(2_500_000))
    await pollAll(source)
    await store.pool.query('UPDATE feed_work SET cursor = NULL')
    await pollAll(source)
    const { rows } = await store.pool.query(
      `SELECT m.parts, m.encoding, m.content_type, (SELECT count(*)::int FROM message_parts p
         WHERE p.message_id = m.id) AS stored
       FROM messages m JOIN message_sources s ON s.message_id = m.id WHERE s.endpoint_id = $1`,
      [endpointId])
    expect(rows).toEqual([
      { parts: 3, encoding: 'gzip', content_type: 'application/json', stored: 3 },
    ])
    expect(await store.pool.query('SELECT FROM uploads')).toMatchObject({ rowCount: 0 })
  })
})
