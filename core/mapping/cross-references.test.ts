import { describe, expect, test } from 'vitest'
import { codesOf, mappedTest, runTest, saysOf } from '#test/support/mapping.ts'

describe('codes', () => {
  const body = `
codes:
  purposes: { '00': original, NO: refusal }
fields:
  a: $code('purposes', x)
  b: $codeOr('purposes', y, 'other') ?? 'absent'
`
  test('are text, whatever YAML thinks of 00 and NO', async () => {
    expect(await mappedTest(body, { x: '00', y: 'NO' })).toEqual({ a: 'original', b: 'refusal' })
  })

  test('unlisted: a fault, or what stands in', async () => {
    expect(await mappedTest(body, { x: 'NO', y: '77' })).toEqual({ a: 'refusal', b: 'other' })
    expect(await mappedTest(body, { x: 'NO' })).toEqual({ a: 'refusal', b: 'absent' })
    expect(saysOf(await runTest(body, { x: 'toString' }))).toEqual([
      'The code "toString" for a is not in the list purposes of mapping test.',
    ])
  })

  test('of a list that is not there', async () => {
    const [says] = saysOf(await runTest("fields: { a: \"$code('purpose', x)\" }\n", { x: '00' }))
    expect(says).toContain('there is no code list purpose')
  })
})

describe('cross-references', () => {
  const [one, two] = [{ product: 'W1' }, { product: 'W2' }]
  const tables = { items: { 'VP:1': one, 'BP:1': one, 'BP:2': two } }
  const body = "fields: { a: \"$lookupAny('items', keys).product\", b: \"x ?? null\" }\n"

  test('known by any one of its keys', async () => {
    expect(await mappedTest(body, { keys: ['VP:9', 'BP:1'] }, { tables })).toEqual({ a: 'W1' })
    const keys = ['VP:1', 'BP:1', 'BP:1']
    expect(await mappedTest(body, { keys }, { tables })).toEqual({ a: 'W1' })
  })

  test('two ids of two products are not one item', async () => {
    const result = await runTest(body, { keys: ['VP:1', 'BP:2'] }, { tables })
    expect(codesOf(result)).toEqual(['CROSS_REFERENCE_AMBIGUOUS'])
  })

  test('none known: one fault that names every key', async () => {
    expect(saysOf(await runTest(body, { keys: ['VP:8', 'BP:9'] }, { tables }))).toEqual([
      'The cross-reference table items has no entry for VP:8, BP:9, needed for a.',
    ])
  })

  test('no key at all is a missing value', async () => {
    const result = await runTest(body, { keys: [] }, { tables })
    expect(codesOf(result)).toEqual(['MAPPING_FIELD_MISSING'])
  })

  test('keys of Object are no entries', async () => {
    const result = await runTest(body, { keys: ['constructor', '__proto__'] }, { tables })
    expect(codesOf(result)).toEqual(['CROSS_REFERENCE_MISSING'])
  })

  test('$lookup of an object is its member, as in JSONata', async () => {
    const result = await mappedTest("fields: { a: \"$lookup({ 'k': '1' }, x)\" }\n", { x: 'k' })
    expect(result).toEqual({ a: '1' })
  })

  test('a let that found nothing is told once', async () => {
    const lets = "let: { u: \"$lookup('units', x).unit\" }\nfields: { a: $u, b: $u }\n"
    expect(saysOf(await runTest(lets, { x: 'KG' }))).toEqual([
      'The cross-reference table units has no entry for KG, needed for $u.',
    ])
  })

  test('what is not loaded yet is asked for, all of it at once', async () => {
    const known = new Set<string>()
    const lookups = {
      get: (table: string, key: string) =>
        known.has(key)
          ? { is: 'found' as const, value: { unit: `${table}/${key}` } }
          : { is: 'unknown' as const },
    }
    const needing = `
let: { u: "$lookup('units', x).unit" }
fields:
  a: $u
  b: { each: "y", fields: { c: "$lookup('units', $).unit" } }
`
    const source = { x: 'EA', y: ['CA', 'EA'] }
    const first = await runTest(needing, source, { lookups })
    const needs = [{ table: 'units', key: 'EA' }, { table: 'units', key: 'CA' }]
    expect(first).toEqual({ outcome: 'needs', needs })
    for (const { key } of needs) known.add(key)
    expect(await mappedTest(needing, source, { lookups })).toEqual({
      a: 'units/EA',
      b: [{ c: 'units/CA' }, { c: 'units/EA' }],
    })
  })

  test('needs have a limit', async () => {
    const lookups = { get: () => ({ is: 'unknown' as const }) }
    const keys = Array.from({ length: 20 }, (_, index) => String(index))
    const result = await runTest(body, { keys }, { lookups, limits: { lookupsMax: 10 } })
    expect(codesOf(result)).toEqual(['MAPPING_LIMIT'])
  })
})
