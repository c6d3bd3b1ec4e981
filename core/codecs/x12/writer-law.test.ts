import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { enveloped, treeArbitrary, treesOf } from '#test/support/x12-trees.ts'
import { dictionaryFor } from './dictionary.ts'
import { checkOutgoing } from './writer-check.ts'
import { segmentsOf } from './writer-tree.ts'

/** Sets of every trade: orders, ship notices with levels, invoices, claims, stock, tenders, payments. */
const types = ['810', '820', '830', '835', '837', '846', '850', '855', '856', '860', '204', '214', '945']

describe.each(['004010', '005010'])('%s', (release) => {
  const { dictionary } = dictionaryFor(release)

  test.each(types)('%s: decode(encode(x)) is x, and what is written is valid', (type) => {
    const definition = dictionary.set(type)!
    let valid = 0
    let runs = 0
    fc.assert(fc.property(treeArbitrary(definition), (drawn) => {
      const first = enveloped(release, definition, segmentsOf(drawn, definition))
      const { trees: [tree] } = treesOf(first)
      runs += 1
      if (checkOutgoing(first, { limits: limits.codec }).length === 0) valid += 1
      const { ST, SE, ...body } = tree!
      if ('Unplaced' in body) return
      const again = enveloped(release, definition, segmentsOf(body, definition))
      expect(treesOf(again).trees).toEqual([{ ST, SE, ...body }])
      expect(again).toEqual(first)
    }), { numRuns: 40 })
    expect({ runs, valid }).toEqual({ runs, valid: runs })
  })
})
