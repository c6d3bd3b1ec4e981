import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { takeOverLeases } from '#prisma/store/receive-claim.ts'
import type { Store } from '#prisma/store/index.ts'
import { startTestStore } from '#test/support/database.ts'
import { FeedSource, seedTelling, telling } from '#test/support/feed-source.ts'
import { Crash, Mortality } from '#test/support/mortality.ts'
import type { Death } from '#test/support/mortality.ts'
import { CallMemory, callEffects } from '#workers/calls/effects.ts'
import type { HttpCall } from '#workers/effects/http.ts'
import { pollEffects } from '#workers/jobs/poll/effects.ts'
import { Poller } from '#workers/jobs/poll/run.ts'

let database: Awaited<ReturnType<typeof startTestStore>>
let store: Store
beforeAll(async () => {
  database = await startTestStore()
  store = database.store
})
afterAll(() => database.stop())

/** Looks until nothing is due, or until it dies. */
async function live(source: FeedSource, death: Death | null): Promise<void> {
  await takeOverLeases(store)
  const mortality = new Mortality(death)
  const http = { call: (call: HttpCall) => source.call(call), close: nothing }
  const calls = callEffects(store, http, 'http://127.0.0.1:1', new CallMemory())
  const effects = mortality.mortal(pollEffects(store, calls, nothing))
  const poller = new Poller(new Map([['telling', telling]]), effects, (error) => {
    if (!(error instanceof Crash)) throw error
  })
  let more = true
  while (more) {
    more = await poller.pollDue()
    await poller.finish(new AbortController().signal)
    if (mortality.died) throw new Crash()
  }
}

function nothing(): undefined {
  return undefined
}

async function outcome(endpointId: string) {
  const count = async (sql: string): Promise<number> => {
    const { rows } = await store.pool.query<{ count: string }>(sql, [endpointId])
    return Number(rows[0]?.count)
  }
  const { rows: [work] } = await store.pool.query<{ cursor: number | null; leased: boolean }>(
    'SELECT cursor, token IS NOT NULL AS leased FROM feed_work WHERE endpoint_id = $1',
    [endpointId])
  return {
    ...work,
    sources: await count('SELECT count(*) FROM message_sources WHERE endpoint_id = $1'),
    messages: await count(`SELECT count(*) FROM messages m
      JOIN message_work w ON w.message_id = m.id
      JOIN message_sources s ON s.message_id = m.id WHERE s.endpoint_id = $1`),
    lost: await count(`SELECT count(*) FROM message_sources s
      LEFT JOIN messages m ON m.id = s.message_id WHERE m.id IS NULL AND s.endpoint_id = $1`),
    uploads: await count('SELECT count(*) FROM uploads WHERE $1::uuid IS NOT NULL'),
  }
}

/** Lives once, and once more where it died; what was stored by then is what the cursor passed. */
async function dieOnce(source: FeedSource, endpointId: string, death: Death): Promise<boolean> {
  try {
    await live(source, death)
    return false
  } catch (error) {
    if (!(error instanceof Crash)) throw error
  }
  const { sources, cursor } = await outcome(endpointId)
  expect({ ...death, stored: sources }).toEqual({ ...death, stored: cursor ?? 0 })
  await live(source, null)
  return true
}

describe.each(['before', 'after'] as const)('killed %s any effect', (when) => {
  test.each([['small', ''], ['large', 'x'.repeat(10_000)]])(
    'each %s record is stored exactly once, and none is passed over', async (_, text) => {
      for (let atEffect = 1; atEffect < 100; atEffect++) {
        const source = new FeedSource()
        source.tell(5, text)
        const endpointId = await seedTelling(store)
        const died = await dieOnce(source, endpointId, { atEffect, when })
        expect({ atEffect, ...await outcome(endpointId) }).toEqual({
          atEffect, cursor: 5, leased: false, sources: 5, messages: 5, lost: 0, uploads: 0,
        })
        if (died) continue
        expect(atEffect).toBeGreaterThan(10)
        return
      }
      throw new Error('the job never finished')
    })
})
