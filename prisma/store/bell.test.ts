import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import type { Bell, RemoteBell } from '#core/exchange/bell.ts'
import { startTestStore } from '#test/support/database.ts'
import { openDatabaseBell } from './bell.ts'
import { databaseId } from './standing.ts'

let hub: Awaited<ReturnType<typeof startTestStore>>
let open: RemoteBell[] = []
let said: string[] = []
beforeAll(async () => { hub = await startTestStore() })
afterAll(() => hub.stop())
afterEach(async () => {
  await Promise.all(open.map((bell) => bell.close()))
  open = []
  said = []
})

function bellOn(url = hub.url): RemoteBell {
  const log = {
    error: (_: object, message: string) => void said.push(message),
    info: (_: object, message: string) => void said.push(message),
  }
  const { connectTimeoutMs } = limits.store
  const bell = openDatabaseBell(hub.store, { url, reconnectMs: 50, connectTimeoutMs, log })
  open.push(bell)
  return bell
}

function listener(): { bell: RemoteBell; heard: Bell[] } {
  const heard: Bell[] = []
  const bell = bellOn()
  bell.listen(async (one) => void heard.push(one))
  return { bell, heard }
}

async function until(what: () => boolean): Promise<void> {
  for (let tries = 0; !what(); tries++) {
    if (tries === 500) throw new Error('it did not come to be')
    await sleep(20)
  }
}

test('a ring is heard in every other process, not in one\'s own', async () => {
  const listeners = [listener(), listener(), listener()]
  await until(() => listeners.every(({ bell }) => bell.isUp()))
  listeners[0]?.bell.ring('receive')
  await until(() => listeners.slice(1).every(({ heard }) => heard.includes('receive')))
  await sleep(100)
  expect(listeners.map(({ heard }) => heard)).toEqual([[], ['receive'], ['receive']])
})

test('however often it rings, few rings are on their way', async () => {
  const { bell, heard } = listener()
  const api = bellOn()
  await until(() => bell.isUp())
  for (let rings = 0; rings < 1_000; rings++) api.ring('deliver')
  await until(() => heard.length > 0)
  await sleep(200)
  expect(heard.length).toBeLessThanOrEqual(2)
})

test('a connection that breaks is made anew; that it went and came back is said', async () => {
  const { bell, heard } = listener()
  await until(() => bell.isUp())
  for (let breaks = 0; breaks < 2; breaks++) {
    await hub.store.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'crossdock bell' AND datname = current_database()`)
    await until(() => !bell.isUp())
    await until(() => bell.isUp())
  }
  bellOn().ring('poll')
  await until(() => heard.includes('poll'))
  expect(said).toEqual(Array.from({ length: 2 }, () =>
    ['not listening; sweeps go on', 'listening again']).flat())
})

test('a database that is away is tried again and again, and said once', async () => {
  const bell = bellOn('postgresql://127.0.0.1:1/x')
  bell.listen(async () => undefined)
  await until(() => said.length > 0)
  await sleep(300)
  expect(bell.isUp()).toBe(false)
  expect(said).toEqual(['not listening; sweeps go on'])
})

test('who hushes hears nothing more', async () => {
  const { bell, heard } = listener()
  const { bell: other, heard: heardThere } = listener()
  await until(() => bell.isUp() && other.isUp())
  bell.hush()
  bellOn().ring('receive')
  await until(() => heardThere.includes('receive'))
  expect(heard).toEqual([])
})

test('databases are told apart, each is always the same', async () => {
  const other = await startTestStore()
  const [one, again, another] = await Promise.all(
    [hub.store, hub.store, other.store].map(databaseId))
  await other.stop()
  expect(one).toMatch(/^[0-9a-f]{12}$/)
  expect([again === one, another === one]).toEqual([true, false])
})
