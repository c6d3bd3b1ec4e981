import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { enveloped, treeArbitrary, treesOf } from '#test/support/x12-trees.ts'
import { dictionaryFor } from './dictionary.ts'
import { checkOutgoing } from './writer-check.ts'
import { segmentsOf } from './writer-tree.ts'

/**
 * Sets of every trade: orders, ship notices with levels, invoices, claims, stock, tenders,
 * payments.
 */
const types = [
  '810', '820', '830', '835', '837', '846', '850', '855', '856', '860', '204', '214', '861',
  // With siblings of one name: loops, of which LS and LE bound one, and plain segments.
  '217', '310',
]

describe.each(['004010', '005010'])('%s', (release) => {
  const { dictionary } = dictionaryFor(release)

  test.each(types)('%s: decode(encode(x)) is x, and what is written is valid', (type) => {
    const definition = dictionary.set(type)!
    fc.assert(fc.property(treeArbitrary(definition), (drawn) => {
      const first = enveloped(release, definition, segmentsOf(drawn, definition))
      expect(checkOutgoing(first, { limits: limits.codec })).toEqual([])
      // Where a table has two places for a segment, reading chooses the first: that tree is x.
      const x = bodyOf(enveloped(release, definition, segmentsOf(bodyOf(first), definition)))
      const written = enveloped(release, definition, segmentsOf(x, definition))
      expect(bodyOf(written)).toEqual(x)
    }), { numRuns: 15, endOnFailure: true })
  })
})

/** The tree of the one set in these bytes, without the ST and SE that the writer makes. */
function bodyOf(bytes: Uint8Array): Record<string, unknown> {
  const { trees: [tree] } = treesOf(bytes)
  const { ST, SE, ...body } = tree!
  expect({ ST, SE }).toMatchObject({ ST: { ST02: '0001' }, SE: { SE02: '0001' } })
  return body
}
