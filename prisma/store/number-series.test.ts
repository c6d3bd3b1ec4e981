import { afterAll, beforeAll, expect, test } from 'vitest'
import { World } from '#test/support/world.ts'
import { takeNumbers } from './number-series.ts'
import type { Series } from './number-series.ts'
import { inTransaction } from './pool.ts'

let world: World
let series: Series

beforeAll(async () => {
  world = await World.open()
  const { id } = await world.store.prisma.relationship.findFirstOrThrow()
  series = { relationshipId: id, stream: 'test', kind: 'interchange', scope: '' }
})
afterAll(async () => world.close())

async function take(count: number, from: Series = series): Promise<readonly number[]> {
  return inTransaction(world.store.pool, (client) => takeNumbers(client, from, count))
}

test('numbers rise from 1, one series apart from another', async () => {
  expect(await take(1)).toEqual([1])
  expect(await take(3)).toEqual([2, 3, 4])
  expect(await take(2, { ...series, kind: 'group', scope: 'US/THEM' })).toEqual([1, 2])
  expect(await take(1)).toEqual([5])
})

test('a rollback gives numbers back', async () => {
  await expect(inTransaction(world.store.pool, async (client) => {
    await takeNumbers(client, series, 10)
    throw new Error('no')
  })).rejects.toThrow('no')
  expect(await take(1)).toEqual([6])
})

test('those who take at once take different ones', async () => {
  const taken = await Promise.all(Array.from({ length: 10 }, () => take(5)))
  expect(new Set(taken.flat()).size).toBe(50)
})

test('after the end of the range comes 1', async () => {
  await world.store.pool.query(
    `UPDATE number_series SET next = 999999998 WHERE kind = 'interchange'`)
  expect(await take(4)).toEqual([999_999_998, 999_999_999, 1, 2])
  expect(await take(1)).toEqual([3])
  await world.store.pool.query(
    `UPDATE number_series SET next = 999999999 WHERE kind = 'interchange'`)
  expect(await take(1)).toEqual([999_999_999])
  expect(await take(1)).toEqual([1])
})
