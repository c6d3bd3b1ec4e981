import { expect, test } from 'vitest'

import { together } from './together.ts'

test('what is asked for while a call is under way goes with the next one', async () => {
  const calls: (readonly number[])[] = []
  const double = together(async (items: readonly number[]) => {
    calls.push(items)
    await Promise.resolve()
    return items.map((item) => item * 2)
  }, 3)
  expect(await Promise.all([1, 2, 3, 4, 5].map(double))).toEqual([2, 4, 6, 8, 10])
  expect(calls).toEqual([[1], [2, 3, 4], [5]])
  expect(await double(6)).toBe(12)
})

test('one that cannot be done fails alone', async () => {
  const check = together(async (items: readonly number[]) => {
    await Promise.resolve()
    if (items.includes(3)) throw new Error('no threes')
    return items
  }, 10)
  const settled = await Promise.allSettled([1, 2, 3, 4].map(check))
  expect(settled.map((one) => (one.status === 'fulfilled' ? one.value : one.status)))
    .toEqual([1, 2, 'rejected', 4])
})
