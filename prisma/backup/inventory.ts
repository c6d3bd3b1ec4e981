import type pg from 'pg'
import { Fault } from '#core/errors/fault.ts'
import type { Partition } from '../store/partitions.ts'
import type { Contents, Table } from './format.ts'
import { quoted } from './session.ts'

/** What a database holds, but for its rows. Asked within the transaction that copies them. */
export async function takeInventory(
  client: pg.Client, version: string, place: string,
): Promise<Contents> {
  // The first of the transaction's questions: its answer and all later ones see the same moment.
  const { rows: [server] } = await client.query<ServerFacts>(serverFacts)
  const migrations = await readApplied(client)
  const tables = await readTables(client)
  if (server === undefined || migrations.length === 0) throw new Fault('BACKUP_NOTHING', { place })
  return {
    version,
    takenAt: server.at.toISOString(),
    database: server.database,
    serverVersion: server.version,
    keyIds: await readKeyIds(client, tables),
    migrations,
    tables: parentsFirst(tables, await readReferences(client)),
    partitions: await readPartitions(client),
    sequences: await readSequences(client),
  }
}

interface ServerFacts {
  readonly at: Date
  readonly database: string
  readonly version: string
}

const serverFacts = `
  SELECT statement_timestamp() AS at, current_database() AS database,
         current_setting('server_version') AS version`

/** A hub's database keeps a record of its migrations; others have none, or not this one. */
export function isHubs(tables: readonly Table[]): boolean {
  return tables.some(({ name }) => name === '_prisma_migrations')
}

async function readApplied(client: pg.Client): Promise<Contents['migrations']> {
  const { rows } = await client.query<Applied>(`
    SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
    FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name`)
  const half = rows.find(({ finished }) => !finished)
  if (half !== undefined) throw new Fault('MIGRATION_HALF_APPLIED', { name: half.name })
  return rows.map(({ name, checksum }) => ({ name, checksum }))
}

interface Applied {
  readonly name: string
  readonly checksum: string
  readonly finished: boolean
}

/** All tables but those that an extension brought, with the columns that are stored as given. */
export async function readTables(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(`
    SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace
      AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e'
                        AND d.classid = 'pg_class'::regclass)
    GROUP BY c.oid, c.relname ORDER BY c.relname`)
  return rows
}

interface Reference {
  readonly child: string
  readonly parent: string
}

async function readReferences(client: pg.Client): Promise<Reference[]> {
  const { rows } = await client.query<Reference>(`
    SELECT child.relname AS child, parent.relname AS parent
    FROM pg_constraint f
    JOIN pg_class child ON child.oid = f.conrelid JOIN pg_class parent ON parent.oid = f.confrelid
    WHERE f.contype = 'f' AND f.conparentid = 0
      AND child.relnamespace = current_schema()::regnamespace`)
  return rows
}

/**
 * What is referred to stands before what refers to it; a table may refer to itself. Of tables that
 * refer to each other in a circle the order does not matter: their constraints have to wait for the
 * end of the transaction anyway.
 */
export function parentsFirst(
  tables: readonly Table[], references: readonly Reference[],
): Table[] {
  const placed = new Set<Table>()
  const place = (table: Table): void => {
    if (placed.has(table)) return
    seen.add(table)
    for (const { child, parent } of references) {
      const before = child === table.name ? tables.find(({ name }) => name === parent) : undefined
      if (before !== undefined && !seen.has(before)) place(before)
    }
    placed.add(table)
  }
  const seen = new Set<Table>()
  for (const table of tables) place(table)
  return [...placed]
}

/** A default partition is made with its table, by a migration. */
async function readPartitions(client: pg.Client): Promise<Partition[]> {
  const { rows } = await client.query<Partition>(`
    SELECT part.relname AS name, whole.relname AS "table",
           pg_get_expr(part.relpartbound, part.oid) AS bound
    FROM pg_inherits i
    JOIN pg_class part ON part.oid = i.inhrelid JOIN pg_class whole ON whole.oid = i.inhparent
    WHERE part.relispartition AND part.relkind = 'r'
      AND whole.relnamespace = current_schema()::regnamespace
    ORDER BY part.relname`)
  return rows.filter(({ bound }) => isMonth(bound))
}

/** The only bounds a hub makes; nothing else of a file becomes SQL. */
export function isMonth(bound: string): boolean {
  return /^FOR VALUES FROM \('[0-9a-f-]{36}'\) TO \('[0-9a-f-]{36}'\)$/.test(bound)
}

/** A sequence runs ahead of the rows that a moment shows, never behind them. */
async function readSequences(client: pg.Client): Promise<Contents['sequences']> {
  const { rows } = await client.query<Contents['sequences'][number]>(`
    SELECT sequencename AS name, last_value::text AS last FROM pg_sequences
    WHERE schemaname = current_schema() AND last_value IS NOT NULL ORDER BY sequencename`)
  return rows
}

/** Whatever table holds sealed secrets names their key in this column. */
const keyColumn = 'secrets_key_id'

async function readKeyIds(client: pg.Client, tables: readonly Table[]): Promise<string[]> {
  const sealed = tables.filter(({ columns }) => columns.includes(keyColumn))
  if (sealed.length === 0) return []
  const selects = sealed.map(({ name }) => `SELECT ${keyColumn} AS id FROM ${quoted(name)}`)
  const { rows } = await client.query<{ readonly id: string | null }>(
    `${selects.join(' UNION ')} ORDER BY id`,
  )
  return rows.flatMap(({ id }) => (id === null ? [] : [id]))
}
