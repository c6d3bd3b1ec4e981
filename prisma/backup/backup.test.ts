import { randomBytes } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { startEmptyDatabase, startTestDatabase } from '#test/support/database.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { migrate } from '../migrate.ts'
import { newId } from '../store/ids.ts'
import { ensurePartitions } from '../store/partitions.ts'
import { takeBackup } from './backup.ts'
import type { BackupTaken } from './backup.ts'
import { openBackup } from './file.ts'
import { restoreBackup } from './restore.ts'
import type { Restored, RestoreOptions } from './restore.ts'
import { checkThrough } from './turns.ts'

let directory: string
let file: string
let source: TestDatabase
let target: TestDatabase
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'crossdock-backup-'))
  source = await startTestDatabase()
  await fillWithAllKinds(source.url)
})
afterAll(async () => {
  await source.stop()
  await rm(directory, { recursive: true })
})
beforeEach(async () => {
  target = await startEmptyDatabase()
  file = join(directory, `${randomBytes(4).toString('hex')}.backup`)
})
afterEach(() => target.stop())

test('what is restored is what was backed up, table by table, sequences too', async () => {
  const taken = await backUp()
  const restored = await restore()
  expect(restored).toMatchObject({ rows: taken.rows, leftOut: [], applied: [], voided: [] })
  const tables = taken.contents.tables.map(({ name }) => name)
  expect(tables).toContain('_prisma_migrations')
  for (const table of tables) {
    expect([table, await fingerprint(target.url, table)])
      .toEqual([table, await fingerprint(source.url, table)])
  }
  expect(await migrate({ url: target.url, lockTimeoutMs: 5_000 })).toEqual([])
  const [next] = await query<{ position: string }>(target.url, `
    INSERT INTO outgoing_work (bundle_id, relationship_id) VALUES ($1, $1) RETURNING position`,
    [newId()])
  expect(Number(next?.position)).toBe(4)
})

test('each row stands in the partition of its month, as where it came from', async () => {
  await backUp()
  await restore()
  const where = 'SELECT tableoid::regclass::text AS part, id FROM messages ORDER BY id'
  const parts = await query<{ part: string }>(source.url, where)
  expect(new Set(parts.map(({ part }) => part)).size).toBeGreaterThan(1)
  expect(await query(target.url, where)).toEqual(parts)
  const storage = `
    SELECT attstorage FROM pg_attribute
    WHERE attname = 'body' AND attrelid = 'messages_2026_11'::regclass`
  expect(await query(target.url, storage)).toEqual([{ attstorage: 'e' }])
})

test('the file is for its owner alone, new, and does not stand there by half', async () => {
  const { sizeBytes, contents } = await backUp()
  expect(contents.keyIds).toEqual(['key one'])
  const { mode, size } = await stat(file)
  expect([mode & 0o777, size]).toEqual([0o600, sizeBytes])
  await expect(backUp()).rejects.toMatchObject({ code: 'BACKUP_EXISTS' })
  const before = await readdir(directory)
  file = join(directory, 'stopped.backup')
  await expect(backUp(AbortSignal.abort())).rejects.toMatchObject({ code: 'BACKUP_FAILED' })
  file = join(directory, 'absent', 'one.backup')
  await expect(backUp()).rejects.toMatchObject({ code: 'BACKUP_FAILED' })
  expect(await readdir(directory)).toEqual(before)
})

test('a backup shows one moment, however much is written meanwhile', async () => {
  const writer = new pg.Client(source.url)
  await writer.connect()
  const stopping = new AbortController()
  const writing = (async () => {
    while (!stopping.signal.aborted) {
      const id = newId()
      await writer.query(`WITH s AS (INSERT INTO hub_settings VALUES ($1, '1'))
        INSERT INTO sandbox_sales VALUES ($2, $1, '{}', now())`, [`pair ${id}`, id])
    }
  })()
  await backUp()
  stopping.abort()
  await writing
  await writer.end()
  await restore()
  const pairs = (table: string, column: string) => query(target.url,
    `SELECT ${column} AS pair FROM ${table} WHERE ${column} LIKE 'pair %' ORDER BY 1`)
  expect(await pairs('hub_settings', 'name')).toEqual(await pairs('sandbox_sales', 'reference'))
})

