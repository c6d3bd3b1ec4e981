import pg from 'pg'
import { Fault } from '#core/errors/fault.ts'

/** The oldest PostgreSQL the hub is tested with: NULLS NOT DISTINCT came with 15. */
const oldestVersion = 15

/** What of a server the hub depends on. */
export interface ServerFacts {
  /** As the server tells it, e.g. `18.4`. */
  readonly version: string
  readonly versionNumber: number
  readonly fsync: string
  readonly fullPageWrites: string
  readonly synchronousCommit: string
  /** The server's clock. */
  readonly nowMs: number
}

/**
 * Asks a server for what the hub depends on; throws DATABASE_UNREACHABLE, which never holds the
 * password.
 */
export async function readServer(url: string, timeoutMs: number): Promise<ServerFacts> {
  try {
    const client = new pg.Client({
      connectionString: url, connectionTimeoutMillis: timeoutMs, query_timeout: timeoutMs,
    })
    client.on('error', () => undefined)
    try {
      await client.connect()
      const { rows } = await client.query<ServerFacts>(question)
      const [facts] = rows
      if (facts === undefined) throw new Error('it answered without a row')
      return facts
    } finally {
      await client.end()
    }
  } catch (error) {
    throw new Fault('DATABASE_UNREACHABLE', { because: reasonOf(error) })
  }
}

/** Throws DATABASE_TOO_OLD or DATABASE_NOT_DURABLE. */
export function checkServer(server: ServerFacts): void {
  const { version } = server
  if (server.versionNumber < oldestVersion * 10_000) {
    throw new Fault('DATABASE_TOO_OLD', { version, least: oldestVersion })
  }
  const durability = {
    fsync: server.fsync,
    full_page_writes: server.fullPageWrites,
    synchronous_commit: server.synchronousCommit,
  }
  for (const [setting, value] of Object.entries(durability)) {
    if (value === 'off') throw new Fault('DATABASE_NOT_DURABLE', { setting, value })
  }
}

const question = `
  SELECT current_setting('server_version') AS version,
         current_setting('server_version_num')::int AS "versionNumber",
         current_setting('fsync') AS fsync,
         current_setting('full_page_writes') AS "fullPageWrites",
         current_setting('synchronous_commit') AS "synchronousCommit",
         (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "nowMs"`

/** Connecting to several addresses fails with all their errors in one. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
