import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestDatabase } from '#test/support/database.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { migrate } from './migrate.ts'

let database: TestDatabase
let directory: string
beforeEach(async () => {
  database = await startTestDatabase()
  directory = await mkdtemp(join(tmpdir(), 'crossdock-migrations-'))
  await cp(join(import.meta.dirname, 'migrations'), directory, { recursive: true })
})
afterEach(async () => {
  await database.stop()
  await rm(directory, { recursive: true })
})

const second = '20270101000000_second'

test('applies what is due once, in order, and records it as Prisma does', async () => {
  await addMigration(second, 'CREATE TABLE later (id uuid PRIMARY KEY);')
  await addMigration('20270102000000_third', 'ALTER TABLE later ADD COLUMN name text;')
  expect(await run()).toEqual([second, '20270102000000_third'])
  expect(await run()).toEqual([])
  const rows = await query(`
    SELECT migration_name, checksum, finished_at IS NOT NULL AS finished,
           applied_steps_count AS steps
    FROM _prisma_migrations WHERE migration_name = '${second}'`)
  expect(rows).toEqual([{
    migration_name: second,
    // printf 'CREATE TABLE later (id uuid PRIMARY KEY);' | sha256sum
    checksum: '423d046f3cae923a7d4bb32d95cb4f36cabe93e675e8be3db5d2258bfac3870a',
    finished: true,
    steps: 1,
  }])
})

test('hubs that start together apply each migration once', async () => {
  await addMigration(second, 'CREATE TABLE later (id uuid PRIMARY KEY);')
  const runs = await Promise.all([run(), run(), run()])
  expect(runs.flat()).toEqual([second])
})

test('a migration that fails leaves nothing and can be tried again', async () => {
  await addMigration(second, 'CREATE TABLE later (id uuid PRIMARY KEY); SELECT 1 / 0;')
  await expect(run()).rejects.toMatchObject({
    code: 'MIGRATION_FAILED', facts: { name: second, because: 'division by zero' },
  })
  expect(await query(`SELECT to_regclass('later') AS later`)).toEqual([{ later: null }])
  await addMigration(second, 'CREATE TABLE later (id uuid PRIMARY KEY);')
  expect(await run()).toEqual([second])
})

test('a migration changed after it was applied is refused', async () => {
  await addMigration(second, 'CREATE TABLE later (id uuid PRIMARY KEY);')
  await run()
  await addMigration(second, 'CREATE TABLE later (id uuid PRIMARY KEY, name text);')
  await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_CHANGED', facts: { name: second } })
})

test('one that prisma migrate left half applied is refused until it is resolved', async () => {
  await addMigration(second, 'CREATE TABLE later (id uuid PRIMARY KEY);')
  await query(`
    INSERT INTO _prisma_migrations (id, checksum, migration_name)
    VALUES ('00000000-0000-0000-0000-000000000000', 'x', '${second}')`)
  await expect(run()).rejects.toMatchObject({
    code: 'MIGRATION_HALF_APPLIED', facts: { name: second },
  })
  await query(`
    UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = '${second}'`)
  expect(await run()).toEqual([second])
})

test('a database that a newer hub migrated is refused', async () => {
  await addMigration(second, 'CREATE TABLE later (id uuid PRIMARY KEY);')
  await run()
  await rm(join(directory, second), { recursive: true })
  await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_UNKNOWN', facts: { name: second } })
})

test('a database of somebody else is left alone', async () => {
  await query('DROP TABLE _prisma_migrations')
  await expect(run()).rejects.toMatchObject({ code: 'DATABASE_NOT_OURS' })
  expect(await query(`SELECT to_regclass('_prisma_migrations') AS ours`)).toEqual([{ ours: null }])
})

test('a lock that another process holds too long is a fault', async () => {
  const other = new pg.Client(database.url)
  await other.connect()
  await other.query('SELECT pg_advisory_lock(72707369)')
  await expect(run(200)).rejects.toMatchObject({ code: 'MIGRATION_LOCKED' })
  await other.end()
  expect(await run()).toEqual([])
})

async function run(lockTimeoutMs = 10_000): Promise<string[]> {
  return await migrate({ url: database.url, lockTimeoutMs, directory })
}

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(directory, name), { recursive: true })
  await writeFile(join(directory, name, 'migration.sql'), sql)
}

async function query(sql: string): Promise<unknown[]> {
  const client = new pg.Client(database.url)
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql)
    return rows
  } finally {
    await client.end()
  }
}
