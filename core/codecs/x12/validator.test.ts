import { describe, expect, test } from 'vitest'
import { faultsOf, message, onlySet, read } from '#test/support/x12-messages.ts'
import type { Envelope } from '#test/support/x12-messages.ts'
import { limits } from '#config/limits.ts'
import { decodeX12 } from './reader.ts'
import type { SeverityTable } from './severity.ts'

const beg = 'BEG*00*SA*4500012345**20261122'
const po1 = 'PO1*1*10*EA*9.25*PE*VP*WID-01'
const order = [beg, 'CUR*BY*USD', 'N1*ST*STORE*92*0014', 'N3*1 ROAD', po1, 'CTT*1*10']

/** Verdict, and each fault as `code segment.tag.element.component(repetition) loop ack`. */
function judge(segments: readonly string[], envelope?: Envelope, severities: SeverityTable = {}) {
  const report = read(message(segments, envelope), { profile: () => ({ severities }) })
  const { verdict, faults } = onlySet(report)
  const lines = faults.map(({ code, at, ack }) => {
    const element = at.element === undefined ? '' : `.${at.element}`
    const component = at.component === undefined ? '' : `.${at.component}`
    const repetition = at.repetition === undefined ? '' : `(${at.repetition})`
    const place = `${at.segment}${at.tag}${element}${component}${repetition}`
    return [code.slice(4), place, at.loop, ack].filter((part) => part !== undefined).join(' ')
  })
  return [verdict, ...lines]
}

/** The order with the segment at that index put otherwise. */
function edited(index: number, ...segments: string[]): string[] {
  return order.toSpliced(index, 1, ...segments)
}

test('an order without a fault is accepted', () => {
  expect(judge(order)).toEqual(['accepted'])
})

describe('structure', () => {
  test.each<[string, string[], string[]]>([
    ['a missing BEG', edited(0), ['rejected', 'SEGMENT_MISSING 2BEG 3']],
    ['a missing PO1', edited(4), ['rejected', 'SEGMENT_MISSING 6PO1 3']],
    ['all of it missing', [],
      ['rejected', 'SEGMENT_MISSING 2BEG 3', 'SEGMENT_MISSING 2PO1 3']],
    ['a segment of no release', edited(1, 'QQQ*1'), ['rejected', 'SEGMENT_UNKNOWN 3QQQ 1']],
    ['a segment in small letters', edited(1, 'cur*BY*USD'),
      ['rejected', 'SEGMENT_UNKNOWN 3cur 1']],
    ['an empty segment', edited(1, ''), ['rejected', 'SEGMENT_UNKNOWN 3 1']],
    ['a tag too long', edited(1, 'CURRENCY*BY'), ['rejected', 'SEGMENT_UNKNOWN 3CURRENCY 1']],
    ['a segment of another set', edited(1, 'BIG*20261122*1'),
      ['rejected', 'SEGMENT_NOT_IN_SET 3BIG 6']],
    ['a segment too late', [...order, 'CUR*BY*USD'],
      ['rejected', 'SEGMENT_OUT_OF_SEQUENCE 8CUR CTTLoop 7']],
    ['a loop without its trigger', edited(2), ['rejected', 'SEGMENT_OUT_OF_SEQUENCE 4N3 7']],
    ['a segment too often', edited(1, 'CUR*BY*USD', 'CUR*BY*USD'),
      ['accepted_with_errors', 'SEGMENT_REPEATED 4CUR 5']],
    ['a segment too often in a loop', edited(3, 'N3*A', 'N3*B', 'N3*C'),
      ['accepted_with_errors', 'SEGMENT_REPEATED 7N3 N1Loop 5']],
    ['a loop too often', edited(5, 'CTT*1', 'CTT*1'),
      ['accepted_with_errors', 'LOOP_REPEATED 8CTT 4']],
  ])('%s', (_, segments, expected) => { expect(judge(segments)).toEqual(expected) })

  test('what a loop requires is missed when the loop is left, in its place', () => {
    const segments = [beg, 'AMT*TT*5', 'FA1*DZ', po1]
    const { faults } = onlySet(read(message(segments, { release: '005010' })))
    expect(faults.map(({ code, at }) => [code, at.segment, at.tag, at.loop]))
      .toEqual([['X12_SEGMENT_MISSING', 5, 'FA2', 'AMTLoop/FA1Loop']])
  })

  test('a missing segment is placed at the bytes where it should have stood', () => {
    const text = message(edited(0))
    const [fault] = onlySet(read(text)).faults
    expect(fault?.at.byte).toBe(text.indexOf('CUR*'))
    expect(fault?.says)
      .toBe('Segment BEG Beginning Segment For Purchase Order is required before CUR.')
  })

  test('LE closes the LS before it, by name', () => {
    const line = (ls: string, le: string) => edited(4, po1, `LS*${ls}`, 'LDT*AF*5*DA', `LE*${le}`)
    expect(judge(line('LDT', 'LDT'))).toEqual(['accepted'])
    expect(judge(line('LDT', 'LDX')))
      .toEqual(['accepted_with_errors', 'LOOP_ID_WRONG 9LE.1 PO1Loop 7'])
    expect(judge(line('LDT', 'LDT').toSpliced(7, 1)))
      .toEqual(['rejected', 'SEGMENT_MISSING 10LE 3'])
  })
})

