import type pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { Fault } from '#core/errors/fault.ts'
import { reasonOf, writeBackupFile } from './file.ts'
import type { Contents, Frame, Table } from './format.ts'
import { isHubs, readTables, takeInventory } from './inventory.ts'
import { openSession, quoted } from './session.ts'

export interface BackupOptions {
  readonly url: string
  /** How the database is called in a Fault: its directory, or the variable that names it. */
  readonly place: string
  readonly file: string
  /** Of this program. */
  readonly version: string
  readonly lockTimeoutMs: number
  /** Breaks it off; nothing is left. */
  readonly signal: AbortSignal
}

export interface BackupTaken {
  readonly contents: Contents
  readonly rows: number
  readonly sizeBytes: number
}

/**
 * Writes all of a hub's database, as it was at one moment, into one file, while hubs go on working
 * on it: their writes wait for nothing here. Memory does not grow with the database. Throws
 * BACKUP_NOTHING, BACKUP_EXISTS, BACKUP_FAILED, MIGRATION_HALF_APPLIED.
 */
export async function takeBackup(options: BackupOptions): Promise<BackupTaken> {
  try {
    const client = await openSession(options.url, options.lockTimeoutMs, 'backup')
    try {
      return await write(client, options)
    } finally {
      // With a copy still under way this breaks the connection, and the server ends the copy.
      await client.end()
    }
  } catch (error) {
    if (error instanceof Fault) throw error
    const because = options.signal.aborted ? 'it was told to stop' : reasonOf(error)
    throw new Fault('BACKUP_FAILED', { because })
  }
}

async function write(client: pg.Client, options: BackupOptions): Promise<BackupTaken> {
  await beginReading(client, options.place)
  const contents = await takeInventory(client, options.version, options.place)
  let rows = 0
  const frames = async function* (): AsyncGenerator<Frame> {
    yield { kind: 'contents', contents }
    for (const table of contents.tables) {
      for await (const frame of copyOut(client, table)) {
        if (frame.kind === 'end') rows += frame.rows
        yield frame
      }
    }
  }
  const sizeBytes = await writeBackupFile(options.file, frames(), options.signal)
  await client.query('COMMIT')
  return { contents, rows, sizeBytes }
}

/**
 * The tables are locked against changes of their shape before the moment is taken that the
 * transaction sees: LOCK TABLE takes none
 * (https://www.postgresql.org/docs/current/sql-lock.html, on REPEATABLE READ). Reading and writing
 * rows goes on under such a lock.
 */
async function beginReading(client: pg.Client, place: string): Promise<void> {
  const tables = await readTables(client)
  if (!isHubs(tables)) throw new Fault('BACKUP_NOTHING', { place })
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
  const names = tables.map(({ name }) => quoted(name)).join(', ')
  await client.query(`LOCK TABLE ${names} IN ACCESS SHARE MODE`)
}

/** COPY of a query, for COPY of a partitioned table's own name would find no row. */
async function* copyOut(client: pg.Client, { name, columns }: Table): AsyncGenerator<Frame> {
  const list = columns.map(quoted).join(', ')
  const query = `SELECT ${list} FROM ${quoted(name)}`
  const copy = client.query(copyTo(`COPY (${query}) TO STDOUT (FORMAT binary)`))
  for await (const bytes of copy) yield { kind: 'rows', bytes: bytes as Buffer }
  // How many there were is told after the last of them; the next answer comes after that.
  await client.query('SELECT 1')
  yield { kind: 'end', rows: copy.rowCount }
}
