import { expect, test } from 'vitest'
import { checkNote } from './validator-notes.ts'
import type { RelationalNote } from './types.ts'

/** Which of positions 1 to 3 are there, against the positions the note asks for. */
test.each<[RelationalNote['kind'], string, number[] | undefined]>([
  ['P', '', undefined], ['P', '123', undefined], ['P', '1', [2, 3]], ['P', '23', [1]],
  ['R', '', [1]], ['R', '2', undefined], ['R', '123', undefined],
  ['E', '', undefined], ['E', '3', undefined], ['E', '13', [3]], ['E', '123', [2, 3]],
  ['C', '', undefined], ['C', '23', undefined], ['C', '123', undefined], ['C', '1', [2, 3]],
  ['C', '12', [3]],
  ['L', '', undefined], ['L', '23', undefined], ['L', '13', undefined], ['L', '123', undefined],
  ['L', '1', [2]],
])('%s010203 with "%s" there', (kind, there, asked) => {
  const isPresent = (position: number) => there.includes(String(position))
  expect(checkNote({ kind, positions: [1, 2, 3] }, isPresent)?.positions).toEqual(asked)
})

test.each<[RelationalNote['kind'], string, number[]]>([
  ['P', '2', [2]], ['R', '', [1, 2, 3]], ['E', '23', [2]], ['C', '1', [1]], ['L', '1', [1]],
])('%s010203 with "%s" there names what calls for it', (kind, there, beside) => {
  const isPresent = (position: number) => there.includes(String(position))
  expect(checkNote({ kind, positions: [1, 2, 3] }, isPresent)?.beside).toEqual(beside)
})
