import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildApp } from '#api/app.ts'
import { listen } from '#api/server.ts'
import { limits } from '#config/limits.ts'
import { orderMessage } from '#test/support/edi.ts'
import { Crash } from '#test/support/mortality.ts'
import { World } from '#test/support/world.ts'
import { startWorkers } from '#workers/index.ts'
import type { Workers } from '#workers/index.ts'

/** Several hubs on one database: nobody can take leases over before they run out. */
let world: World
let erp: FastifyInstance
let hub: string
let hubs: Workers[] = []

beforeEach(async () => {
  world = await World.open()
  erp = await buildApp({
    store: world.store, ring: () => undefined, log: pino({ level: 'silent' }), limits: limits.api,
    sandbox: true, dataDir: null, nowMs: Date.now, mappingEnds: () => null,
  })
  hub = (await listen(erp, { host: '127.0.0.1', port: 0 })).url
})
afterEach(async () => {
  await Promise.all(hubs.map((one) => one.stop(limits.stop.workersMs)))
  hubs = []
  await erp.close()
  await world.close()
})

async function startHub(): Promise<Workers> {
  const log = { error: () => undefined, info: () => undefined }
  const one = await startWorkers({ store: world.store, log, hub, alone: false })
  hubs.push(one)
  return one
}

async function untilSettled(): Promise<void> {
  for (let waits = 0; await world.openWork() > 0; waits++) {
    if (waits === 600) throw new Error('work is left after a minute')
    await sleep(100)
  }
}

/** Orders, 997s, distinct numbers on them, and sales. */
async function counts() {
  const count = (sql: string): Promise<number> => world.count(sql)
  return {
    orders: await count('SELECT count(*) FROM documents'),
    answers: await count('SELECT count(DISTINCT message_id) FROM acknowledgements'),
    numbers: await count(`SELECT count(DISTINCT substr(convert_from(body, 'LATIN1'), 91, 9))
      FROM messages WHERE direction = 'out' AND standard = 'x12'`),
    sales: await count('SELECT count(*) FROM sandbox_sales'),
    salesApart: await count('SELECT count(DISTINCT reference) FROM sandbox_sales'),
    parked: await count('SELECT count(*) FROM parked'),
  }
}

test('three hubs share 60 messages, each posted twice: each has its effects once', async () => {
  const [first] = await Promise.all([startHub(), startHub(), startHub()])
  const texts = Array.from({ length: 60 }, (_, index) => orderMessage(index + 1, `PO-${index}`))
  await Promise.all([...texts, ...texts].map(async (text) => {
    await world.post(text)
    first.ring('receive')
  }))
  await untilSettled()
  expect(await counts())
    .toEqual({ orders: 60, answers: 60, numbers: 60, sales: 60, salesApart: 60, parked: 0 })
})

test('what a dead hub had in hand is taken over once its lease has run out', async () => {
  await world.post(orderMessage(1, 'PO-1'))
  await expect(world.live({ atEffect: 2, when: 'before' })).rejects.toThrow(Crash)
  const held = await world.count('SELECT count(*) FROM message_work WHERE lease_until > now()')
  expect(held).toBe(1)
  await startHub()
  await untilSettled()
  expect(await counts())
    .toEqual({ orders: 1, answers: 1, numbers: 1, sales: 1, salesApart: 1, parked: 0 })
})
