import pg from 'pg'

import { migrate } from '#prisma/migrate.ts'
import { ensurePartitions, leastIdAt } from '#prisma/store/partitions.ts'

/**
 * The tables that hold what is left of a document when it has gone its whole way, each with a
 * UUIDv7 that tells when its row was made. What was due in between (the work tables) is gone again
 * and is not counted.
 */
const tables = {
  messages: 'id',
  interchanges: 'id',
  groups: 'id',
  sets: 'id',
  documents: 'id',
  document_keys: 'document_id',
  seen: 'message_id',
  outgoing_sets: 'id',
  acknowledgements: 'id',
  deliveries: 'id',
  delivery_attempts: 'delivery_id',
  events: 'id',
  mailbox_items: 'id',
  sandbox_sales: 'id',
} as const

/** What rows refer to by a foreign key; copied before the clock starts. */
const configuration = ['partners', 'endpoints']

export interface RawRun {
  readonly rowsByTable: ReadonlyMap<string, number>
  readonly rows: number
  readonly seconds: number
}

/** One table's share of one transaction. */
interface Slice {
  readonly name: string
  readonly text: string
  readonly values: readonly (string | null)[][]
}

interface Copied {
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
  readonly rows: readonly (readonly (string | null)[])[]
}

const connections = 4
const documentsPerTransaction = 100

/**
 * Takes the rows that documents made between two times and inserts the same rows into a fresh copy
 * of the schema in the same server, by `unnest` and nothing else: no look-ups, no locks, no work
 * tables, no answers. The copy goes with the data directory.
 */
export async function insertRaw(
  databaseUrl: string,
  made: { readonly fromMs: number; readonly toMs: number; readonly documents: number },
): Promise<RawRun> {
  const source = new pg.Pool({ connectionString: databaseUrl, max: 1 })
  const name = `raw_${made.fromMs}`
  await source.query(`CREATE DATABASE ${name}`)
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  const target = new pg.Pool({ connectionString: url.href, max: connections })
  try {
    await migrate({ url: url.href, lockTimeoutMs: 10_000 })
    await ensurePartitions(target, made.toMs, 0)
    const range = [leastIdAt(made.fromMs), leastIdAt(made.toMs)]
    for (const table of configuration) {
      const [all] = cut(await copy(source, table, '', []), 1)
      if (all !== undefined) await target.query(all.text, [...all.values])
    }
    const copies: Copied[] = []
    for (const [table, id] of Object.entries(tables)) {
      const where = `WHERE ${id} >= $1 AND ${id} < $2 ORDER BY ${id}`
      copies.push(await copy(source, table, where, range))
    }
    const transactions = Math.ceil(made.documents / documentsPerTransaction)
    const seconds = await insertAll(target, copies, transactions)
    return {
      rowsByTable: new Map(copies.map((table) => [table.name, table.rows.length])),
      rows: copies.reduce((sum, table) => sum + table.rows.length, 0),
      seconds,
    }
  } finally {
    await target.end()
    await source.end()
  }
}

async function copy(
  source: pg.Pool,
  name: string,
  where: string,
  values: readonly string[],
): Promise<Copied> {
  const { rows: columns } = await source.query<{ name: string; type: string }>(
    `SELECT attname AS name, format_type(atttypid, NULL) AS type FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`,
    [name],
  )
  const list = columns.map((column) => `${column.name}::text`).join(', ')
  const { rows } = await source.query<(string | null)[]>({
    text: `SELECT ${list} FROM ${name} ${where}`, values: [...values], rowMode: 'array',
  })
  return { name, columns, rows }
}

/** Shares the rows out over so many transactions, as the documents they belong to would be. */
function cut(table: Copied, transactions: number): Slice[] {
  const { name, columns, rows } = table
  const each = Math.ceil(rows.length / transactions)
  const parameters = columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ')
  const names = columns.map((column) => column.name).join(', ')
  const text = `INSERT INTO ${name} (${names}) SELECT * FROM unnest(${parameters})`
  return Array.from({ length: each === 0 ? 0 : Math.ceil(rows.length / each) }, (_, index) => {
    const part = rows.slice(index * each, (index + 1) * each)
    const values = columns.map((_column, at) => part.map((row) => row[at] ?? null))
    return { name, text, values }
  })
}

async function insertAll(
  target: pg.Pool,
  copies: readonly Copied[],
  transactions: number,
): Promise<number> {
  const slices = copies.map((table) => cut(table, transactions))
  const started = performance.now()
  let next = 0
  await Promise.all(Array.from({ length: connections }, async () => {
    const client = await target.connect()
    for (let index = next++; index < transactions; index = next++) {
      await client.query('BEGIN')
      for (const parts of slices) {
        const slice = parts[index]
        if (slice === undefined) continue
        await client.query({ name: slice.name, text: slice.text, values: [...slice.values] })
      }
      await client.query('COMMIT')
    }
    client.release()
  }))
  return (performance.now() - started) / 1_000
}
