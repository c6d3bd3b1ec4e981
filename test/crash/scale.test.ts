import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestDatabase } from '#test/support/database.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { Fleet } from '#test/support/fleet.ts'
import { OrderLoad } from '#test/support/order-load.ts'
import { seededRandom } from '#test/support/random.ts'
import { describeWithRedis, TestRedis } from '#test/support/redis.ts'

/**
 * Two APIs and two workers on one PostgreSQL and one Redis, under load, while any of them is killed
 * at random and Redis forgets, dies and comes back.
 */
const requireAll = process.env.CROSSDOCK_REQUIRE_ALL === '1'
const rounds = Number(process.env.CROSSDOCK_SCALE_ROUNDS ?? (requireAll ? 16 : 4))
const seed = Number(process.env.CROSSDOCK_CRASH_SEED ?? Date.now() % 1_000_000_000)
const clients = 8
const roundMaxMs = 1_500
/** Less than a busy machine can do: what is measured is the recovery, not the queue before it. */
const pressure = { pauseMaxMs: 2_000, ordersMany: 10 }
/** On a quiet machine it is ten seconds at most (docs/scale-out.md); a noisy one has more. */
const recoveryMaxMs = 30_000

type Victim = 'api' | 'worker' | 'both workers' | 'redis' | 'flush'

describeWithRedis('a fleet', () => {
  let database: TestDatabase
  let redis: TestRedis
  let fleet: Fleet
  const random = seededRandom(seed)

  beforeAll(async () => {
    database = await startTestDatabase()
    redis = await TestRedis.start()
    fleet = await Fleet.start(database.url, redis.url, 2)
  })
  afterAll(async () => {
    await fleet.stop()
    await redis.stop()
    await database.stop()
  })

  test(`struck ${rounds} times (seed ${seed}), it loses and doubles nothing`, async () => {
    const load = new OrderLoad(fleet, random, pressure)
    load.start(clients)
    const recoveries: { victim: Victim; tookMs: number }[] = []
    for (let round = 0; round < rounds; round++) {
      await sleep(random() * roundMaxMs)
      const victim = pick()
      const probe = await load.one()
      recoveries.push({ victim, tookMs: await strike(victim, probe) })
    }
    await load.stop()
    const settledMs = await load.untilSettled()
    tell(load, recoveries, settledMs)
    await load.expectOnce()
    expect(Math.max(...recoveries.map(({ tookMs }) => tookMs))).toBeLessThan(recoveryMaxMs)
  })

  test('told to stop, each ends cleanly', async () => {
    expect(await fleet.ready(0)).toEqual({ status: 'ok', doorbell: 'up' })
    expect(await fleet.stop()).toEqual([0, 0, 0, 0])
  })

  function pick(): Victim {
    const victims = ['api', 'worker', 'both workers', 'redis', 'flush'] as const
    return victims[Math.floor(random() * victims.length)] ?? 'worker'
  }

  /** Strikes just after the probe was taken in; answers how long until it was processed. */
  async function strike(victim: Victim, probe: string): Promise<number> {
    const startedMs = Date.now()
    const member = random() < 0.5 ? 0 : 1
    const struck = {
      api: [fleet.apis[member]],
      worker: [fleet.workers[member]],
      'both workers': fleet.workers,
      redis: [redis],
      flush: [],
    }[victim]
    if (victim === 'flush') await redis.flush()
    await Promise.all(struck.map(async (one) => one?.kill()))
    // With a worker left, it is the worker that takes the work over; else the ones that come anew.
    const upAgain = Promise.all(struck.map(async (one) => one?.up()))
    await untilProcessed(probe)
    const tookMs = Date.now() - startedMs
    await upAgain
    return tookMs
  }

  async function untilProcessed(id: string): Promise<void> {
    for (const untilMs = Date.now() + 60_000; Date.now() < untilMs;) {
      const [row] = await fleet.query<{ status: string; answered: boolean }>(
        `SELECT m.status, EXISTS (SELECT FROM acknowledgements a
           WHERE a.of_message_id = m.id AND a.message_id IS NOT NULL) AS answered
         FROM messages m WHERE m.id = $1`, [id])
      if (row?.status === 'processed' && row.answered) return
      await sleep(50)
    }
    throw new Error(`message ${id} was not processed within a minute`)
  }

  function tell(
    load: OrderLoad,
    recoveries: readonly { victim: Victim; tookMs: number }[],
    settledMs: number,
  ): void {
    const byVictim = Map.groupBy(recoveries, ({ victim }) => victim)
    const lines = [...byVictim].map(([victim, all]) => {
      const took = all.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b)
      const p50 = took[Math.floor(took.length / 2)]
      return `${victim}: ${took.length} times, processed after p50 ${p50} ms, max ${took.at(-1)} ms`
    })
    console.log([
      `seed ${seed}: ${load.accepted.length} messages with ${load.orders.length} orders answered `
        + `with 202, ${load.lostAnswers} tries without an answer; settled ${settledMs} ms later`,
      ...lines,
    ].join('\n'))
  }
})