describe('elements', () => {
  test.each<[string, string[], string[]]>([
    ['a missing one', edited(0, 'BEG*00**4500012345**20261122'),
      ['rejected', 'ELEMENT_MISSING 2BEG.2 1']],
    ['a missing one at the end', edited(0, 'BEG*00*SA*4500012345'),
      ['rejected', 'ELEMENT_MISSING 2BEG.5 1']],
    ['one too many', edited(1, `CUR*BY*USD${'*'.repeat(20)}X`),
      ['accepted_with_errors', 'ELEMENTS_TOO_MANY 3CUR.22 3']],
    ['empty ones too many', edited(1, `CUR*BY*USD${'*'.repeat(40)}`), ['accepted']],
    ['too short', edited(1, 'CUR*BY*US'), ['accepted_with_errors', 'ELEMENT_TOO_SHORT 3CUR.2 4']],
    ['too long', edited(1, 'CUR*BY*USDX'), ['accepted_with_errors', 'ELEMENT_TOO_LONG 3CUR.2 5']],
    ['an unlisted code', edited(0, 'BEG*QQ*SA*4500012345**20261122'),
      ['accepted_with_errors', 'CODE_UNLISTED 2BEG.1 7']],
    ['a bad date', edited(0, 'BEG*00*SA*4500012345**20260229'),
      ['rejected', 'DATE_BAD 2BEG.5 8']],
    ['a bad time', edited(2, 'DTM*002*20261122*2561', 'N1*ST*STORE'),
      ['rejected', 'TIME_BAD 4DTM.3 9']],
    ['a bad number', edited(4, 'PO1*1*TEN*EA*9.25*PE*VP*WID-01'),
      ['rejected', 'NUMBER_BAD 6PO1.2 PO1Loop 6']],
    ['a control character', edited(3, 'N3*1\tROAD'),
      ['rejected', 'CHARACTER_BAD 5N3.1 N1Loop 6']],
    ['a control character past the last element', edited(1, `CUR*BY*USD${'*'.repeat(20)}X\0`),
      ['rejected', 'ELEMENTS_TOO_MANY 3CUR.22 3', 'CHARACTER_BAD 3CUR.22 6']],
    ['blanks only', edited(3, 'N3*  '),
      ['accepted_with_errors', 'ELEMENT_BLANK 5N3.1 N1Loop 6']],
  ])('%s', (_, segments, expected) => { expect(judge(segments)).toEqual(expected) })

  test('a note P asks for what is missing, C too', () => {
    expect(judge(edited(4, 'PO1*1*10*EA*9.25*PE*VP')))
      .toEqual(['accepted_with_errors', 'ELEMENT_CONDITION 6PO1.7 PO1Loop 2'])
    expect(judge(edited(4, 'PO1*1**EA**PE*VP*WID-01'))).toEqual([
      'accepted_with_errors', 'ELEMENT_CONDITION 6PO1.2 PO1Loop 2',
      'ELEMENT_CONDITION 6PO1.4 PO1Loop 2',
    ])
    expect(judge(edited(4, 'PO1*1*10**9.25**VP*WID-01'))).toEqual(['accepted'])
  })

  test('the fault says what, where and what to do, with names of the dictionary', () => {
    const text = message(edited(0, 'BEG*00*SA*4500012345**20260229'))
    expect(onlySet(read(text)).faults).toEqual([{
      code: 'X12_DATE_BAD', level: 'element', severity: 'reject', ack: '8', elementRef: '373',
      badValue: '20260229',
      says: 'BEG05 Date "20260229" is no date of the form CCYYMMDD.',
      remedy: 'Ask the sender for a day of the calendar, written CCYYMMDD.',
      at: { byte: text.indexOf('20260229'), segment: 2, tag: 'BEG', element: 5 },
    }])
  })
})

