import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestDatabase } from '#test/support/database.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { checkServer, readServer } from './server-check.ts'
import type { ServerFacts } from './server-check.ts'

let database: TestDatabase
beforeAll(async () => { database = await startTestDatabase() })
afterAll(() => database.stop())

const good: ServerFacts = {
  version: '15.1', versionNumber: 150_001, fsync: 'on', fullPageWrites: 'on',
  synchronousCommit: 'on', nowMs: 0,
}

test('a server tells its version, its durability and its clock', async () => {
  const server = await readServer(database.url, 5_000)
  expect(server).toMatchObject({ fsync: 'on', fullPageWrites: 'on', synchronousCommit: 'on' })
  expect(server.versionNumber).toBeGreaterThanOrEqual(150_000)
  expect(Math.abs(server.nowMs - Date.now())).toBeLessThan(5_000)
  checkServer(server)
})

test.each([
  [{ versionNumber: 140_012, version: '14.12' }, 'DATABASE_TOO_OLD', { version: '14.12' }],
  [{ fsync: 'off' }, 'DATABASE_NOT_DURABLE', { setting: 'fsync' }],
  [{ fullPageWrites: 'off' }, 'DATABASE_NOT_DURABLE', { setting: 'full_page_writes' }],
  [{ synchronousCommit: 'off' }, 'DATABASE_NOT_DURABLE', { setting: 'synchronous_commit' }],
])('a server with %j is refused', (change, code, facts) => {
  expect(() => checkServer({ ...good, ...change })).toThrow(
    expect.objectContaining({ code, facts: expect.objectContaining(facts) as object }),
  )
})

test.each(['on', 'local', 'remote_write', 'remote_apply'])(
  'synchronous_commit=%s serves', (synchronousCommit) => {
    expect(() => checkServer({ ...good, synchronousCommit })).not.toThrow()
  })

test('a session that asks for less durability by its URL is seen through', async () => {
  const url = `${database.url}&options=-c%20synchronous_commit%3Doff`
  const server = await readServer(url, 5_000)
  expect(() => checkServer(server)).toThrow(/synchronous_commit=off/)
})

test('what cannot be reached is told without its password', async () => {
  const unreachable = readServer('postgresql://hub:hidden@127.0.0.1:1/x', 2_000)
  const fault: unknown = await unreachable.catch((error: unknown) => error)
  expect(fault).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  expect(String(fault)).not.toContain('hidden')
})
