import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'

import { leastIdAt } from '#prisma/store/partitions.ts'
import { machineCpuSeconds } from '../report/machine.ts'
import type { BenchHub } from './hub.ts'
import type { LoadPlan, LoadReport } from './load.ts'

/** What is posted in one run; the rest of the plan is the hub's. */
export type Wanted = Omit<LoadPlan, 'url' | 'key'>

export interface PathRun {
  readonly documents: number
  readonly load: LoadReport
  /**
   * From the first post to the last 202, the last commit of orders and answers, the last sale and
   * 997 laid down.
   */
  readonly doorSeconds: number
  readonly commitSeconds: number
  readonly deliverySeconds: number
  /** CPU seconds of each process over the whole run. */
  readonly cpu: { readonly hub: number; readonly database: number; readonly load: number }
  /** Cores that whatever else runs on the machine took meanwhile. */
  readonly othersCores: number
  /** When its rows were made, since 1970. */
  readonly fromMs: number
  readonly toMs: number
}

const pollMs = 25
/** A hub that has not finished after this is broken, not slow. */
const patienceMs = 120_000

/** Posts what is wanted from a process of its own and waits until nothing is due any more. */
export async function runLoad(hub: BenchHub, wanted: Wanted): Promise<PathRun> {
  const database = new pg.Client({ connectionString: hub.databaseUrl })
  await database.connect()
  try {
    const before = await hub.cpuSeconds()
    const machineBefore = machineCpuSeconds()
    const fromMs = Date.now()
    const load = await postAll({ ...wanted, url: hub.url, key: hub.key })
    const committedMs = await untilEmpty(database, ['message_work'])
    const deliveredMs = await untilEmpty(database, ['outgoing_work', 'delivery_work'])
    const machineSeconds = machineCpuSeconds() - machineBefore
    const after = await hub.cpuSeconds()
    const documents = wanted.posts * wanted.setsPerPost
    await checkAll(database, fromMs, documents, wanted.posts)
    const seconds = (untilMs: number): number => (untilMs - load.startedMs) / 1_000
    const cpu = {
      hub: after.hub - before.hub,
      database: after.database - before.database,
      load: load.cpuSeconds,
    }
    const ours = cpu.hub + cpu.database + cpu.load
    return {
      documents,
      load,
      doorSeconds: seconds(load.endedMs),
      commitSeconds: seconds(committedMs),
      deliverySeconds: seconds(deliveredMs),
      cpu,
      othersCores: Math.max(0, machineSeconds - ours) / ((deliveredMs - fromMs) / 1_000),
      fromMs,
      toMs: Date.now() + 1,
    }
  } finally {
    await database.end()
  }
}

async function postAll(plan: LoadPlan): Promise<LoadReport> {
  const child = fork(fileURLToPath(new URL('./load.ts', import.meta.url)), {
    serialization: 'advanced',
  })
  child.send(plan)
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the load ended with exit code ${String(code)} before it was done`)
  })
  ended.catch(() => undefined)
  const [report] = (await Promise.race([once(child, 'message'), ended])) as [LoadReport]
  return report
}

/** Answers when none of these tables had a row left. */
async function untilEmpty(database: pg.Client, tables: readonly string[]): Promise<number> {
  const conditions = tables.map((table) => `EXISTS (SELECT FROM ${table})`)
  const text = `SELECT ${conditions.join(' OR ')} AS due`
  const endMs = Date.now() + patienceMs
  for (;;) {
    const { rows } = await database.query<{ due: boolean }>(text)
    if (rows[0]?.due === false) return Date.now()
    if (Date.now() > endMs) throw new Error(`due after ${patienceMs} ms: ${tables.join(', ')}`)
    await sleep(pollMs)
  }
}

/** A run that lost, doubled or parked something is no measurement. */
async function checkAll(
  database: pg.Client,
  fromMs: number,
  documents: number,
  posts: number,
): Promise<void> {
  const { rows } = await database.query<Record<string, string>>(
    `SELECT (SELECT count(*) FROM documents WHERE id >= $1) AS orders,
       (SELECT count(*) FROM acknowledgements WHERE id >= $1 AND message_id IS NOT NULL) AS answers,
       (SELECT count(*) FROM sandbox_sales WHERE id >= $1) AS sales,
       (SELECT count(*) FROM mailbox_items WHERE id >= $1) AS collected,
       (SELECT count(*) FROM parked WHERE id >= $1) AS parked`,
    [leastIdAt(fromMs)],
  )
  const found = JSON.stringify(rows[0])
  const expected = JSON.stringify({
    orders: String(documents), answers: String(posts), sales: String(documents),
    collected: String(posts), parked: '0',
  })
  if (found !== expected) throw new Error(`expected ${expected}, found ${found}`)
}

/**
 * How long after its arrival each message's answer and sale came, by the hub's and the database's
 * clock.
 */
export interface Delays {
  /** Until the numbers of its 997 were taken and its bytes made. */
  readonly envelopedMs: readonly number[]
  /** Until its 997 lay in the buyer's mailbox. */
  readonly collectableMs: readonly number[]
  /** Until its sale's answer was recorded. */
  readonly deliveredMs: readonly number[]
}

export async function readDelays(hub: BenchHub, run: PathRun): Promise<Delays> {
  const database = new pg.Client({ connectionString: hub.databaseUrl })
  await database.connect()
  const since = async (later: string): Promise<number[]> => {
    const { rows } = await database.query<{ ms: number }>(
      `SELECT extract(epoch FROM later.at - m.received_at)::float8 * 1000 AS ms
       FROM messages m JOIN (${later}) AS later ON later.message_id = m.id
       WHERE m.id >= $1 AND m.id < $2`,
      [leastIdAt(run.fromMs), leastIdAt(run.toMs)],
    )
    return rows.map(({ ms }) => ms)
  }
  try {
    return {
      envelopedMs: await since(
        `SELECT message_id, at FROM events WHERE kind = 'enveloped'`),
      collectableMs: await since(
        `SELECT d.source_message_id AS message_id, i.placed_at AS at
         FROM mailbox_items i JOIN deliveries d ON d.id = i.delivery_id`),
      deliveredMs: await since(
        `SELECT source_message_id AS message_id, finished_at AS at
         FROM deliveries WHERE operation <> 'send'`),
    }
  } finally {
    await database.end()
  }
}
