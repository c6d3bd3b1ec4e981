import pg from 'pg'
import { inTransaction } from './pool.ts'

/**
 * Tables cut by month on a UUIDv7, whose first 48 bits are the time in milliseconds (RFC 9562
 * §5.7).
 */
const partitioned = ['messages', 'message_parts', 'events'] as const

/**
 * Makes the partitions of this month and of `monthsAhead` further ones, and answers the names of
 * those made. Safe to run at any time and from several hubs at once. A month whose rows already
 * fell into the default partition stays there: nothing is moved.
 */
export async function ensurePartitions(
  pool: pg.Pool, nowMs: number, monthsAhead: number,
): Promise<string[]> {
  const made: string[] = []
  for (let ahead = 0; ahead <= monthsAhead; ahead++) {
    const month = monthOf(nowMs, ahead)
    for (const table of partitioned) {
      if (await makePartition(pool, table, month)) made.push(partitionName(table, month))
    }
  }
  return made
}

interface Month {
  readonly year: number
  /** From 1. */
  readonly month: number
  readonly fromMs: number
  readonly toMs: number
}

/** The UTC month that is `ahead` months after the one of `nowMs`. */
export function monthOf(nowMs: number, ahead: number): Month {
  const now = new Date(nowMs)
  const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1))
  const toMs = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 1)
  return {
    year: from.getUTCFullYear(), month: from.getUTCMonth() + 1, fromMs: from.getTime(), toMs,
  }
}

/** The least UUID of all that were made at or after the time. */
export function leastIdAt(timeMs: number): string {
  const hex = timeMs.toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`
}

function partitionName(table: string, { year, month }: Month): string {
  return `${table}_${year}_${String(month).padStart(2, '0')}`
}

async function makePartition(pool: pg.Pool, table: string, month: Month): Promise<boolean> {
  const name = partitionName(table, month)
  const bound = `FOR VALUES FROM ('${leastIdAt(month.fromMs)}') TO ('${leastIdAt(month.toMs)}')`
  if (await tableExists(pool, name)) return false
  try {
    return await inTransaction(pool, async (client) => {
      await client.query(`SELECT pg_advisory_xact_lock(hashtext('crossdock partitions'))`)
      if (await tableExists(client, name)) return false
      await attachPartition(client, { name, table, bound })
      return true
    })
  } catch (error) {
    if (isHeldByDefault(error)) return false
    throw error
  }
}

export interface Partition {
  readonly name: string
  /** The table it is a part of. */
  readonly table: string
  /** As PostgreSQL writes it: `FOR VALUES FROM (…) TO (…)`. */
  readonly bound: string
}

/**
 * Made apart and attached, not created in place: attaching does not keep readers and writers of the
 * table waiting (https://www.postgresql.org/docs/current/sql-altertable.html, ATTACH PARTITION).
 */
export async function attachPartition(
  client: pg.ClientBase, { name, table, bound }: Partition,
): Promise<void> {
  await client.query(`CREATE TABLE ${name} (LIKE ${table} INCLUDING ALL)`)
  await client.query(`ALTER TABLE ${table} ATTACH PARTITION ${name} ${bound}`)
}

/** Asks pg_class itself: to_regclass may answer from a cache filled before another hub's commit. */
async function tableExists(on: pg.Pool | pg.PoolClient, name: string): Promise<boolean> {
  const { rowCount } = await on.query(
    'SELECT 1 FROM pg_class WHERE relname = $1 AND relnamespace = current_schema()::regnamespace',
    [name],
  )
  return rowCount === 1
}

/** 23514 check_violation: the default partition holds rows of this month. */
function isHeldByDefault(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '23514'
}