test('a file cut anywhere is noticed, and leaves the database empty', async () => {
  await backUp()
  const whole = await readFile(file)
  for (const share of [0.001, 0.1, 0.5, 0.9, 1 - 20 / whole.length, 1 - 1 / whole.length]) {
    await writeFile(file, whole.subarray(0, Math.floor(whole.length * share)))
    await expect(restore()).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' })
  }
  expect(await tablesOf(target.url)).toEqual([])
})

test('cut between two frames and packed anew, it is noticed by its missing seal', async () => {
  await backUp()
  const unpacked = gunzipSync(await readFile(file))
  const seal = unpacked.lastIndexOf('S\0\0')
  await writeFile(file, gzipSync(unpacked.subarray(0, seal)))
  await expect(restore()).rejects.toMatchObject({
    code: 'BACKUP_DAMAGED', facts: { because: 'it was cut, its seal is missing' },
  })
  expect(await tablesOf(target.url)).toEqual([])
})

test('a changed byte is noticed, in the packed bytes and in those within', async () => {
  await backUp()
  const whole = await readFile(file)
  const unpacked = gunzipSync(whole)
  const damagedAt = (bytes: Buffer, at: number): Buffer => {
    const damaged = Buffer.from(bytes)
    damaged[at] = (damaged[at] ?? 0) ^ 1
    return damaged
  }
  for (const share of [0.2, 0.5, 0.8, 0.99]) {
    await writeFile(file, damagedAt(whole, Math.floor(whole.length * share)))
    await expect(check()).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' })
  }
  const letter = unpacked.indexOf('a name to be damaged')
  await writeFile(file, gzipSync(damagedAt(unpacked, letter)))
  await expect(restore()).rejects.toMatchObject({
    code: 'BACKUP_DAMAGED', facts: { because: 'its seal does not fit' },
  })
  expect(await tablesOf(target.url)).toEqual([])
})

test('other files, and files of a newer program, are told apart from damage', async () => {
  const refused = async (bytes: Buffer | string, code: string) => {
    await writeFile(file, bytes)
    await expect(check()).rejects.toMatchObject({ code })
  }
  await refused('ISA*00*', 'BACKUP_FOREIGN')
  await refused('', 'BACKUP_FOREIGN')
  await refused(gzipSync('an archive of something else'), 'BACKUP_FOREIGN')
  await refused(gzipSync('crossdock backup 2\n...'), 'BACKUP_NEWER')
  await refused(gzipSync('crossdock backup 1\nC\xff\xff\xff\xff'), 'BACKUP_DAMAGED')
  file = join(directory, 'absent')
  await expect(check()).rejects.toMatchObject({ code: 'BACKUP_UNREADABLE' })
})

test('a backup with a migration this program lacks, or has otherwise, is refused', async () => {
  await backUp()
  const migrations = await copyOfMigrations()
  await writeFile(join(migrations, '20261122000000_first', 'migration.sql'), 'SELECT 1')
  await expect(restore({ migrations })).rejects.toMatchObject({ code: 'MIGRATION_CHANGED' })
  await rm(join(migrations, '20261122000000_first'), { recursive: true })
  await expect(restore({ migrations })).rejects.toMatchObject({
    code: 'BACKUP_NEWER', facts: { unknown: 'the migration 20261122000000_first' },
  })
})

test('migrations newer than the backup run on top of its rows', async () => {
  await backUp()
  const migrations = await copyOfMigrations()
  const newer = '20990101000000_newer'
  await mkdir(join(migrations, newer))
  await writeFile(join(migrations, newer, 'migration.sql'),
    `ALTER TABLE partners ADD COLUMN shouted text; UPDATE partners SET shouted = upper(name);`)
  expect(await restore({ migrations })).toMatchObject({ applied: [newer] })
  const [partner] = await query<{ shouted: string }>(target.url, 'SELECT shouted FROM partners')
  expect(partner?.shouted).toBe('A NAME TO BE DAMAGED')
})

