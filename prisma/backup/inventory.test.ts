import { expect, test } from 'vitest'
import { isMonth, parentsFirst } from './inventory.ts'

const table = (name: string) => ({ name, columns: ['id'] })
const order = (names: string[], references: [string, string][]) =>
  parentsFirst(names.map(table), references.map(([child, parent]) => ({ child, parent })))
    .map(({ name }) => name)

test('what is referred to stands first, however long the chain', () => {
  expect(order(['a', 'b', 'c', 'd'], [['a', 'b'], ['b', 'd'], ['c', 'a'], ['a', 'elsewhere']]))
    .toEqual(['d', 'b', 'a', 'c'])
})

test('tables that refer to themselves, or in a circle, are all there once', () => {
  expect(order(['a', 'b', 'c'], [['a', 'a'], ['a', 'b'], ['b', 'c'], ['c', 'a']]))
    .toEqual(['c', 'b', 'a'])
})

test('nothing but the bounds of a month becomes SQL', () => {
  const id = '0193ffff-0000-0000-0000-000000000000'
  expect(isMonth(`FOR VALUES FROM ('${id}') TO ('${id}')`)).toBe(true)
  for (const bound of ['DEFAULT', `FOR VALUES FROM ('${id}') TO ('${id}'); DROP TABLE x`,
    `FOR VALUES FROM ('${id}') TO ('${id}')\n`, `FOR VALUES IN ('${id}')`]) {
    expect(isMonth(bound)).toBe(false)
  }
})
