import pg from 'pg'

import { bellOf, coalesced } from '#core/exchange/bell.ts'
import type { RemoteBell } from '#core/exchange/bell.ts'
import { newId } from './ids.ts'
import type { Store } from './index.ts'

/** Where a bell tells that it is no longer heard, and that it is again. */
export interface BellLog {
  error(facts: object, message: string): void
  info(facts: object, message: string): void
}

export interface DatabaseBellOptions {
  readonly url: string
  readonly connectTimeoutMs: number
  /** Before a broken connection is made anew. */
  readonly reconnectMs: number
  readonly log: BellLog
}

const channel = 'crossdock_bell'
/** On a connection that only listens nothing else tells that the other end is gone. */
const keepAliveMs = 10_000

/**
 * A bell over LISTEN and NOTIFY, for several processes on one database without a Redis. Listening
 * takes one connection, which is made anew by itself; what rings meanwhile is left to the sweep.
 */
export function openDatabaseBell(store: Store, options: DatabaseBellOptions): RemoteBell {
  // What rings here is heard here without the database.
  const self = newId()
  const ring = coalesced(
    (bell) => store.pool.query('SELECT pg_notify($1, $2)', [channel, `${bell} ${self}`]),
    () => undefined,
  )
  let ear: Ear | null = null
  return {
    ring,
    listen: (answer) => {
      ear = new Ear(options, (text) => {
        const [name = '', from] = text.split(' ')
        const bell = bellOf(name)
        if (bell !== undefined && from !== self) void answer(bell)
      })
    },
    hush: () => void ear?.close(),
    isUp: () => ear === null || ear.isUp,
    close: async () => ear?.close(),
  }
}

/** One connection that listens, or is being made. */
class Ear {
  isUp = false
  readonly #options: DatabaseBellOptions
  readonly #hears: (text: string) => void
  #client: pg.Client | null = null
  #timer: NodeJS.Timeout | null = null
  #told = false
  #closed = false

  constructor(options: DatabaseBellOptions, hears: (text: string) => void) {
    this.#options = options
    this.#hears = hears
    void this.#open()
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#client?.end().catch(() => undefined)
  }

  async #open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      application_name: 'crossdock bell',
      connectionTimeoutMillis: this.#options.connectTimeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: keepAliveMs,
    })
    this.#client = client
    client.on('error', (error) => this.#broken(client, error))
    client.on('end', () => this.#broken(client, new Error('the connection ended')))
    client.on('notification', ({ payload = '' }) => this.#hears(payload))
    try {
      await client.connect()
      await client.query(`LISTEN ${channel}`)
      this.#heard()
    } catch (error) {
      this.#broken(client, error)
    }
  }

  #heard(): void {
    if (this.#told) this.#options.log.info({}, 'listening again')
    this.#told = false
    this.isUp = true
  }

  /** Told once, however often it is tried again. */
  #broken(client: pg.Client, error: unknown): void {
    if (this.#closed || this.#client !== client) return
    if (!this.#told) this.#options.log.error({ err: error }, 'not listening; sweeps go on')
    this.#told = true
    this.isUp = false
    this.#client = null
    client.end().catch(() => undefined)
    this.#timer = setTimeout(() => void this.#open(), this.#options.reconnectMs)
  }
}
