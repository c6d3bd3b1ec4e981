import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { freePort } from './free-port.ts'
import type { LoadedHub } from './order-load.ts'

const launcher = join(import.meta.dirname, '../../crossdock')
const adminKey = 'a key for tests, of more than 32 characters'

/** One process of a fleet, which may be killed and started anew. */
export class Member {
  readonly name: string
  readonly #args: readonly string[]
  readonly #environment: Readonly<Record<string, string>>
  readonly #directory: string
  #child: ChildProcess | null = null
  #log = ''

  /** @param directory where it is started, and leaves nothing. */
  constructor(
    name: string,
    args: readonly string[],
    environment: Record<string, string>,
    directory: string,
  ) {
    this.name = name
    this.#args = args
    this.#environment = environment
    this.#directory = directory
  }

  /** Resolves when it says that it is up. */
  async up(): Promise<void> {
    const child = spawn(launcher, this.#args, {
      cwd: this.#directory,
      env: { ...process.env, ...this.#environment, LOG_LEVEL: 'warn' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    child.stderr.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString()
    })
    let said = ''
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
      said += String(chunk)
      if (said.includes('is up')) return
    }
    throw new Error(`${this.name} did not start: ${this.#log.slice(-2_000)}`)
  }

  get log(): string {
    return this.#log
  }

  /** SIGKILL: no last words. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** SIGTERM; answers the exit code. */
  async stop(): Promise<number | null> {
    await this.#end('SIGTERM')
    return this.#child?.exitCode ?? null
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }
}

/** APIs and workers in processes of their own, on one database and, if there is one, one Redis. */
export class Fleet implements LoadedHub {
  readonly apis: readonly Member[]
  readonly workers: readonly Member[]
  readonly #urls: readonly string[]
  readonly #watched: readonly string[]
  readonly #databaseUrl: string
  readonly #directory: string
  #turn = 0

  private constructor(
    apis: readonly Member[],
    workers: readonly Member[],
    urls: readonly string[],
    watched: readonly string[],
    databaseUrl: string,
    directory: string,
  ) {
    this.apis = apis
    this.workers = workers
    this.#urls = urls
    this.#watched = watched
    this.#databaseUrl = databaseUrl
    this.#directory = directory
  }

  static async start(databaseUrl: string, redisUrl: string | null, each: number): Promise<Fleet> {
    const directory = await mkdtemp(join(tmpdir(), 'crossdock-fleet-'))
    const environment = {
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl ?? '',
      CROSSDOCK_SECRETS_KEY: randomBytes(32).toString('base64'),
      CROSSDOCK_ADMIN_KEY: adminKey,
    }
    const numbers = Array.from({ length: each }, (_, index) => index + 1)
    const ports = await Promise.all(numbers.map(freePort))
    const urls = ports.map((port) => `http://127.0.0.1:${port}`)
    const apis = ports.map((port, at) => new Member(`api ${at + 1}`, [
      'api', '--sandbox', '--port', String(port),
    ], environment, directory))
    const healthPorts = await Promise.all(numbers.map(freePort))
    const workers = healthPorts.map((port, at) => new Member(`worker ${at + 1}`, [
      'worker', '--hub', urls[at] ?? '', '--health-port', String(port),
    ], environment, directory))
    const watched = [...ports, ...healthPorts].map((port) => `http://127.0.0.1:${port}`)
    const fleet = new Fleet(apis, workers, urls, watched, databaseUrl, directory)
    await Promise.all(apis.map((api) => api.up()))
    await Promise.all(workers.map((worker) => worker.up()))
    return fleet
  }

  /** By one API after the other. */
  async post(text: string): Promise<string> {
    const url = this.#urls[this.#turn++ % this.#urls.length] ?? ''
    const response = await fetch(`${url}/v1/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/edi-x12' },
      body: Buffer.from(text, 'latin1'),
    })
    if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`)
    return ((await response.json()) as { id: string }).id
  }

  /** What each says of itself, APIs first. */
  async ready(): Promise<readonly { readonly doorbell?: string }[]> {
    return Promise.all(this.#watched.map(async (url) =>
      (await fetch(`${url}/health/ready`)).json() as Promise<object>))
  }

  /** What its processes left on this machine. */
  async leftovers(): Promise<readonly string[]> {
    return readdir(this.#directory)
  }

  async query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client(this.#databaseUrl)
    await client.connect()
    try {
      return (await client.query<Row>(sql, values)).rows
    } finally {
      await client.end()
    }
  }

  async stop(): Promise<(number | null)[]> {
    const codes = await Promise.all([...this.workers, ...this.apis].map((one) => one.stop()))
    await rm(this.#directory, { recursive: true, force: true })
    return codes
  }
}