describe('composites and repetitions', () => {
  const sln = (unit: string) => edited(4, po1, `SLN*1**I*10*${unit}*1.56*TP`)

  test.each<[string, string, string[]]>([
    ['components that are right', 'PC>2>1.5', ['accepted']],
    ['trailing components that are empty', 'PC>>', ['accepted']],
    ['a missing component', '>2', ['rejected', 'ELEMENT_MISSING 7SLN.5.1 PO1Loop/SLNLoop 1']],
    ['a bad component', 'PC>X',
      ['rejected', 'NUMBER_BAD 7SLN.5.2 PO1Loop/SLNLoop 6']],
    ['a component too many', `PC${'>'.repeat(15)}1`,
      ['accepted_with_errors', 'COMPONENTS_TOO_MANY 7SLN.5.16 PO1Loop/SLNLoop 3']],
  ])('%s', (_, unit, expected) => { expect(judge(sln(unit))).toEqual(expected) })

  test('a component separator in a text is told, and the text is read whole', () => {
    const segments = edited(3, 'N3*NOTE> CALL')
    expect(judge(segments))
      .toEqual(['accepted_with_errors', 'COMPONENTS_TOO_MANY 5N3.1 N1Loop 3'])
    expect(judge(edited(3, 'N3*1 ROAD>')))
      .toEqual(['accepted_with_errors', 'COMPONENTS_TOO_MANY 5N3.1 N1Loop 3'])
    expect(judge(edited(0, 'BEG*00*SA*>>**20261122'))).toEqual([
      'rejected', 'ELEMENT_MISSING 2BEG.3 1', 'COMPONENTS_TOO_MANY 2BEG.3 3'])
  })

  test('5010 has words of its own for them', () => {
    expect(judge(edited(3, 'N3*NOTE> CALL'), { release: '005010' }))
      .toEqual(['accepted_with_errors', 'COMPONENTS_TOO_MANY 5N3.1 N1Loop 13'])
    expect(judge(edited(3, 'N3*1 ROAD^2 ROAD'), { release: '005010' }))
      .toEqual(['accepted_with_errors', 'REPETITIONS_TOO_MANY 5N3.1(2) N1Loop 12'])
  })

  test('each repetition is checked', () => {
    const report = read(message(['BHT*0022*13*1*20261122*0930', 'HL*1**20*0', 'NM1*PR*2*PAYER',
      'EQ*30^3X^33'], { release: '005010', functionalId: 'HS' }, '270'))
    const eq = onlySet(report).faults.find(({ at }) => at.tag === 'EQ')
    expect([eq?.code, eq?.at.element, eq?.at.repetition, eq?.badValue])
      .toEqual(['X12_CODE_UNLISTED', 1, 2, '3X'])
  })
})