test('rows that a migration brought are as in the backup, not as it brought them', async () => {
  const migrations = await copyOfMigrations()
  const seeding = '20990101000000_seeding'
  await mkdir(join(migrations, seeding))
  await writeFile(join(migrations, seeding, 'migration.sql'),
    `INSERT INTO hub_settings VALUES ('seeded', '1'), ('removed', '1')`)
  const seeded = await startTestDatabase()
  await migrate({ url: seeded.url, lockTimeoutMs: 5_000, directory: migrations })
  await query(seeded.url, `DELETE FROM hub_settings WHERE name = 'removed'`)
  await query(seeded.url, `UPDATE hub_settings SET value = '2'`)
  await takeBackup({ ...backupOptions(), url: seeded.url })
  await seeded.stop()
  await restore({ migrations })
  expect(await query(target.url, 'SELECT name, value FROM hub_settings'))
    .toEqual([{ name: 'seeded', value: 2 }])
})

test('a database that holds a table is not touched', async () => {
  await backUp()
  await query(target.url, 'CREATE TABLE theirs (id int)')
  await expect(restore()).rejects.toMatchObject({
    code: 'RESTORE_NOT_EMPTY', facts: { found: 'the table theirs' },
  })
  expect(await tablesOf(target.url)).toEqual(['theirs'])
})

test('a table that is no hub\'s is left out, and said to be', async () => {
  await query(source.url, `CREATE TABLE a_strangers AS SELECT 1 AS one`)
  const { rows } = await backUp()
  await query(source.url, 'DROP TABLE a_strangers')
  expect(await restore()).toMatchObject({ leftOut: ['a_strangers'], rows: rows - 1 })
})

test('a database that is no hub\'s is not backed up', async () => {
  const options = { ...backupOptions(), url: target.url }
  await expect(takeBackup(options)).rejects.toMatchObject({ code: 'BACKUP_NOTHING' })
})

test('what was due may have been sent since; what lies in a mailbox has not', async () => {
  await query(source.url, `
    INSERT INTO delivery_work (delivery_id, endpoint_id, status, attempts_max, lane)
    SELECT gen_random_uuid(), e.id, s.status, 5, e.connector
    FROM endpoints e, unnest(ARRAY['due', 'sending', 'parked']) AS s (status)`)
  await backUp()
  await query(source.url, 'DELETE FROM delivery_work')
  expect(await restore()).toMatchObject({ doubted: 1 })
  expect(await query(target.url, `
    SELECT lane, array_agg(status ORDER BY position) AS statuses,
      count(last_attempt_at) FILTER (WHERE status = 'unknown')::int AS attempted
    FROM delivery_work GROUP BY lane ORDER BY lane`)).toEqual([
    { lane: 'http', statuses: ['unknown', 'sending', 'parked'], attempted: 1 },
    { lane: 'mailbox', statuses: ['due', 'sending', 'parked'], attempted: 0 },
  ])
})

test('skipped numbers are void, in series that have begun and in those that have not', async () => {
  await backUp()
  await restore({ skipNumbers: 10 })
  expect(await query(target.url, `SELECT kind, scope, next FROM number_series ORDER BY 1, 2`))
    .toEqual([
      { kind: 'group', scope: 'OURGS/THEIRGS', next: '11' },
      { kind: 'interchange', scope: '', next: '6' },
    ])
  expect(await query(target.url, `SELECT next FROM sscc_series`)).toEqual([{ next: '52' }])
  expect(await query(target.url, `
    SELECT kind, scope, first, last, reason LIKE 'restored from the backup of 20%' AS why
    FROM void_numbers ORDER BY kind, first`)).toEqual([
    { kind: 'group', scope: 'OURGS/THEIRGS', first: '1', last: '10', why: true },
    { kind: 'interchange', scope: '', first: '1', last: '5', why: true },
    { kind: 'interchange', scope: '', first: '999999995', last: '999999999', why: true },
    { kind: 'sscc', scope: '4012345 3', first: '42', last: '51', why: true },
  ])
})

async function backUp(signal = new AbortController().signal): Promise<BackupTaken> {
  return await takeBackup({ ...backupOptions(), signal })
}

