import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { plainText } from '#core/codecs/x12/writer-text.ts'
import { isFault } from '#core/errors/fault.ts'
import { saysOf } from '#test/support/mapping.ts'
import { lookupsFrom } from './lookups.ts'
import type { Mapping } from './mapping.ts'
import { parseMapping } from './parse.ts'
import type { MappingOutcome, RunInput } from './run-input.ts'
import { runMapping } from './run.ts'
import { segmentsFrom, x12Faults, x12Target } from './x12-target.ts'
import type { X12Check } from './x12-target.ts'

const target = { release: '004010', type: '855' }
const bak = { BAK01: '00', BAK02: 'AC', BAK03: 'PO-1', BAK04: '20260131' }
const usual = { element: 0x2a, component: 0x3e, repetition: 0x5e, segment: 0x7e }

function line(number: string, more: object = {}): object {
  return { PO1: { PO101: number, PO102: '5', PO103: 'EA', PO106: 'VN', PO107: 'W-1', ...more } }
}

function faults(tree: object, check: Partial<X12Check> = {}, to = target): readonly string[] {
  return x12Faults(tree, to, { limits: limits.codec, severities: {}, ...check })
    .map(({ field, reason }) => `${field}: ${reason}`)
}

describe('what a mapping makes of a set', () => {
  test('is well where the dictionary has nothing against it', () => {
    expect(faults({ BAK: bak, PO1Loop: [line('1')], CTTLoop: { CTT: {} } })).toEqual([])
    expect(segmentsFrom({ BAK: bak }, target)).toEqual([['BAK', '00', 'AC', 'PO-1', '20260131']])
  })

  test('is told by its name in the tree, each line by its own', () => {
    const told = faults({
      BAK: { ...bak, BAK02: 'QQ' },
      PO1Loop: [line('1'), line('2', { PO101: 'x'.repeat(21) }), line('3', { PO103: undefined })],
    })
    expect(told.map((one) => one.replace(/: .*/, ''))).toEqual([
      'BAK.BAK02', 'PO1Loop[2].PO1.PO101',
    ])
  })

  test('lacks what is mandatory: the segment and the element are named', () => {
    expect(faults({ BAK: { ...bak, BAK03: undefined } })[0]).toMatch(/^BAK\.BAK03: .*BAK03/)
    const notice = { release: '004010', type: '856' }
    expect(faults({ HL_S: [{}] }, {}, notice)[0]).toMatch(/BSN/)
  })

  test('a level is named by its path', () => {
    const bsn = { BSN01: '00', BSN02: 'S-1', BSN03: '20260131', BSN04: '0915' }
    const items = [{ SN1: { SN102: '5', SN103: 'EA' } }, { SN1: { SN102: '6', SN103: 'QQ' } }]
    const told = faults({ BSN: bsn, HL_S: [{ HL_O: [{ PRF: { PRF01: 'P' }, HL_I: items }] }] }, {},
      { release: '004010', type: '856' })
    expect(told).toEqual([expect.stringMatching(/^HL_S\[1\]\.HL_O\[1\]\.HL_I\[2\]\.SN1\.SN103: /)])
  })

  test.each<[string, object, string]>([
    ['a segment of no place', { BAK: bak, BEG: {} }, 'BEG: The set has no place for BEG'],
    ['a list for one', { BAK: [bak] }, 'BAK: BAK is a list where one value belongs'],
    ['no tree at all', { BAK: 'text' }, 'BAK: BAK is a string where an object belongs'],
  ])('%s ends the search', (_, tree, told) => expect(faults(tree)).toEqual([told]))

  test('a segment of the other release has no place', () => {
    const tree = { BAK: bak, N9Loop: [{ N9: { N901: 'L1', N902: 'X' }, MSG: [{ MSG01: 'text' }] }] }
    expect(faults(tree)).toEqual([])
    expect(faults(tree, {}, { release: '005010', type: '855' })).toEqual([
      'N9Loop.MSG: The set has no place for N9Loop.MSG',
    ])
  })

  test('a text with a delimiter of the partner in it is told beside the rest', () => {
    const tree = { BAK: { ...bak, BAK02: 'QQ' }, PO1Loop: [line('1'), line('2', { PO107: 'A*B' }), line('3', { PO107: '~' })] }
    expect(faults(tree)).toHaveLength(1)
    const told = faults(tree, { delimiters: usual })
    expect(told).toHaveLength(3)
    expect(told[1]).toMatch(/^PO1Loop\[2\]\.PO1\.PO107: PO107 holds U\+002A: it is a delimiter/)
    const text = { ...plainText, unfit: 'transliterate' } as const
    expect(faults(tree, { delimiters: usual, text })).toHaveLength(1)
  })

  test('a letter that the charset does not have is refused, or written as the nearest', () => {
    const tree = { BAK: { ...bak, BAK03: 'CAFÉ' } }
    expect(faults(tree)[0]).toMatch(/^BAK\.BAK03: BAK03 holds U\+00C9/)
    expect(faults(tree, { text: { ...plainText, unfit: 'transliterate' } })).toEqual([])
    expect(faults(tree, { text: { ...plainText, charset: 'utf-8' } })).toEqual([])
  })

  test('what an agreement calls a note passes', () => {
    const tree = { BAK: { ...bak, BAK02: 'QQ' } }
    expect(faults(tree, { severities: { X12_CODE_UNLISTED: 'note' } })).toEqual([])
  })
})

