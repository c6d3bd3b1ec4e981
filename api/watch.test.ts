import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { startTestStore } from '#test/support/database.ts'
import { buildWatch } from './watch.ts'

let hub: Awaited<ReturnType<typeof startTestStore>>
beforeAll(async () => { hub = await startTestStore() })
afterAll(() => hub.stop())

test('tells how a process without an API does, and nothing else', async () => {
  let up = true
  const app = await buildWatch({
    store: hub.store, log: pino({ level: 'silent' }), limits: limits.api, nowMs: Date.now,
    isBellUp: () => up,
  })
  const get = async (url: string) => app.inject({ url })
  expect((await get('/health/live')).json()).toEqual({ status: 'ok' })
  expect((await get('/health/ready')).json()).toEqual({ status: 'ok', doorbell: 'up' })
  expect((await get('/metrics')).body).toMatch(/^crossdock_doorbell_up 1$/m)
  up = false
  const ready = await get('/health/ready')
  // A bell that is down keeps no work from being done.
  expect([ready.statusCode, ready.json()]).toEqual([200, { status: 'ok', doorbell: 'down' }])
  expect((await get('/metrics')).body).toMatch(/^crossdock_doorbell_up 0$/m)
  expect((await get('/v1/messages')).json()).toMatchObject({ code: 'ROUTE_UNKNOWN' })
  await app.close()
})
