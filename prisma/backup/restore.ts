import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { Fault } from '#core/errors/fault.ts'
import {
  applyAndRecord, readMigrations, recordTable, takeMigrationLock,
} from '../migrate.ts'
import type { Migration } from '../migrate.ts'
import { doubtDeliveries } from '../store/doubt.ts'
import { attachPartition } from '../store/partitions.ts'
import { skipNumbers } from '../store/void-numbers.ts'
import type { VoidNumbers } from '../store/void-numbers.ts'
import { reasonOf } from './file.ts'
import type { OpenBackup } from './file.ts'
import type { Contents, Table } from './format.ts'
import { isMonth, readTables } from './inventory.ts'
import { openSession, quoted } from './session.ts'
import { passOver, readSeal, takeTurn } from './turns.ts'

export interface RestoreOptions {
  /** An empty database. */
  readonly url: string
  /** How the database is called in a Fault. */
  readonly place: string
  readonly lockTimeoutMs: number
  /** So many numbers of each series are passed over and recorded as void; 0 passes over none. */
  readonly skipNumbers: number
  /** Breaks it off; all is undone. */
  readonly signal: AbortSignal
  /** Folder of migrations; the hub's own unless a test says otherwise. */
  readonly migrations?: string
}

export interface Restored {
  readonly rows: number
  /** Tables that no migration of the hub makes; their rows were left out. */
  readonly leftOut: readonly string[]
  /** Migrations newer than the backup, applied on top. */
  readonly applied: readonly string[]
  /** Deliveries that were due and may have been sent since. */
  readonly doubted: number
  readonly voided: readonly VoidNumbers[]
}

/**
 * Restores a backup into an empty database, in one transaction: whole and checked against its seal,
 * or not at all. Migrations that the backup does not know are applied on top. What was under way
 * when the backup was taken is found as after a crash: its lease is over. A delivery that was due
 * or being sent has an unknown fate. Throws RESTORE_NOT_EMPTY, RESTORE_FAILED, BACKUP_NEWER,
 * BACKUP_DAMAGED, MIGRATION_CHANGED, MIGRATION_LOCKED.
 */
export async function restoreBackup(
  backup: OpenBackup, options: RestoreOptions,
): Promise<Restored> {
  const known = await readMigrations(options.migrations)
  const recorded = checkMigrations(backup.contents, known)
  try {
    const client = await openSession(options.url, options.lockTimeoutMs, 'restore')
    try {
      await takeMigrationLock(client, options.lockTimeoutMs)
      await client.query('BEGIN')
      await refuseFull(client, options.place)
      await makeSchema(client, recorded, backup.contents)
      const { rows, leftOut } = await fill(client, backup, options.signal)
      const newer = known.filter((migration) => !recorded.includes(migration))
      for (const migration of newer) await applyAndRecord(client, migration)
      const doubted = await doubtDeliveries(client)
      const reason = `restored from the backup of ${backup.contents.takenAt}`
      const voided = await skipNumbers(client, options.skipNumbers, reason)
      await client.query('COMMIT')
      return { rows, leftOut, applied: newer.map(({ name }) => name), doubted, voided }
    } finally {
      // Before the commit this undoes everything.
      await client.end()
    }
  } catch (error) {
    if (error instanceof Fault) throw error
    const because = options.signal.aborted ? 'it was told to stop' : reasonOf(error)
    throw new Fault('RESTORE_FAILED', { because })
  }
}

/** The migrations of the backup, as this program has them, in the backup's order. */
export function checkMigrations(
  { version, migrations }: Contents, known: readonly Migration[],
): Migration[] {
  return migrations.map(({ name, checksum }) => {
    const migration = known.find((one) => one.name === name)
    if (migration === undefined) {
      const [maker, unknown] = [`Crossdock ${version}`, `the migration ${name}`]
      throw new Fault('BACKUP_NEWER', { maker, unknown })
    }
    if (migration.checksum !== checksum) throw new Fault('MIGRATION_CHANGED', { name })
    return migration
  })
}

async function refuseFull(client: pg.Client, place: string): Promise<void> {
  const [first] = await readTables(client)
  if (first === undefined) return
  throw new Fault('RESTORE_NOT_EMPTY', { place, found: `the table ${first.name}` })
}

/** The tables as they were when the backup was taken, without what the migrations put in them. */
async function makeSchema(
  client: pg.Client, migrations: readonly Migration[], { partitions }: Contents,
): Promise<void> {
  await client.query(recordTable)
  for (const { sql } of migrations) await client.query(sql)
  const made = await readTables(client)
  for (const { name, table, bound } of partitions) {
    if (!isMonth(bound) || !made.some((one) => one.name === table)) continue
    await attachPartition(client, { name: quoted(name), table: quoted(table), bound })
  }
  await client.query(`TRUNCATE ${made.map(({ name }) => quoted(name)).join(', ')}`)
}

interface Filled {
  readonly rows: number
  readonly leftOut: string[]
}

async function fill(
  client: pg.Client, backup: OpenBackup, signal: AbortSignal,
): Promise<Filled> {
  const { contents } = backup
  const made = new Set((await readTables(client)).map(({ name }) => name))
  const leftOut: string[] = []
  let rows = 0
  for (const table of contents.tables) {
    const isMade = made.has(table.name)
    if (!isMade) leftOut.push(table.name)
    const counted = isMade
      ? await copyIn(client, table, backup, signal)
      : await passOver(backup)
    if (isMade) rows += counted
  }
  await readSeal(backup)
  for (const { name, last } of contents.sequences) {
    await client.query('SELECT setval(to_regclass($1), $2)', [quoted(name), last])
  }
  // Whatever checks at the end of a transaction has to be done before a table can change its shape.
  await client.query('SET CONSTRAINTS ALL IMMEDIATE')
  return { rows, leftOut }
}

/** Triggers of ours check rows here as they did where the rows were first written. */
async function copyIn(
  client: pg.Client, { name, columns }: Table, backup: OpenBackup, signal: AbortSignal,
): Promise<number> {
  const list = columns.map(quoted).join(', ')
  const turn = takeTurn(backup)
  const target = `${quoted(name)} (${list})`
  const copy = client.query(copyFrom(`COPY ${target} FROM STDIN (FORMAT binary)`))
  try {
    await pipeline(Readable.from(turn.rows), copy, { signal })
  } catch (error) {
    if (error instanceof Fault || signal.aborted) throw error
    throw new Fault('RESTORE_FAILED', { because: `table ${name}: ${reasonOf(error)}` })
  }
  if (copy.rowCount === turn.counted()) return copy.rowCount
  const because = `table ${name} took ${copy.rowCount} of ${turn.counted()} rows`
  throw new Fault('RESTORE_FAILED', { because })
}
