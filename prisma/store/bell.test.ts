import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Bell } from '#core/exchange/bell.ts'
import { startTestStore } from '#test/support/database.ts'
import { openDatabaseBell } from './bell.ts'

let hub: Awaited<ReturnType<typeof startTestStore>>
beforeAll(async () => { hub = await startTestStore() })
afterAll(() => hub.stop())

test('rings are heard in another process, also after its connection broke', async () => {
  const log = { error: () => undefined, info: () => undefined }
  const options = { url: hub.url, reconnectMs: 50, log }
  const heard: Bell[] = []
  const worker = openDatabaseBell(hub.store, options)
  worker.listen(async (bell) => void heard.push(bell))
  const api = openDatabaseBell(hub.store, options)
  const untilHeard = async (bell: Bell): Promise<void> => {
    for (let tries = 0; !heard.includes(bell); tries++) {
      if (tries === 200) throw new Error(`${bell} was not heard`)
      api.ring(bell)
      await sleep(20)
    }
  }
  await untilHeard('receive')
  await hub.store.pool.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'crossdock bell' AND datname = current_database()`)
  heard.length = 0
  await untilHeard('deliver')
  expect(worker.isUp()).toBe(true)
  await worker.close()
  await api.close()
})
