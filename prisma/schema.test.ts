import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestDatabase } from '#test/support/database.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { differenceOf } from '#test/support/schema-engine.ts'

const schema = join(import.meta.dirname, 'schema.prisma')
let database: TestDatabase
beforeAll(async () => { database = await startTestDatabase() })
afterAll(() => database.stop())

/**
 * Prisma sees no checks, partial indexes or partitions, so none of them can show up as a
 * difference.
 */
test('schema.prisma says what the migrations make', async () => {
  expect(await differenceOf(database.url, schema)).toEqual([])
})

test('what only one of the two says is told', async () => {
  const client = new pg.Client(database.url)
  await client.connect()
  await client.query('ALTER TABLE partners ADD COLUMN nickname text')
  await client.query('DROP INDEX documents_trade_id_idx')
  await client.end()
  expect(await differenceOf(database.url, schema)).toEqual([
    'ALTER TABLE "partners" DROP COLUMN "nickname"',
    'CREATE INDEX "documents_trade_id_idx" ON "documents"("trade_id")',
  ])
})