describe('severities', () => {
  const unlisted = edited(0, 'BEG*QQ*SA*4500012345**20261122')

  test('an agreement may be stricter or looser', () => {
    expect(judge(unlisted, {}, { X12_CODE_UNLISTED: 'reject' })[0]).toBe('rejected')
    expect(judge(unlisted, {}, { X12_CODE_UNLISTED: 'note' })[0]).toBe('accepted')
    expect(judge(edited(0), {}, { X12_SEGMENT_MISSING: 'error' })[0]).toBe('accepted_with_errors')
  })

  test('code lists of 005010 are advisory: they reject nothing, whatever the agreement', () => {
    const later = { release: '005010' }
    expect(judge(unlisted, later)[0]).toBe('accepted_with_errors')
    expect(judge(unlisted, later, { X12_CODE_UNLISTED: 'reject' })[0]).toBe('accepted_with_errors')
  })

  test('the dictionary of another release rejects nothing, and the group says so', () => {
    const report = read(message(edited(0), { release: '004030' }))
    expect(onlySet(report).verdict).toBe('accepted_with_errors')
    const [note] = report.interchanges[0]?.groups[0]?.faults ?? []
    expect([note?.code, note?.severity, note?.at.element])
      .toEqual(['X12_RELEASE_UNKNOWN', 'note', 8])
  })
})

test('faults past the limit are counted, and judged', () => {
  const lines = Array.from({ length: 300 }, (_, n) => `PO1*${n}*10*??`)
  const segments = [beg, ...lines, 'QQQ*1']
  const { faults, faultsLeftOut, verdict } = onlySet(read(message(segments)))
  expect([faults.length, faultsLeftOut, verdict]).toEqual([100, 201, 'rejected'])
})

test('faults past the limit of the interchange are counted, and judged', () => {
  const codec = { ...limits.codec, faultsPerInterchangeMax: 2 }
  const { faults, faultsLeftOut, verdict } = onlySet(read(message([]), { limits: codec }))
  expect([faults.length, faultsLeftOut, verdict]).toEqual([2, 0, 'rejected'])
  const many = onlySet(read(message([beg, ...Array.from({ length: 5 }, () => 'QQQ*1'), po1]),
    { limits: codec }))
  expect([many.faults.length, many.faultsLeftOut, many.verdict]).toEqual([2, 3, 'rejected'])
})

test('a set past its limit of segments is rejected and not checked further', () => {
  const codec = { ...limits.codec, segmentsPerSetMax: 4 }
  const faults = faultsOf(read(message(order), { limits: codec }))
  expect(faults.map(({ code, at }) => [code, at.segment])).toEqual([['X12_SET_TOO_LONG', 5]])
})

test('each segment is shown in its place', () => {
  const segments = [beg, 'N1*ST', po1, 'N1*ST', 'N3*A', 'PO1*2', 'N1*ST', 'QQQ*1', 'CTT*2']
  const seen: string[] = []
  const decoder = decodeX12({
    segment: (segment, place) => {
      const path = place.path.map(({ loop, iteration }) => `${loop.name}${iteration}`).join('/')
      seen.push(`${place.segment} ${path} ${place.use?.name ?? `?${segment.tag}`}`)
    },
  }, { limits: limits.codec })
  decoder.push(new TextEncoder().encode(message(segments)))
  decoder.end()
  expect(seen).toEqual([
    '1  ST', '2  BEG', '3 N1Loop1 N1', '4 PO1Loop1 PO1', '5 PO1Loop1/N1Loop1 N1',
    '6 PO1Loop1/N1Loop1 N3', '7 PO1Loop2 PO1', '8 PO1Loop2/N1Loop1 N1',
    '9 PO1Loop2/N1Loop1 ?QQQ', '10 CTTLoop1 CTT', '11  SE',
  ])
})
