import { describe, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { readX12 } from '#core/codecs/x12/reader.ts'
import { sandboxRelationship } from '#test/support/exchange.ts'
import { envelope, findUnfit, groupsOf } from './envelope.ts'
import { relationshipSettings } from './relationship.ts'
import type { OutgoingBody } from './outcome.ts'

function answer(control: string, release = '004010', functionalId = 'FA'): OutgoingBody {
  const segments = [['AK1', 'PO', control], ['AK9', 'A', '1', '1', '1']] as const
  return { type: '997', functionalId, release, segments }
}

const at = new Date('2026-01-01T00:30:00Z')

test.each<[name: string, sets: OutgoingBody[], groups: number[]]>([
  ['one set', [answer('1')], [1]],
  ['neighbours of one kind share a group', [answer('1'), answer('2')], [2]],
  ['another release is another group', [answer('1'), answer('2', '005010')], [1, 1]],
  ['order is kept', [answer('1'), answer('2', '005010'), answer('3')], [1, 1, 1]],
])('%s', (_, sets, groups) => {
  expect(groupsOf({ sets }).map(({ length }) => length)).toEqual(groups)
})

describe('an envelope', () => {
  const bundle = { sets: [answer('1'), answer('2'), answer('3', '005010')] }
  const made = envelope(bundle, sandboxRelationship, { interchange: 42, groups: [7, 8] }, at)
  const { interchanges } = readX12(made.bytes, { limits: limits.codec })

  test('is from us to them, asks for no TA1 and is read without a fault', () => {
    expect(interchanges).toHaveLength(1)
    expect(interchanges[0]).toMatchObject({
      control: '000000042', senderId: 'SANDBOXSELLER', receiverId: 'SANDBOXBUYER', usage: 'T',
      acknowledgementRequested: false, verdict: 'accepted', faults: [],
    })
  })

  test('numbers its groups and sets, and says which set got which', () => {
    expect(interchanges[0]?.groups.map(({ control, release, sets }) =>
      [control, release, sets.map((set) => set.control)]))
      .toEqual([['7', '004010', ['0001', '0002']], ['8', '005010', ['0001']]])
    expect(made.control).toBe('000000042')
    expect(made.sets).toEqual([
      { groupControl: '7', control: '0001' }, { groupControl: '7', control: '0002' },
      { groupControl: '8', control: '0001' },
    ])
  })

  test('bears the date and time of the relationship\'s own clock', () => {
    const settings = relationshipSettings({ timeZone: 'America/New_York' })
    const { bytes } = envelope(
      { sets: [answer('1')] }, { ...sandboxRelationship, settings },
      { interchange: 1, groups: [1] }, at,
    )
    const [read] = readX12(bytes, { limits: limits.codec }).interchanges
    expect([read?.date, read?.time, read?.groups[0]?.date]).toEqual(['251231', '1930', '20251231'])
  })

  test('keeps the relationship\'s separators and line ends', () => {
    const delimiters = {
      element: '|', component: ':', repetition: '^', segment: '\'', lineEnd: '\n' as const,
    }
    const settings = relationshipSettings({ delimiters })
    const { bytes } = envelope(
      { sets: [answer('1')] }, { ...sandboxRelationship, settings },
      { interchange: 1, groups: [1] }, at,
    )
    expect(Buffer.from(bytes).toString()).toMatch(/^ISA\|.*:'\nGS\|FA\|.*'\nIEA\|1\|000000001'\n$/s)
  })

  test('is live only for a live relationship', () => {
    const live = { ...sandboxRelationship, stream: 'live' as const }
    const { bytes } = envelope({ sets: [answer('1')] }, live, { interchange: 1, groups: [1] }, at)
    expect(readX12(bytes, { limits: limits.codec }).interchanges[0]?.usage).toBe('P')
  })
})

describe('what an envelope is asked of its relationship', () => {
  const order: OutgoingBody = {
    type: '855', functionalId: 'PR', release: '004010',
    segments: [['BAK', '00', 'AC', 'PO-1', '20260105'], ['PO1', '1', '5', 'EA', '9.50']],
  }
  const ta1: OutgoingBody = {
    type: 'TA1', functionalId: '', release: '004010',
    segments: [['TA1', '000000001', '260105', '0930', 'R', '021']],
  }
  const wrap = (sets: OutgoingBody[], settings = relationshipSettings({})) => envelope(
    { sets }, { ...sandboxRelationship, settings }, { interchange: 1, groups: [7, 8] }, at)
  const readBack = (sets: OutgoingBody[], settings = relationshipSettings({})) =>
    readX12(wrap(sets, settings).bytes, { limits: limits.codec }).interchanges[0]!

  test('a TA1 stands outside any group and bears no number of one', () => {
    expect(wrap([ta1]).sets).toEqual([{ groupControl: null, control: null }])
    expect(readBack([ta1])).toMatchObject({
      verdict: 'accepted', groups: [], ta1s: [{ control: '000000001', note: '021' }],
    })
    expect(wrap([ta1, order]).sets).toEqual([
      { groupControl: null, control: null }, { groupControl: '7', control: '0001' },
    ])
  })

  test.each([
    ['a document', [order], true], ['an acknowledgement', [answer('1')], false],
    ['a TA1', [ta1], false], ['both', [answer('1'), order], true],
  ])('requestTa1 asks for one with %s: %s', (_, sets, asked) => {
    expect(readBack(sets).acknowledgementRequested).toBe(false)
    expect(readBack(sets, relationshipSettings({ requestTa1: true })).acknowledgementRequested)
      .toBe(asked)
  })

  test('a guide of GS08 stands in ST03 too, an association\'s suffix does not', () => {
    const segments = [['AK1', 'PO', '1', '005010'], ['AK9', 'A', '1', '1', '1']] as const
    const of = (release: string) =>
      readBack([{ type: '999', functionalId: 'FA', release, segments }]).groups[0]
    expect(of('005010X231A1')).toMatchObject({
      release: '005010X231A1', verdict: 'accepted', sets: [{ implementation: '005010X231A1' }],
    })
    expect(of('005010')?.sets[0]?.implementation).toBeUndefined()
    expect(readBack([answer('1', '004010VICS')]).groups[0]?.sets[0]?.implementation)
      .toBeUndefined()
  })

  test.each<[name: string, set: OutgoingBody, code: string | null]>([
    ['what our own reader takes', order, null],
    ['a code the standard does not list',
      { ...order, segments: [['BAK', '00', 'QQ', 'PO-1', '20260105']] }, 'OUTBOUND_INVALID'],
    ['a missing segment', { ...order, segments: [] }, 'OUTBOUND_INVALID'],
    ['text that does not fit',
      { ...order, segments: [['BAK', '00', 'AC', 'PO~1', '20260105']] }, 'X12_TEXT_UNFIT'],
    ['a type that is none', { ...order, type: '8555' }, 'X12_HEADER_UNFIT'],
  ])('%s', (_, set, code) => {
    const found = findUnfit({ sets: [set] }, sandboxRelationship, at, limits.codec)
    expect(found?.fault.code ?? null).toBe(code)
    expect(found?.fault.at).toBeUndefined()
  })

  test('what an acknowledgement repeats as it was sent is no fault of ours', () => {
    const odd = { ...answer('1'), segments: [['AK1', 'PO', '1'], ['AK2', '850', '1'], ['AK5', 'A'],
      ['AK9', 'A', '1', '1', '1']] } as const
    expect(findUnfit({ sets: [odd] }, sandboxRelationship, at, limits.codec)).toBeNull()
  })
})
