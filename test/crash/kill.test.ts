import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { interchange, orderSet } from '#test/support/edi.ts'
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
const pauseMaxMs = 300
const roundMaxMs = 1_200
const settleMaxMs = 240_000

/** A message that was answered with 202. */
interface Accepted {
  readonly id: string
  readonly control: number
  readonly orders: readonly string[]
}

let hub: TestHub
const random = seededRandom(seed)
const accepted: Accepted[] = []
let controls = 0
let lostAnswers = 0
let done = false

beforeAll(async () => {
  hub = await TestHub.start()
})
afterAll(async () => hub.remove())

test(`killed ${rounds} times (seed ${seed}), it loses and doubles nothing`, async () => {
  const posting = Array.from({ length: clients }, () => client())
  const recoveries: Recovery[] = []
  for (let round = 0; round < rounds; round++) {
    await sleep(random() * roundMaxMs)
    recoveries.push(await killOne())
  }
  done = true
  await Promise.all(posting)
  const settledMs = await untilSettled()
  report(recoveries, settledMs)
  await expectOnce()
})

/** Posts message after message; the same bytes again until there is an answer. */
async function client(): Promise<void> {
  while (!done) {
    const control = ++controls
    // Every tenth message holds several orders and is large enough to be stored in parts.
    const count = control % 10 === 0 ? 45 : 1
    const orders = Array.from({ length: count }, (_, index) => `PO-${control}-${index}`)
    const text = interchange({ control, sets: orders.map((number) => orderSet({ number })) })
    accepted.push({ id: await postUntilAnswered(text), control, orders })
    await sleep(random() * pauseMaxMs)
  }
}

async function postUntilAnswered(text: string): Promise<string> {
  for (;;) {
    try {
      return await hub.post(text)
    } catch {
      lostAnswers += 1
      await sleep(200)
    }
  }
}

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

async function untilSettled(): Promise<number> {
  const startedMs = Date.now()
  while (Date.now() - startedMs < settleMaxMs) {
    if (await count(openWork) === 0) return Date.now() - startedMs
    await sleep(500)
  }
  const left = await hub.query('SELECT * FROM delivery_work LIMIT 3')
  throw new Error(`work is left: ${JSON.stringify(left)}`)
}

const openWork = `SELECT (SELECT count(*) FROM message_work)
  + (SELECT count(*) FROM outgoing_work)
  + (SELECT count(*) FROM delivery_work WHERE status <> 'parked') AS count`

async function expectOnce(): Promise<void> {
  const orders = accepted.flatMap((message) => message.orders).toSorted()
  expect(await hub.query('SELECT code, says FROM parked')).toEqual([])
  expect(await numbersIn('SELECT number FROM documents')).toEqual(orders)
  expect(await numbersIn('SELECT reference AS number FROM sandbox_sales')).toEqual(orders)

  const answers = await hub.query<Answer>(
    `SELECT a.of_message_id, a.message_id, convert_from(m.body, 'LATIN1') AS text
     FROM acknowledgements a JOIN messages m ON m.id = a.message_id`)
  const byMessage = Map.groupBy(answers, (answer) => answer.of_message_id)
  const wrong = accepted.filter(({ id, control }) => {
    const [answer, ...more] = byMessage.get(id) ?? []
    return more.length > 0 || answer?.text.includes(`~AK1*PO*${control}~`) !== true
      || !/~AK9\*A\*/.test(answer.text)
  })
  expect(wrong).toEqual([])

  // One 997 a message, also where it came twice; each in the mailbox, under its own numbers.
  const texts = new Map(answers.map(({ message_id, text }) => [message_id, text]))
  expect(texts.size).toBe(accepted.length)
  const isa13 = [...texts.values()].map((text) => Number(text.slice(90, 99)))
  expect(isa13.toSorted((a, b) => a - b)).toEqual(accepted.map((_, index) => index + 1))
  const gs06 = [...texts.values()].map((text) => /~GS(?:\*[^*~]*){5}\*(\d+)/.exec(text)?.[1])
  expect(new Set(gs06).size).toBe(accepted.length)
  expect(await count('SELECT count(DISTINCT message_id) AS count FROM mailbox_items'))
    .toBe(accepted.length)
  expect(await count(`SELECT count(*) FROM deliveries WHERE status <> 'delivered'`)).toBe(0)
}

interface Answer {
  readonly of_message_id: string
  readonly message_id: string
  readonly text: string
}

async function numbersIn(sql: string): Promise<readonly string[]> {
  return (await hub.query<{ number: string }>(sql)).map(({ number }) => number).toSorted()
}

async function count(sql: string): Promise<number> {
  const [row] = await hub.query<{ count: string }>(sql)
  return Number(row?.count)
}

/** Times until the hub says it is ready again, the database's recovery included. */
function report(recoveries: readonly Recovery[], settledMs: number): void {
  const lines = (['hub', 'database', 'both'] as const).flatMap((killed) => {
    const took = recoveries.filter((one) => one.killed === killed).map(({ tookMs }) => tookMs)
      .toSorted((a, b) => a - b)
    const p50 = took[Math.floor(took.length / 2)]
    if (took.length === 0) return []
    const max = took.at(-1)
    return [`${killed} killed ${took.length} times: ready after p50 ${p50} ms, max ${max} ms`]
  })
  const orders = accepted.reduce((sum, message) => sum + message.orders.length, 0)
  console.log([
    `seed ${seed}: ${accepted.length} messages with ${orders} orders answered with 202, `
      + `${lostAnswers} tries without an answer; all settled ${settledMs} ms after the last kill`,
    ...lines,
  ].join('\n'))
}
