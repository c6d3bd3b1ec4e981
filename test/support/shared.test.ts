import { isAbsolute } from 'node:path'
import { expect, test } from 'vitest'
import { shared } from './shared.ts'

test('a path below the shared folder is absolute and keeps its name', () => {
  expect(isAbsolute(shared('corpus/x12'))).toBe(true)
  expect(shared('corpus/x12').endsWith('corpus/x12')).toBe(true)
})