function backupOptions() {
  return {
    url: source.url, place: 'the test', file, version: '9.9.9', lockTimeoutMs: 5_000,
    signal: new AbortController().signal,
  }
}

async function restore(options: Partial<RestoreOptions> = {}): Promise<Restored> {
  const { signal } = new AbortController()
  const backup = await openBackup(file, limits.backup.frameBytesMax, signal)
  try {
    return await restoreBackup(backup, {
      url: target.url, place: 'the test', lockTimeoutMs: 5_000, skipNumbers: 0, signal, ...options,
    })
  } finally {
    backup.close()
  }
}

async function check(): Promise<number> {
  const { signal } = new AbortController()
  const backup = await openBackup(file, limits.backup.frameBytesMax, signal)
  return await checkThrough(backup).finally(() => backup.close())
}

async function copyOfMigrations(): Promise<string> {
  const copy = await mkdtemp(join(directory, 'migrations-'))
  await cp(join(import.meta.dirname, '../migrations'), copy, { recursive: true })
  return copy
}

async function query<Row extends pg.QueryResultRow>(
  url: string, sql: string, values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<Row>(sql, values)).rows
  } finally {
    await client.end()
  }
}

async function tablesOf(url: string): Promise<string[]> {
  const rows = await query<{ name: string }>(url,
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`)
  return rows.map(({ name }) => name)
}

/** Of all rows and all their bytes. */
async function fingerprint(url: string, table: string): Promise<unknown> {
  const [row] = await query(url, `
    SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM ${table} t`)
  return row
}

/** Rows with what COPY has to escape, with nulls, large values and numbers at their ends. */
async function fillWithAllKinds(url: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url })
  await ensurePartitions(pool, Date.UTC(2026, 10, 24), 1)
  const text = 'tab\t newline\n return\r backslash \\ \\. \\N quote " \' é 漢 \u{1f69a} \u0001'
  const id = newId()
  await pool.query('INSERT INTO hub_settings VALUES ($1, $2)', [text, JSON.stringify({ text })])
  await pool.query('INSERT INTO partners VALUES ($1, $2)', [id, 'a name to be damaged'])
  await pool.query(`INSERT INTO endpoints (id, stream, name, connector, secrets, secrets_key_id)
    VALUES ($1, 'test', 'sealed', 'http', $2, 'key one'),
      (gen_random_uuid(), 'test', '', 'mailbox', NULL, NULL)`,
  [id, Buffer.from([0, 255, 10, 9, 92, 46, 0])])
  await pool.query(`INSERT INTO relationships VALUES
    ($1, 'test', 'x12', $1, $1, 'ZZ', 'THEM', 'ZZ', 'US', 'THEIRGS', 'OURGS', $1)`, [id])
  await pool.query(`INSERT INTO number_series VALUES
    ($1, 'interchange', '', 'test', 999999995, 999999999)`, [id])
  await pool.query(`INSERT INTO sscc_series VALUES ('4012345', '3', 42, 999999999)`)
  for (const body of [Buffer.alloc(0), Buffer.alloc(3_000_000), randomBytes(4_000_000)]) {
    await pool.query(`INSERT INTO messages
      (id, direction, status, content_type, size_bytes, sha256, body, received_at)
      VALUES ($1, 'in', 'received', $2, 9223372036854775807, $3, $3,
        '2026-11-24 01:02:03.000004+09')`,
    [newId(), text, body])
  }
  await pool.query(`INSERT INTO messages
    (id, direction, status, content_type, size_bytes, sha256, parts, received_at)
    VALUES ('0193ffff-ffff-7fff-bfff-ffffffffffff', 'in', 'received', '', 0, '', 1, 'infinity')`)
  for (let bundles = 0; bundles < 3; bundles++) {
    await pool.query('INSERT INTO outgoing_work VALUES ($1, $2)', [newId(), id])
  }
  await pool.query(`INSERT INTO sandbox_sales SELECT gen_random_uuid(), 'sale ' || n,
    jsonb_build_object('n', n / 3.0, 'long', repeat('x', n % 300)), now()
    FROM generate_series(1, 5000) n`)
  await pool.end()
}
