import { describe, expect, test } from 'vitest'
import { dictionaryFor, releases } from './dictionary.ts'
import { tagKey } from './dictionary-compile.ts'
import type { LoopDefinition } from './types.ts'

const { dictionary } = dictionaryFor('004010')

describe('the release', () => {
  test.each([
    ['004010', '004010', true], ['004010VICS', '004010', true], ['005010X222A1', '005010', true],
    ['004030', '004010', false], ['005030', '005010', false], ['006010', '005010', false],
    ['003010', '003040', false], ['003070', '003040', false], ['002001', '003040', false],
    ['', '004010', false], ['ABCDEF', '004010', false], ['00401', '004010', false],
  ])('GS08 %j is read by %s', (release, chosen, exact) => {
    const found = dictionaryFor(release)
    expect([found.dictionary.release, found.exact]).toEqual([chosen, exact])
  })

  test('is loaded once', () => {
    expect(dictionaryFor('004010VICS').dictionary).toBe(dictionary)
  })

  test('without lists of its own does not vouch for codes', () => {
    expect(releases.map((release) => dictionaryFor(release).dictionary.codesAdvisory))
      .toEqual([true, false, true])
  })
})

describe('definitions', () => {
  test('a set has its loops, names and bounds', () => {
    const set = dictionary.set('850')
    expect([set?.name, set?.functionalId]).toEqual(['Purchase Order', 'PO'])
    expect(set?.root.items.slice(0, 4).map(({ name, required, max }) => [name, required, max]))
      .toEqual([
        ['ST', true, 1], ['BEG', true, 1], ['CUR', false, 1], ['REF', false, Infinity],
      ])
    const po1 = child(set?.root, 'PO1Loop')
    expect([po1.required, po1.max, po1.tag]).toEqual([true, 100_000, 'PO1'])
    expect(child(po1, 'N1Loop').items.map(({ name }) => name).slice(0, 4))
      .toEqual(['N1', 'N2', 'N3', 'N4'])
  })

  test('siblings of one name are numbered in order', () => {
    const names = dictionary.set('856')?.root.items.map(({ name }) => name) ?? []
    const all = [...loops(dictionary.set('810')?.root), ...loops(dictionary.set('856')?.root)]
    expect(names).toContain('HLLoop')
    for (const loop of all) {
      const siblings = loop.items.map(({ name }) => name)
      expect(new Set(siblings).size).toBe(siblings.length)
    }
  })

  test('AK5 is mandatory in a 997 of 004010, whatever the table says', () => {
    const ak2 = child(dictionary.set('997')?.root, 'AK2Loop')
    expect(ak2.items.find(({ tag }) => tag === 'AK5')?.required).toBe(true)
  })

  test('elements know type, decimals, lengths and codes', () => {
    const amount = dictionary.element('610')
    expect([amount?.type, amount?.decimals, amount?.min, amount?.max]).toEqual(['N', 2, 1, 15])
    expect(dictionary.element('353')?.codes?.has('00')).toBe(true)
    expect(dictionary.element('324')?.codes).toBeUndefined()
  })

  test.each([['353', '00', false], ['353', 'XX', true], ['353', '', true], ['324', 'XX', false]])(
    'element %s: %j unlisted is %s', (id, code, unlisted) => {
      const bytes = new TextEncoder().encode(code)
      expect(dictionary.element(id)?.isUnlisted(bytes, 0, bytes.length)).toBe(unlisted)
    })

  test('codes of more than five characters and of other characters are found too', () => {
    const releasesListed = dictionaryFor('005010').dictionary.element('480')
    const bytes = new TextEncoder().encode('004010')
    expect(releasesListed?.isUnlisted(bytes, 0, 6)).toBe(false)
    expect(releasesListed?.isUnlisted(new TextEncoder().encode('004099'), 0, 6)).toBe(true)
  })

  test('composites and repeats', () => {
    const { dictionary: later } = dictionaryFor('005010')
    expect(later.segment('EB')?.elements[2]?.repeat).toBe(99)
    const slnUnit = dictionary.segment('SLN')?.elements[4]
    expect(slnUnit?.composite?.id).toBe('C001')
    expect(slnUnit?.composite?.elements[0]).toMatchObject({ required: true, repeat: 1 })
  })

  test('what does not exist is absent, names of Object too', () => {
    expect(dictionary.set('999')).toBeUndefined()
    expect(dictionary.set('constructor')).toBeUndefined()
    expect(dictionary.segment('QQQ')).toBeUndefined()
    expect(dictionary.segment('toString')).toBeUndefined()
    expect(dictionary.segmentByKey(0)).toBeUndefined()
    expect(dictionary.element('hasOwnProperty')).toBeUndefined()
  })
})

test.each(releases)('every set of %s compiles, each loop with its trigger', (release) => {
  const { dictionary: whole } = dictionaryFor(release)
  const types = Array.from({ length: 900 }, (_, n) => String(n + 100))
  const sets = types.flatMap((type) => whole.set(type) ?? [])
  expect(sets.length).toBe({ '003040': 185, '004010': 293, '005010': 318 }[release])
  for (const set of sets) {
    expect([set.root.items[0]?.tag, set.root.items.at(-1)?.tag]).toEqual(['ST', 'SE'])
    for (const loop of loops(set.root)) {
      const trigger = { kind: 'segment', tag: loop.tag, required: true, max: 1 }
      expect(loop.items[0]).toMatchObject(trigger)
    }
  }
})

test('a tag is an integer of its letters; other lengths have none', () => {
  expect([tagKey('N1'), tagKey('BEG'), tagKey('B'), tagKey('BEGX'), tagKey('')])
    .toEqual([0x4e3100, 0x424547, 0, 0, 0])
})

function child(loop: LoopDefinition | undefined, name: string): LoopDefinition {
  const item = loop?.items.find((candidate) => candidate.name === name)
  if (item?.kind !== 'loop') throw new Error(`no loop ${name}`)
  return item
}

function loops(loop: LoopDefinition | undefined): LoopDefinition[] {
  const inner = loop?.items.filter((item) => item.kind === 'loop') ?? []
  return inner.flatMap((item) => [item, ...loops(item)])
}
