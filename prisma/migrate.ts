import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { Fault } from '#core/errors/fault.ts'

export interface MigrateOptions {
  readonly url: string
  readonly lockTimeoutMs: number
  /** Folder of `<name>/migration.sql`; the hub's own unless a test says otherwise. */
  readonly directory?: string
}

/** A migration as released: Prisma's layout and Prisma's checksum, lowercase sha256 of the file. */
export interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

interface Recorded {
  readonly migration_name: string
  readonly checksum: string
  readonly finished: boolean
}

/**
 * Applies the migrations that the database lacks, in order of their names, each in one transaction
 * with its record, and answers the names of those applied. The record is Prisma's own table under
 * Prisma's own lock, so `prisma migrate` goes on working beside it.
 */
export async function migrate(options: MigrateOptions): Promise<string[]> {
  const migrations = await readMigrations(options.directory)
  const client = new pg.Client({
    connectionString: options.url, application_name: 'crossdock migrate',
  })
  await client.connect()
  try {
    await takeMigrationLock(client, options.lockTimeoutMs)
    const due = dueMigrations(migrations, await readRecord(client))
    for (const migration of due) await apply(client, migration)
    return due.map(({ name }) => name)
  } finally {
    await client.end()
  }
}

/** The migrations still due, or the Fault that says why none may be applied. */
function dueMigrations(
  migrations: readonly Migration[], recorded: readonly Recorded[],
): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const { migration_name: name, checksum, finished } of recorded) {
    const migration = known.get(name)
    if (migration === undefined) throw new Fault('MIGRATION_UNKNOWN', { name })
    if (!finished) throw new Fault('MIGRATION_HALF_APPLIED', { name })
    if (migration.checksum !== checksum) throw new Fault('MIGRATION_CHANGED', { name })
  }
  const done = new Set(recorded.map(({ migration_name: name }) => name))
  return migrations.filter(({ name }) => !done.has(name))
}

const ourMigrations = join(import.meta.dirname, 'migrations')

/** In the order in which they are applied. */
export async function readMigrations(directory = ourMigrations): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name).sort()
  return await Promise.all(names.map(async (name) => {
    const sql = await readFile(join(directory, name, 'migration.sql'), 'utf8')
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
  }))
}

/** The number `prisma migrate` locks with: https://pris.ly/d/migrate-advisory-locking */
const lockNumber = 72_707_369

/** Held until the connection ends. Throws MIGRATION_LOCKED. */
export async function takeMigrationLock(client: pg.Client, timeoutMs: number): Promise<void> {
  await client.query(`SET lock_timeout = ${timeoutMs}`)
  try {
    await client.query('SELECT pg_advisory_lock($1)', [lockNumber])
  } catch (error) {
    // 55P03 lock_not_available
    if (!(error instanceof pg.DatabaseError) || error.code !== '55P03') throw error
    throw new Fault('MIGRATION_LOCKED', { seconds: timeoutMs / 1000 })
  }
}

/**
 * Makes Prisma's table where it is missing; a database with other tables and no record is somebody
 * else's.
 */
async function readRecord(client: pg.Client): Promise<Recorded[]> {
  const { rowCount } = await client.query(`
    SELECT 1 FROM information_schema.tables
    WHERE table_schema = current_schema() AND table_name = '_prisma_migrations'`)
  if (rowCount === 0) {
    await refuseForeign(client)
    await client.query(recordTable)
  }
  const { rows } = await client.query<Recorded>(`
    SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
    FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at`)
  return rows
}

async function refuseForeign(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string }>(`
    SELECT table_name AS table FROM information_schema.tables
    WHERE table_schema = current_schema() ORDER BY table_name LIMIT 1`)
  const first = rows[0]
  if (first !== undefined) throw new Fault('DATABASE_NOT_OURS', { table: first.table })
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  try {
    await client.query('BEGIN')
    await applyAndRecord(client, migration)
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined)
    const because = error instanceof Error ? error.message : String(error)
    throw new Fault('MIGRATION_FAILED', { name: migration.name, because })
  }
}

/** Within the caller's transaction. */
export async function applyAndRecord(
  client: pg.Client, { name, sql, checksum }: Migration,
): Promise<void> {
  await client.query(sql)
  await client.query(
    `INSERT INTO _prisma_migrations
       (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), checksum, name],
  )
}

/** As Prisma itself makes it. */
export const recordTable = `
  CREATE TABLE _prisma_migrations (
    id                  varchar(36) PRIMARY KEY NOT NULL,
    checksum            varchar(64) NOT NULL,
    finished_at         timestamptz,
    migration_name      varchar(255) NOT NULL,
    logs                text,
    rolled_back_at      timestamptz,
    started_at          timestamptz NOT NULL DEFAULT now(),
    applied_steps_count integer NOT NULL DEFAULT 0
  )`