function parse(to: string, body = 'BAK: { fields: { BAK03: number } }'): Mapping {
  return parseMapping(`id: m\nversion: 1\nfrom: test/x\nto: ${to}\nsays: s\nfields:\n  ${body}\n`, {
    name: 'm',
    limits: limits.mapping,
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
  })
}

function run(mapping: Mapping, more: Partial<RunInput> = {}): Promise<MappingOutcome> {
  return runMapping(mapping, {
    source: { number: 'PO-1', day: '20260131' },
    sourceKind: 'test/x',
    partner: {},
    lookups: lookupsFrom({}),
    x12Check: { limits: limits.codec, severities: {} },
    ...more,
  })
}

describe('a mapping to X12', () => {
  const both = '[x12/004010/855, x12/005010/855]'
  const body =
    "BAK: { fields: { BAK01: \"'00'\", BAK02: \"'AC'\", BAK03: number, BAK04: day, BAK08: $release } }"

  test('makes the release that is asked for, else its first', async () => {
    const mapping = parse(both, body)
    const made = (release: string) =>
      ({ outcome: 'mapped', output: { BAK: { ...bak, BAK08: release } } })
    expect(await run(mapping)).toEqual(made('004010'))
    expect(await run(mapping, { targetKind: 'x12/005010/855' })).toEqual(made('005010'))
  })

  test('makes no other', async () => {
    expect(saysOf(await run(parse(both, body), { targetKind: 'x12/005010/856' }))).toEqual([
      'Mapping m makes x12/004010/855, x12/005010/855, not x12/005010/856.',
    ])
  })

  test('is held to the dictionary', async () => {
    const told = saysOf(await run(parse('x12/004010/855')))
    expect(told).toHaveLength(3)
    expect(told[0]).toMatch(/^What mapping m made is no x12\/004010\/855: BAK\.BAK01 /)
  })

  test.each([
    ['two types', '[x12/004010/855, x12/005010/856]', 'a mapping makes one type of set'],
    ['a set and a schema', '[x12/004010/855, canonical/order.v1]', 'only sets of X12'],
    ['two schemas', '[canonical/order.v1, canonical/invoice.v1]', 'only sets of X12'],
    ['a release without dictionary', 'x12/006020/855', 'no dictionary for x12/006020/855'],
    ['a set nobody knows', '[x12/004010/999]', 'no dictionary for x12/004010/999'],
    ['nothing', '[]', 'to is missing'],
  ])('%s is no target', (_, to, reason) => {
    try {
      parse(to)
      expect.unreachable()
    } catch (error) {
      if (!isFault(error)) throw error
      expect(error.message).toContain(reason)
    }
  })

  test.each(['x12/4010/855', 'canonical/order.v1', 'x12/004010/855/x'])(
    '%s is none of X12',
    (kind) => expect(x12Target(kind)).toBeUndefined(),
  )
})
