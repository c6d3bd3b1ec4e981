import type { Row } from './pool.ts'
import type { Store } from './index.ts'
import { firstIdAt } from './views/page.ts'
import { messageStatus } from './views/status.ts'

/** How the hub stands, in numbers. */
export interface Standing {
  /** Messages that wait for the workers. */
  readonly backlog: number
  /** Deliveries that are not done, by status. */
  readonly deliveries: readonly Counted[]
  /** Messages received since the given time, by what they are now. */
  readonly messages: readonly (Counted & { readonly direction: string })[]
  readonly parkedOpen: number
  /** Sets of ours whose acknowledgement is awaited, and open alarms for those that are late. */
  readonly acknowledgements: { readonly awaited: number; readonly overdue: number }
}

export interface Counted {
  readonly status: string
  readonly count: number
}

/** Messages that wait for the workers, counted no further than `countMax`. */
export async function countBacklog(store: Store, countMax: number): Promise<number> {
  const { rows } = await store.pool.query<{ count: string }>({
    name: 'count-backlog',
    text: 'SELECT count(*) FROM (SELECT FROM message_work LIMIT $1) AS waiting',
    values: [countMax],
  })
  return Number(rows[0]?.count ?? 0)
}

export async function readStanding(
  store: Store,
  options: { readonly since: Date; readonly backlogMax: number },
): Promise<Standing> {
  const [backlog, deliveries, messages, parked] = await Promise.all([
    countBacklog(store, options.backlogMax),
    store.pool.query<Row>('SELECT status, count(*) FROM delivery_work GROUP BY status'),
    store.pool.query<Row>(
      `SELECT direction, status, count(*) FROM (
         SELECT m.direction, ${messageStatus} AS status FROM messages m
         WHERE m.id >= $1) AS recent
       GROUP BY direction, status`,
      [firstIdAt(options.since.getTime())],
    ),
    store.pool.query<Row>(
      `SELECT count(*), count(*) FILTER (WHERE code = 'ACKNOWLEDGEMENT_OVERDUE') AS overdue, (
         SELECT count(*) FROM outgoing_sets WHERE acknowledge_by IS NOT NULL) AS awaited
       FROM parked WHERE status = 'open'`,
    ),
  ])
  return {
    backlog,
    deliveries: deliveries.rows.map(counted),
    messages: messages.rows.map((row) => ({
      ...counted(row), direction: row['direction'] as string,
    })),
    parkedOpen: Number(parked.rows[0]?.['count'] ?? 0),
    acknowledgements: {
      awaited: Number(parked.rows[0]?.['awaited'] ?? 0),
      overdue: Number(parked.rows[0]?.['overdue'] ?? 0),
    },
  }
}

/**
 * Whether the database answers and its migrations ended: `_prisma_migrations` holds a row for each,
 * unfinished while it runs or where it broke off.
 */
export async function isMigrated(store: Store): Promise<boolean> {
  const { rows } = await store.pool.query<Row>(
    `SELECT count(*) > 0 AND bool_and(finished_at IS NOT NULL) AS migrated
     FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  )
  return rows[0]?.['migrated'] === true
}

/**
 * What tells this database from another one: who migrated it first, and its name, for one may be
 * made as a copy of another.
 */
export async function databaseId(store: Store): Promise<string> {
  const { rows } = await store.pool.query<Row>(
    `SELECT left(md5(id || current_database()), 12) AS id
     FROM _prisma_migrations ORDER BY started_at, migration_name LIMIT 1`,
  )
  return rows[0]?.['id'] as string
}

function counted(row: Row): Counted {
  return { status: row['status'] as string, count: Number(row['count']) }
}
