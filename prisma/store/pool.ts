import pg from 'pg'

/** A row as `pg` gives it: bigint and numeric as text, times as Date, jsonb parsed. */
export type Row = Record<string, unknown>

export interface PoolOptions {
  readonly url: string
  readonly connectionsMax: number
  /** Bounds DESIGN §3 wants on every session. */
  readonly statementTimeoutMs: number
  readonly lockTimeoutMs: number
  readonly idleInTransactionTimeoutMs: number
}

export function openPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax,
    application_name: 'crossdock',
    statement_timeout: options.statementTimeoutMs,
    lock_timeout: options.lockTimeoutMs,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs,
  })
  // A connection that breaks (the database restarted) is replaced, and fails the query it has in
  // hand. Without listeners, on idle ones and on those in a transaction, it would end the process.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return pool
}

/**
 * Runs `work` in one transaction. The connection is thrown away, not reused, when even the rollback
 * fails.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    client.release()
    return result
  } catch (error) {
    await client.query('ROLLBACK').then(
      () => client.release(),
      (broken: unknown) => client.release(broken instanceof Error ? broken : true),
    )
    throw error
  }
}
