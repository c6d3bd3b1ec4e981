import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, test } from 'vitest'
import { OrderLoad } from '#test/support/order-load.ts'
import { TestHub } from '#test/support/hub.ts'
import { seededRandom } from '#test/support/random.ts'

/**
 * The crash test on the real thing: eight clients post orders while the hub, its database or both
 * are killed at random, again and again. In the end every 202 has its orders, its 997 and its
 * sales, once each.
 */
const requireAll = process.env.CROSSDOCK_REQUIRE_ALL === '1'
const rounds = Number(process.env.CROSSDOCK_CRASH_ROUNDS ?? (requireAll ? 50 : 5))
const seed = Number(process.env.CROSSDOCK_CRASH_SEED ?? Date.now() % 1_000_000_000)
const clients = 8
const roundMaxMs = 1_200

let hub: TestHub
const random = seededRandom(seed)

beforeAll(async () => {
  hub = await TestHub.start()
})
afterAll(async () => hub.remove())

test(`killed ${rounds} times (seed ${seed}), it loses and doubles nothing`, async () => {
  const load = new OrderLoad(hub, random)
  load.start(clients)
  const recoveries: Recovery[] = []
  for (let round = 0; round < rounds; round++) {
    await sleep(random() * roundMaxMs)
    recoveries.push(await killOne())
  }
  await load.stop()
  report(load, recoveries, await load.untilSettled())
  await load.expectOnce()
})

interface Recovery {
  readonly killed: 'hub' | 'database' | 'both'
  readonly tookMs: number
}

async function killOne(): Promise<Recovery> {
  const drawn = random()
  const killed = drawn < 0.5 ? 'hub' : drawn < 0.75 ? 'database' : 'both'
  const postmaster = await hub.postmasterPid()
  if (killed !== 'hub') process.kill(postmaster, 'SIGKILL')
  const startedMs = Date.now()
  if (killed === 'database') {
    await untilReplaced(postmaster)
  } else {
    await hub.kill()
    await hub.up()
  }
  return { killed, tookMs: Date.now() - startedMs }
}

/** The hub brings its database up again by itself. */
async function untilReplaced(postmaster: number): Promise<void> {
  for (const untilMs = Date.now() + 60_000; Date.now() < untilMs;) {
    const ready = await hub.fetch('/health/ready').then(({ ok }) => ok, () => false)
    const pid = await hub.postmasterPid().catch(() => postmaster)
    if (ready && pid !== postmaster) return
    await sleep(20)
  }
  throw new Error(`not ready again: ${hub.log.slice(-2_000)}`)
}

/** Times until the hub says it is ready again, the database's recovery included. */
function report(load: OrderLoad, recoveries: readonly Recovery[], settledMs: number): void {
  const lines = (['hub', 'database', 'both'] as const).flatMap((killed) => {
    const took = recoveries.filter((one) => one.killed === killed).map(({ tookMs }) => tookMs)
      .toSorted((a, b) => a - b)
    const p50 = took[Math.floor(took.length / 2)]
    if (took.length === 0) return []
    const max = took.at(-1)
    return [`${killed} killed ${took.length} times: ready after p50 ${p50} ms, max ${max} ms`]
  })
  const { accepted, orders, lostAnswers } = load
  console.log([
    `seed ${seed}: ${accepted.length} messages with ${orders.length} orders answered with 202, `
      + `${lostAnswers} tries without an answer; all settled ${settledMs} ms after the last kill`,
    ...lines,
  ].join('\n'))
}
