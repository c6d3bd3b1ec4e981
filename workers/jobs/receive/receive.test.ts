import { expect, test } from 'vitest'
import { mannerOf } from './decide.ts'

test.each([
  [1, 'batch'], [2, 'alone_in_thread'], [3, 'alone_in_process'], [8, 'alone_in_process'],
  [9, 'park'],
])('claimed for the %i. time without a clean end: %s', (attempts, manner) => {
  expect(mannerOf(attempts, { beforeAlone: 2, max: 8 })).toBe(manner)
})
