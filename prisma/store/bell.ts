import pg from 'pg'

import { bellOf, coalesced } from '#core/exchange/bell.ts'
import type { Bell, RemoteBell } from '#core/exchange/bell.ts'
import type { Store } from './index.ts'

/** Where a bell tells that it is no longer heard, and that it is again. */
export interface BellLog {
  error(facts: object, message: string): void
  info(facts: object, message: string): void
}

export interface DatabaseBellOptions {
  readonly url: string
  /** Before a broken connection is made anew. */
  readonly reconnectMs: number
  readonly log: BellLog
}

const channel = 'crossdock_bell'

/**
 * A bell over LISTEN and NOTIFY, for several processes on one database without a Redis. Listening
 * takes one connection, which is made anew by itself; what rings meanwhile is left to the sweep.
 */
export function openDatabaseBell(store: Store, options: DatabaseBellOptions): RemoteBell {
  const ring = coalesced(
    (bell) => store.pool.query('SELECT pg_notify($1, $2)', [channel, bell]),
    () => undefined,
  )
  let ear: Ear | null = null
  return {
    ring,
    listen: (answer) => {
      ear = new Ear(options, answer)
    },
    isUp: () => ear === null || ear.isUp,
    close: async () => ear?.close(),
  }
}

/** One connection that listens, or is being made. */
class Ear {
  isUp = false
  readonly #options: DatabaseBellOptions
  readonly #answer: (bell: Bell) => Promise<void>
  #client: pg.Client | null = null
  #timer: NodeJS.Timeout | null = null
  #closed = false

  constructor(options: DatabaseBellOptions, answer: (bell: Bell) => Promise<void>) {
    this.#options = options
    this.#answer = answer
    void this.#open()
  }

  async close(): Promise<void> {
    this.#closed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#client?.end().catch(() => undefined)
  }

  async #open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#options.url, application_name: 'crossdock bell', keepAlive: true,
    })
    this.#client = client
    client.on('error', (error) => this.#broken(client, error))
    client.on('end', () => this.#broken(client, new Error('the connection ended')))
    client.on('notification', ({ payload = '' }) => {
      const bell = bellOf(payload)
      if (bell !== undefined) void this.#answer(bell)
    })
    try {
      await client.connect()
      await client.query(`LISTEN ${channel}`)
      this.isUp = true
    } catch (error) {
      this.#broken(client, error)
    }
  }

  #broken(client: pg.Client, error: unknown): void {
    if (this.#closed || this.#client !== client) return
    if (this.isUp) this.#options.log.error({ err: error }, 'not listening; sweeps go on')
    this.isUp = false
    this.#client = null
    client.end().catch(() => undefined)
    this.#timer = setTimeout(() => void this.#open(), this.#options.reconnectMs)
  }
}
