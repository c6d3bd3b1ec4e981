import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dictionaryFor } from '#core/codecs/x12/dictionary.ts'
import { parseOrder } from '#core/documents/order/order.ts'
import { lookupsFrom } from '#core/mapping/lookups.ts'
import { runMapping } from '#core/mapping/run.ts'
import { anyLookups } from '#cli/map/context.ts'
import { treeArbitrary } from '#test/support/x12-trees.ts'
import { MappingShelf } from '#workers/effects/mappings.ts'

const mapping = new MappingShelf().get('x12/850-to-order')
/** A tree shrinks slowly and is read easily, so the first that fails is shown as it is. */
const runs = { numRuns: 40, endOnFailure: true }

async function map(release: string, source: unknown, lookups = anyLookups) {
  const partner = { currency: 'USD' }
  return runMapping(mapping, { source, sourceKind: `x12/${release}/850`, partner, lookups })
}

function trees(release: string) {
  const definition = dictionaryFor(release).dictionary.set('850')
  if (definition === undefined) throw new Error(`${release} has an 850.`)
  return treeArbitrary(definition)
}

test.each(['004010', '005010'])('a valid 850 of %s is an order or has faults', async (release) => {
  await fc.assert(
    fc.asyncProperty(trees(release), async (source) => {
      const result = await map(release, source, lookupsFrom({}))
      const faults = result.outcome === 'faults' ? result.faults.map(({ code }) => code) : []
      expect(faults).not.toContain('MAPPING_EXPRESSION_FAILED')
    }),
    runs,
  )
})

/** What may be wrong with a valid 850 whose codes we all know. */
const badText = new Set(['MAPPING_VALUE_INVALID'])

test.each(['004010', '005010'])('whatever else a known 850 of %s holds fits', async (release) => {
  await fc.assert(
    fc.asyncProperty(trees(release), async (tree) => {
      const result = await map(release, withKnownCodes(tree))
      if (result.outcome === 'mapped') {
        parseOrder(result.output)
      } else {
        const faults = result.outcome === 'faults' ? result.faults : []
        expect(faults.filter(({ code }) => !badText.has(code))).toEqual([])
        expect(faults).not.toEqual([])
      }
    }),
    runs,
  )
})

type Tree = Record<string, unknown>

const known: Readonly<Tree> = {
  BEG01: '00', BEG02: 'SA', CUR02: 'USD', SAC01: 'C', SAC12: '02', PO102: '5', PO103: 'EA',
  PO104: '1.5', PO105: 'PE', PO106: 'VP', PO107: 'X',
}

/** The same tree with codes and amounts the mapping knows, and without totals to agree with. */
function withKnownCodes(tree: Tree): Tree {
  const rest = { ...(replaced(tree) as Tree), CTTLoop: undefined }
  const lines = (rest as Tree)['PO1Loop'] as Tree[]
  return { ...rest, PO1Loop: lines.map((line) => ({ ...line, SDQ: [], PO1: onlyPo1() })) }
}

function onlyPo1(): Tree {
  return Object.fromEntries(Object.entries(known).filter(([name]) => name.startsWith('PO1')))
}

function replaced(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(replaced)
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(
    Object.entries(node).map(([name, inner]) => [name, known[name] ?? replaced(inner)]),
  )
}
