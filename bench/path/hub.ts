import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { findEmbedded } from '#prisma/embedded/server.ts'

/** A hub of the bench's own: a process on a free port with a data directory of its own. */
export interface BenchHub {
  readonly url: string
  readonly key: string
  readonly databaseUrl: string
  metrics(): Promise<ReadonlyMap<string, number>>
  /** CPU seconds since their start of the hub, and of its database where the system tells. */
  cpuSeconds(): Promise<{ readonly hub: number; readonly database: number }>
  stop(): Promise<void>
}

const launcher = fileURLToPath(new URL('../../crossdock', import.meta.url))

export async function startHub(dataDirectory: string): Promise<BenchHub> {
  const key = randomBytes(24).toString('base64url')
  const child = spawn(launcher, ['start', '--port', '0', '--data', dataDirectory], {
    env: { ...process.env, CROSSDOCK_ADMIN_KEY: key, LOG_LEVEL: 'warn', DATABASE_URL: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await urlOf(child)
  const databaseUrl = await findEmbedded(dataDirectory)
  if (databaseUrl === undefined) throw new Error('the hub is up without its database')
  const postmaster = Number(
    (await readFile(join(dataDirectory, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0])
  const metrics = async (): Promise<ReadonlyMap<string, number>> =>
    parseMetrics(await (await fetch(`${url}/metrics`)).text())
  return {
    url,
    key,
    databaseUrl,
    metrics,
    cpuSeconds: async () => ({
      hub: (await metrics()).get('process_cpu_seconds_total') ?? NaN,
      database: await treeCpuSeconds(postmaster),
    }),
    stop: async () => {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

/** Read from the banner. */
async function urlOf(child: ChildProcess): Promise<string> {
  let text = ''
  if (child.stdout === null) throw new Error('a child without standard output')
  for await (const chunk of child.stdout) {
    text += String(chunk)
    const url = /Crossdock is up at (\S+)/.exec(text)?.[1]
    if (url !== undefined) return url
  }
  throw new Error(`the hub ended before it was up: ${text}`)
}

function parseMetrics(text: string): ReadonlyMap<string, number> {
  const samples = [...text.matchAll(/^([a-z]\S*) (\S+)$/gm)]
  return new Map(samples.map(([, name = '', value]) => [name, Number(value)]))
}

/** In clock ticks, of which Linux tells user space a hundred a second (proc(5), USER_HZ). */
const ticksPerSecond = 100

/** Of a process, its living children and those it has waited for; NaN where there is no /proc. */
async function treeCpuSeconds(pid: number): Promise<number> {
  const processes = await readdir('/proc').catch(() => [])
  const stats = await Promise.all(processes.filter((name) => /^\d+$/.test(name))
    .map((name) => readFile(`/proc/${name}/stat`, 'latin1').catch(() => '')))
  let ticks = NaN
  let living = 0
  for (const stat of stats) {
    // The name stands in parentheses and may hold anything; fields are counted from behind it.
    const own = Number(stat.slice(0, stat.indexOf(' ')))
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number)
    const [user = 0, system = 0, waitedUser = 0, waitedSystem = 0] = fields.slice(11, 15)
    if (own === pid) ticks = user + system + waitedUser + waitedSystem
    else if (fields[1] === pid) living += user + system
  }
  return (ticks + living) / ticksPerSecond
}
