import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestStore } from '#test/support/database.ts'
import { allocateSsccs } from './ssccs.ts'

let hub: Awaited<ReturnType<typeof startTestStore>>
beforeAll(async () => { hub = await startTestStore() })
afterAll(() => hub.stop())

const prefix = { companyPrefix: '0614141', extension: '0' }

async function allocated(...keys: string[]): Promise<(string | null | undefined)[]> {
  const codes = await allocateSsccs(hub.store, keys.map((key) => ({ ...prefix, key })))
  return keys.map((key) => codes.get(`${prefix.companyPrefix}/${key}`))
}

test('a key has one code for ever, and no two keys share one', async () => {
  const [a, b] = await allocated('a', 'b')
  expect(a).toBe('006141410000000012')
  expect(b).toBe('006141410000000029')
  expect(await allocated('b', 'c', 'a')).toEqual([b, '006141410000000036', a])
})

test('many hubs that ask at once for the same and for others are given each its own', async () => {
  const keys = Array.from({ length: 20 }, (_, at) => `pack-${at}`)
  const answers = await Promise.all([0, 5, 10, 15].map((from) =>
    allocated(...keys.slice(from), ...keys.slice(0, from))))
  const byKey = new Map<string, Set<unknown>>()
  for (const [at, codes] of answers.entries()) {
    const order = [...keys.slice(at * 5), ...keys.slice(0, at * 5)]
    for (const [index, key] of order.entries()) {
      byKey.set(key, (byKey.get(key) ?? new Set()).add(codes[index]))
    }
  }
  expect([...byKey.values()].map(({ size }) => size)).toEqual(keys.map(() => 1))
  expect(new Set([...byKey.values()].flatMap((codes) => [...codes])).size).toBe(keys.length)
})

test('after the end of the range numbers come back once they are twelve months old', async () => {
  const tiny = { companyPrefix: '06141410000000', extension: '1' }
  const take = async (key: string) => {
    const codes = await allocateSsccs(hub.store, [{ ...tiny, key }])
    return codes.get(`${tiny.companyPrefix}/${key}`)
  }
  const given: unknown[] = []
  for (let at = 0; at < 100; at++) given.push(await take(`k${at}`))
  expect(new Set(given).size).toBe(100)
  expect(await take('k100')).toBeNull()
  await hub.store.pool.query(
    `UPDATE ssccs SET allocated_at = now() - interval '13 months' WHERE sscc = $1`, [given[0]])
  expect(await take('k100')).toBe(given[0])
  expect(await take('k101')).toBeNull()
})
