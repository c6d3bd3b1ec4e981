import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { startHub } from './path/hub.ts'
import type { BenchHub } from './path/hub.ts'
import { readDelays, runLoad } from './path/measure.ts'
import type { PathRun, Wanted } from './path/measure.ts'
import { insertRaw } from './path/raw.ts'
import type { RawRun } from './path/raw.ts'
import { figure, milliseconds, quantile, table } from './report/figures.ts'
import { machineLine } from './report/machine.ts'

/**
 * `npm run bench:path`: a hub of its own, a load from another process, and how many 850s a second
 * go the whole way to order, 997 and sale, beside raw `unnest` inserts of the same rows in the same
 * server. Prints Markdown.
 */
const { values: given } = parseArgs({
  options: {
    documents: { type: 'string', default: '4000' },
    clients: { type: 'string', default: '32' },
    /** How long the run at half the load lasts. */
    seconds: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const documents = Number(given.documents)
const clients = Number(given.clients)
const seconds = Number(given.seconds)
const seed = Number(given.seed)

const setsPerInterchange = 50
const warmUpPosts = 400
/** Control numbers count on from run to run. */
let interchange = 1

const directory = await mkdtemp(join(tmpdir(), 'crossdock-bench-'))
try {
  // As root the database runs as another user, who has to get through.
  await chmod(directory, 0o711)
  const hub = await startHub(join(directory, 'data'))
  try {
    await measure(hub)
  } finally {
    await hub.stop()
  }
} finally {
  await rm(directory, { recursive: true, force: true })
}

async function measure(hub: BenchHub): Promise<void> {
  print(`${machineLine()}; seed ${seed}, ${clients} clients\n`)
  await runLoad(hub, wanted('W', warmUpPosts, 1))
  const single = await runLoad(hub, wanted('S', documents, 1))
  const singleRaw = await insertRaw(hub.databaseUrl, single)
  const posts = Math.ceil(documents / setsPerInterchange)
  const bundled = await runLoad(hub, wanted('B', posts, setsPerInterchange))
  const bundledRaw = await insertRaw(hub.databaseUrl, bundled)
  print(throughputTable([
    ['one by one', single, singleRaw],
    [`interchanges of ${setsPerInterchange}`, bundled, bundledRaw],
  ]))
  print(`Rows of one document posted by itself: ${rowsText(singleRaw, documents)}.\n`)
  const perSecond = single.documents / single.deliverySeconds / 2
  await measureHalf(hub, perSecond)
}

function wanted(phase: string, posts: number, setsPerPost: number): Wanted {
  const first = interchange
  interchange += posts
  const prefix = `${phase}${seed}`
  return { seed, prefix, interchange: first, posts, setsPerPost, clients, postsPerSecond: null }
}

async function measureHalf(hub: BenchHub, perSecond: number): Promise<void> {
  const posts = Math.ceil(perSecond * seconds)
  // Reading the metrics starts the measurement of the event loop's delay anew.
  await hub.metrics()
  const half = await runLoad(hub, { ...wanted('H', posts, 1), postsPerSecond: perSecond })
  const lagMs = ((await hub.metrics()).get('nodejs_eventloop_lag_p99_seconds') ?? NaN) * 1_000
  const delays = await readDelays(hub, half)
  const row = (what: string, ms: readonly number[]): string[] =>
    [what, milliseconds(quantile(ms, 0.5)), milliseconds(quantile(ms, 0.99))]
  print(`At half that load, ${figure(perSecond)} documents/s for ${seconds} s:\n`)
  print(table(['from the post', 'p50', 'p99'], [
    row('to its 202', half.load.latenciesMs),
    row('to its 997 enveloped', delays.envelopedMs),
    row('to its 997 in the mailbox', delays.collectableMs),
    row('to its sale delivered', delays.deliveredMs),
  ]))
  print(`\nEvent-loop delay p99: ${milliseconds(lagMs)}. CPU of hub and database: ` +
    `${figure(half.cpu.hub / half.deliverySeconds)} and ` +
    `${figure(half.cpu.database / half.deliverySeconds)} cores; of others: ` +
    `${figure(half.othersCores)}.\n`)
}

function throughputTable(runs: readonly (readonly [string, PathRun, RawRun])[]): string {
  const head = [
    'documents/s', 'to its 202', 'to commit', 'to delivery', 'raw `unnest`', 'delivery / raw',
    'CPU hub', 'CPU database', 'CPU load', 'others’ cores', 'POST p50', 'POST p99',
  ]
  return table(head, runs.map(([name, run, raw]) => {
    const count = run.documents
    const rawRate = count / raw.seconds
    const cpu = (spent: number): string => milliseconds((spent * 1_000) / count)
    return [
      name, figure(count / run.doorSeconds), figure(count / run.commitSeconds),
      figure(count / run.deliverySeconds),
      `${figure(rawRate)} (${figure(raw.rows / raw.seconds)} rows/s)`,
      figure(count / run.deliverySeconds / rawRate),
      cpu(run.cpu.hub), cpu(run.cpu.database), cpu(run.cpu.load), figure(run.othersCores),
      milliseconds(quantile(run.load.latenciesMs, 0.5)),
      milliseconds(quantile(run.load.latenciesMs, 0.99)),
    ]
  })) + '\n'
}

function rowsText({ rowsByTable, rows }: RawRun, count: number): string {
  const each = [...rowsByTable].filter(([, made]) => made > 0)
    .map(([name, made]) => `${name} ${figure(made / count)}`)
  return `${figure(rows / count)} (${each.join(', ')})`
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
