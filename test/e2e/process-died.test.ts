import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { resumeParked } from '#prisma/store/park.ts'
import { newId } from '#prisma/store/ids.ts'
import { orderMessage } from '#test/support/edi.ts'
import { World } from '#test/support/world.ts'
import type { ComputeFiles } from '#workers/compute/pool.ts'
import { startWorkers } from '#workers/index.ts'
import type { Workers } from '#workers/index.ts'

let world: World
let workers: Workers

beforeEach(async () => {
  world = await World.open()
})
afterEach(async () => {
  await workers.stop(limits.stop.workersMs)
  await world.close()
})

const deadly: ComputeFiles = {
  thread: fileURLToPath(new URL('../support/deadly-thread.ts', import.meta.url)),
  child: fileURLToPath(new URL('../support/deadly-child.ts', import.meta.url)),
}

async function start(computeFiles?: ComputeFiles): Promise<void> {
  workers = await startWorkers({
    store: world.store,
    log: { error: () => undefined, info: () => undefined },
    hub: 'http://127.0.0.1:1',
    alone: true,
    ...(computeFiles && { computeFiles }),
  })
}

/** The message's status, once it has one to stay with. */
async function statusOf(id: string): Promise<string> {
  for (let waits = 0; waits < 600; waits++) {
    const { rows } = await world.store.pool.query<{ status: string }>(
      `SELECT m.status FROM messages m WHERE id = $1
         AND NOT EXISTS (SELECT FROM message_work w WHERE w.message_id = m.id)`, [id])
    if (rows[0] !== undefined) return rows[0].status
    await sleep(100)
  }
  throw new Error(`message ${id} is never done`)
}

async function parkedOf(id: string): Promise<{ id: string; code: string; says: string }[]> {
  const { rows } = await world.store.pool.query<{ id: string; code: string; says: string }>(
    `SELECT id, code, says FROM parked WHERE message_id = $1 AND status = 'open'`, [id])
  return rows
}

test('an input that ends its process is parked; those that came with it go on', async () => {
  const ids: string[] = []
  for (let control = 1; control <= 6; control++) {
    ids.push(await world.post(orderMessage(control, control === 3 ? 'DEADLY' : `PO-${control}`)))
  }
  await start(deadly)
  const statuses = await Promise.all(ids.map(statusOf))
  expect(statuses)
    .toEqual(['processed', 'processed', 'parked', 'processed', 'processed', 'processed'])
  const [item, ...more] = await parkedOf(ids[2]!)
  expect(more).toEqual([])
  expect(item).toMatchObject({
    code: 'PROCESS_DIED',
    says: 'Processing this message ended its process 3 times; the last end: killed by SIGKILL.',
  })

  // Once the defect is gone, it is resumed as if nothing had been.
  await workers.stop(limits.stop.workersMs)
  await start()
  await resumeParked(world.store, item!.id, newId(), { attemptsMax: 1 })
  workers.ring('receive')
  expect(await statusOf(ids[2]!)).toBe('processed')
  expect(await world.count('SELECT count(*) FROM documents')).toBe(6)
  expect(await world.count('SELECT count(*) FROM acknowledgements')).toBe(6)
})
