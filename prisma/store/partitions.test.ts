import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestStore } from '#test/support/database.ts'
import { ensurePartitions, leastIdAt, monthOf } from './partitions.ts'

describe('bounds', () => {
  test('a month goes from its first millisecond in UTC to the next month\'s', () => {
    const december = monthOf(Date.UTC(2026, 10, 30, 23, 59), 1)
    expect(december).toEqual({
      year: 2026, month: 12, fromMs: Date.UTC(2026, 11, 1), toMs: Date.UTC(2027, 0, 1),
    })
    expect(monthOf(Date.UTC(2026, 11, 31), 2)).toMatchObject({ year: 2027, month: 2 })
  })

  test('the least id of a time lies just below every id made then', () => {
    const timeMs = Date.UTC(2026, 10, 1)
    expect(leastIdAt(timeMs) < v7({ msecs: timeMs })).toBe(true)
    expect(leastIdAt(timeMs) > v7({ msecs: timeMs - 1 })).toBe(true)
  })
})

describe('in the database', () => {
  let hub: Awaited<ReturnType<typeof startTestStore>>
  beforeAll(async () => { hub = await startTestStore() })
  afterAll(() => hub.stop())

  const nowMs = Date.UTC(2026, 10, 22)

  test('makes this month and the next ones, once, even from several hubs at once', async () => {
    const runs = await Promise.all([1, 2, 3].map(() => ensurePartitions(hub.store.pool, nowMs, 3)))
    expect(runs.flat().sort()).toEqual(
      ['events', 'message_parts', 'messages'].flatMap((table) =>
        ['2026_11', '2026_12', '2027_01', '2027_02'].map((month) => `${table}_${month}`)),
    )
    expect(await ensurePartitions(hub.store.pool, nowMs, 3)).toEqual([])
  })

  test('a row goes to its month, a look-up by id reads only that one', async () => {
    const id = v7({ msecs: Date.UTC(2026, 11, 5) })
    await insertEvent(id)
    const { rows } = await hub.store.pool.query<{ table: string }>(
      'SELECT tableoid::regclass::text AS table FROM events WHERE id = $1', [id],
    )
    expect(rows).toEqual([{ table: 'events_2026_12' }])
    const plan = await hub.store.pool.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT * FROM events WHERE id = '${id}'`,
    )
    const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n')
    expect(text).toContain('events_2026_12')
    expect(text).not.toContain('events_2026_11')
  })

  test('a month that fell into the default partition stays there and stops nothing', async () => {
    const id = v7({ msecs: Date.UTC(2027, 4, 5) })
    await insertEvent(id)
    const made = await ensurePartitions(hub.store.pool, Date.UTC(2027, 4, 20), 1)
    expect(made).not.toContain('events_2027_05')
    expect(made).toContain('events_2027_06')
    expect(made).toContain('messages_2027_05')
  })

  test('a partition keeps what its table demands', async () => {
    const { rows } = await hub.store.pool.query<{ storage: string }>(`
      SELECT attstorage AS storage FROM pg_attribute
      WHERE attrelid = 'messages_2026_11'::regclass AND attname = 'body'`)
    expect(rows).toEqual([{ storage: 'e' }])
    await expect(insertEvent(v7({ msecs: nowMs }), 'neither')).rejects.toThrow(/check constraint/)
  })

  async function insertEvent(id: string, stream = 'test'): Promise<void> {
    await hub.store.pool.query(
      `INSERT INTO events (id, stream, message_id, kind, at)
       VALUES ($1, $2, $1, 'received', now())`,
      [id, stream],
    )
  }
})
