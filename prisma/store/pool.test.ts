import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestStore } from '#test/support/database.ts'
import { inTransaction } from './pool.ts'

let hub: Awaited<ReturnType<typeof startTestStore>>
beforeAll(async () => { hub = await startTestStore() })
afterAll(() => hub.stop())

test('a connection that breaks between two statements fails its transaction alone', async () => {
  const { pool } = hub.store
  const work = inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    await pool.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid])
    await sleep(100)
    await client.query('SELECT 1')
  })
  await expect(work).rejects.toThrow()
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
})
