import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { HubClient } from '#cli/demo/hub-client.ts'
import { stopLeftover } from '#prisma/embedded/postmaster.ts'
import { openCluster } from '#prisma/embedded/cluster.ts'
import { findEmbedded } from '#prisma/embedded/server.ts'
import { freePort } from './free-port.ts'

const launcher = join(import.meta.dirname, '../../crossdock')
const adminKey = 'a key for tests, of more than 32 characters'

/** A message as the API shows it; what tests look at. */
export interface MessageShown {
  readonly id: string
  readonly stream: string | null
  readonly status: string
  readonly interchanges: readonly {
    readonly control: string
    readonly verdict: string
    readonly groups: readonly {
      readonly verdict: string
      readonly sets: readonly SetShown[]
    }[]
  }[]
  readonly documents: readonly {
    readonly id: string
    readonly kind: string
    readonly number: string
  }[]
  readonly acknowledgements: readonly {
    readonly kind: string
    readonly outcome: string
    readonly messageId: string | null
  }[]
  readonly deliveries: readonly DeliveryShown[]
  readonly faults: readonly {
    readonly code: string
    readonly says: string
    readonly remedy: string
    readonly at?: { readonly byte: number; readonly segment: number; readonly tag: string }
  }[]
  readonly duplicateOf?: string
}

export interface SetShown {
  readonly type: string
  readonly control: string
  readonly verdict: string
  readonly status: string
}

export interface DeliveryShown {
  readonly id: string
  readonly endpoint: string
  readonly status: string
  readonly attempts: number
}

/** A request, as far as tests vary it. */
interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
}

/** What a list of the API answers. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

/** A real hub in a process of its own, with a data directory and a port that outlive its ends. */
export class TestHub {
  readonly url: string
  readonly dataDirectory: string
  /** Standard error of all its lives: JSON logs. */
  log = ''
  readonly #port: number
  #child: ChildProcess | null = null

  private constructor(dataDirectory: string, port: number) {
    this.dataDirectory = dataDirectory
    this.#port = port
    this.url = `http://127.0.0.1:${port}`
  }

  /** A hub of its own, up. */
  static async start(): Promise<TestHub> {
    const directory = await mkdtemp(join(tmpdir(), 'crossdock-hub-'))
    // The database runs as another user where the hub is root.
    await chmod(directory, 0o711)
    return await TestHub.over(join(directory, 'data'))
  }

  /** Over a data directory that may be there already; `remove` removes the folder it is in. */
  static async over(dataDirectory: string): Promise<TestHub> {
    const hub = new TestHub(dataDirectory, await freePort())
    await hub.up()
    return hub
  }

  /** The hub as somebody outside reaches it; all they send goes in `copies` times. */
  client(copies = 1): HubClient {
    return new HubClient(this.url, adminKey, copies)
  }

  get isUp(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null
  }

  /** Starts it and waits until it says so. Answers how long that took, in milliseconds. */
  async up(): Promise<number> {
    const startedMs = Date.now()
    const args = ['start', '--port', String(this.#port), '--data', this.dataDirectory]
    const child = spawn(launcher, args, {
      env: { ...process.env, CROSSDOCK_ADMIN_KEY: adminKey, DATABASE_URL: '', LOG_LEVEL: 'warn' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    child.stderr.on('data', (chunk: Buffer) => {
      this.log += chunk.toString()
    })
    let said = ''
    for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
      said += String(chunk)
      if (said.includes('is up at')) return Date.now() - startedMs
    }
    throw new Error(`the hub did not start: ${this.log.slice(-2_000)}`)
  }

  /** SIGKILL: no last words. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** SIGTERM: what is in hand is finished. Answers the exit code. */
  async stop(): Promise<number | null> {
    return this.#end('SIGTERM')
  }

  /** The database server's process, from the file it keeps while it lives. */
  async postmasterPid(): Promise<number> {
    const { directory } = await openCluster(this.dataDirectory)
    return Number((await readFile(join(directory, 'postmaster.pid'), 'utf8')).split('\n', 1)[0])
  }

  /** Stops everything and leaves nothing behind. */
  async remove(): Promise<void> {
    if (this.isUp) await this.stop()
    if (this.isUp) await this.kill()
    await stopLeftover(await openCluster(this.dataDirectory), 5_000)
    await rm(join(this.dataDirectory, '..'), { recursive: true, force: true })
  }

  async fetch(path: string, init: Asked = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${adminKey}`, ...init.headers }
    return fetch(this.url + path, { ...init, headers })
  }

  /** The JSON of an answer; throws where it is no success. */
  async ask<T>(path: string, init: Asked = {}): Promise<T> {
    const response = await this.fetch(path, init)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return await response.json() as T
  }

  async put(path: string, body: unknown): Promise<unknown> {
    const headers = { 'content-type': 'application/json' }
    return this.ask(path, { method: 'PUT', headers, body: JSON.stringify(body) })
  }

  /** Posts bytes as a message; answers its id. */
  async post(text: string): Promise<string> {
    const headers = { 'content-type': 'application/edi-x12' }
    const body = Buffer.from(text, 'latin1')
    return (await this.ask<{ id: string }>('/v1/messages', { method: 'POST', headers, body })).id
  }

  async message(id: string): Promise<MessageShown> {
    return this.ask<MessageShown>(`/v1/messages/${id}`)
  }

  /** The bytes of a message, as Latin-1. */
  async content(id: string): Promise<string> {
    const bytes = await (await this.fetch(`/v1/messages/${id}/content`)).arrayBuffer()
    return Buffer.from(bytes).toString('latin1')
  }

  /** A message once nothing about it goes on by itself any more. */
  async settled(id: string, withinMs = 30_000): Promise<MessageShown> {
    for (const untilMs = Date.now() + withinMs; ;) {
      const message = await this.message(id)
      if (isSettled(message)) return message
      if (Date.now() > untilMs) throw new Error(`not settled: ${JSON.stringify(message)}`)
      await sleep(50)
    }
  }

  /** Posts, and waits until it is settled. */
  async run(text: string): Promise<MessageShown> {
    return this.settled(await this.post(text))
  }

  /** All items of a list, page by page. */
  async all<Item>(path: string): Promise<readonly Item[]> {
    const items: Item[] = []
    const more = path.includes('?') ? '&' : '?'
    for (let cursor: string | null = ''; cursor !== null;) {
      const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page: Page<Item> = await this.ask(`${path}${more}limit=200${after}`)
      items.push(...page.items)
      cursor = page.next
    }
    return items
  }

  async sales(reference: string): Promise<readonly { readonly reference: string }[]> {
    return this.all(`/v1/sandbox/erp/sales?reference=${encodeURIComponent(reference)}`)
  }

  /** Rows straight from its database, for what no route shows. */
  async query<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    const client = new pg.Client(await findEmbedded(this.dataDirectory))
    await client.connect()
    try {
      return (await client.query<Row>(sql, values)).rows
    } finally {
      await client.end()
    }
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child
    if (child === null || !this.isUp) return child?.exitCode ?? null
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
    return child.exitCode
  }
}

const resting = new Set(['processed', 'partial', 'rejected', 'waiting', 'parked', 'duplicate'])
const ended = new Set(['delivered', 'parked', 'skipped', 'discarded'])

function isSettled(message: MessageShown): boolean {
  return resting.has(message.status)
    && message.acknowledgements.every(({ messageId }) => messageId !== null)
    && message.deliveries.every(({ status }) => ended.has(status))
}
