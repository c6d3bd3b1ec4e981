import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesOf, fixture, read } from '#test/support/x12-messages.ts'
import { envelopeAnswer, ta1 } from './acknowledge-ta1.ts'
import type { Ta1Answer } from './acknowledge-ta1.ts'
import { encodeInterchange } from './writer.ts'
import type { WireSegment } from './writer.ts'

const delimiters = { element: 0x2a, component: 0x3e, repetition: 0x5e, segment: 0x7e }
const header = { control: '000000042', date: '261122', time: '0930' }

/** An interchange of TA1s alone. */
function wrapped(ta1s: readonly WireSegment[]): Uint8Array {
  return encodeInterchange({
    header: {
      senderQualifier: 'ZZ', senderId: 'US', receiverQualifier: 'ZZ', receiverId: 'THEM',
      date: '260131', time: '0915', version: '00401', control: '1',
      acknowledgementRequested: false, usage: 'T',
    },
    delimiters, ta1s, groups: [],
  })
}

test.each<[answer: Ta1Answer, segment: string[]]>([
  [{ outcome: 'accepted', note: '000' }, ['TA1', '000000042', '261122', '0930', 'A', '000']],
  [{ outcome: 'accepted_with_errors', note: '014' },
    ['TA1', '000000042', '261122', '0930', 'E', '014']],
  [{ outcome: 'rejected', note: '023' }, ['TA1', '000000042', '261122', '0930', 'R', '023']],
])('%o', (answer, segment) => {
  expect(ta1(header, answer, delimiters)).toEqual(segment)
})

test('a number that is none cannot be named, a short one is filled up', () => {
  const rejected = { outcome: 'rejected', note: '018' } as const
  expect(ta1({ ...header, control: 'ABC' }, rejected, delimiters)).toBeUndefined()
  expect(ta1({ ...header, control: '' }, rejected, delimiters)).toBeUndefined()
  expect(ta1({ ...header, control: '42' }, rejected, delimiters)?.[1]).toBe('000000042')
})

test.each(['2611*2', '26112', '      ', '26112é', '2611>2'])(
  'a date "%s" that would not survive is written as zeros', (date) => {
    const made = ta1({ ...header, date }, { outcome: 'rejected', note: '014' }, delimiters)
    expect(made?.[2]).toBe('000000')
    expect(read(wrapped([made!])).interchanges[0]).toMatchObject({ verdict: 'accepted' })
  })

describe('what the reader finds wrong with an envelope becomes TA105', () => {
  const text = fixture('850-004010.edi').replaceAll('\n', '')
  const isa = (element: number, value: string): string => {
    const elements = text.split('*')
    elements[element] = value
    return elements.join('*')
  }

  test.each<[name: string, text: string, outcome: string, note: string]>([
    ['nothing', text, 'accepted', '000'],
    ['no IEA', text.replace(/IEA.*/, ''), 'rejected', '023'],
    ['another number in IEA', text.replace(/IEA\*1\*\d+/, 'IEA*1*999999999'), 'rejected', '001'],
    ['another count in IEA', text.replace(/IEA\*1/, 'IEA*2'), 'rejected', '021'],
    ['a segment outside any group', text.replace(/IEA/, 'REF*ZZ*1~IEA'), 'rejected', '022'],
    ['a qualifier that is none', isa(5, '??'), 'accepted_with_errors', '005'],
    ['a receiver qualifier that is none', isa(7, '??'), 'accepted_with_errors', '007'],
    ['no date', isa(9, '261399'), 'accepted_with_errors', '014'],
    ['no time', isa(10, '2961'), 'accepted_with_errors', '015'],
    ['a control number that is none', isa(13, 'ABCDEFGHI'), 'rejected', '018'],
    ['a usage that is none', isa(15, 'Q'), 'accepted_with_errors', '020'],
  ])('%s', (_, bad, outcome, note) => {
    expect(envelopeAnswer(read(bad).interchanges[0]!.faults)).toEqual({ outcome, note })
  })
})

test('what we write we read back, be they many', () => {
  const answer = fc.record({
    control: fc.integer({ min: 0, max: 999_999_999 }).map((number) => String(number)),
    outcome: fc.constantFrom('accepted', 'accepted_with_errors', 'rejected'),
    note: fc.constantFrom('001', '014', '025'),
  })
  fc.assert(fc.property(fc.array(answer, { maxLength: 20 }), (answers) => {
    const made = answers.map(({ control, outcome, note }) =>
      ta1({ ...header, control }, { outcome, note }, delimiters)!)
    const [interchange] = read(wrapped(made)).interchanges
    expect(interchange).toMatchObject({ verdict: 'accepted', faults: [], groups: [] })
    expect(interchange?.ta1s.map(({ control, date, time, outcome, note }) =>
      ({ control, date, time, outcome, note }))).toEqual(answers.map((one) => ({
      ...one, control: one.control.padStart(9, '0'), date: '261122', time: '0930',
      note: one.outcome === 'accepted' ? '000' : one.note,
    })))
  }))
})

test('more TA1s than the limit reject the interchange', () => {
  const made = ta1(header, { outcome: 'accepted', note: '000' }, delimiters)!
  const bytes = wrapped(Array.from({ length: 10_002 }, () => made))
  const [interchange] = read(bytes).interchanges
  expect(interchange?.verdict).toBe('rejected')
  expect(interchange?.ta1s).toHaveLength(10_000)
  expect(interchange?.faults.map(({ code }) => code)).toEqual(['X12_TA1S_TOO_MANY'])
})

test('a TA1 before a group leaves the group as it is', () => {
  const text = fixture('850-004010.edi').replaceAll('\n', '')
  const [interchange] = read(bytesOf(text.replace('GS*', 'TA1*000000042*261122*0930*Q*0~GS*')))
    .interchanges
  expect(interchange).toMatchObject({
    verdict: 'accepted', ta1s: [{ outcome: undefined, note: '0' }], groups: [{ control: '101' }],
  })
})
