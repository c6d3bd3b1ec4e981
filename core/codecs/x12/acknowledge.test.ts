import { expect, test } from 'vitest'
import type { At } from '#core/errors/fault.ts'
import { acknowledge997 } from './acknowledge.ts'
import type { GroupReport, SetReport, X12Fault } from './types.ts'

const delimiters = { element: 0x2a, component: 0x3e, segment: 0x7e, repetition: 0x5e }

function group(sets: readonly SetReport[], change: Partial<GroupReport> = {}): GroupReport {
  return {
    functionalId: 'PO', senderId: 'BUYER', receiverId: 'SELLER', date: '20260131', time: '0915',
    control: '12', release: '004010', verdict: 'accepted', faults: [], sets,
    setsClaimed: String(sets.length), byte: 106, ...change,
  }
}

function set(control: string, change: Partial<SetReport> = {}): SetReport {
  return {
    type: '850', control, verdict: 'accepted', faults: [], faultsLeftOut: 0, segments: 9,
    byte: 160, length: 300, ...change,
  }
}

function fault(
  level: X12Fault['level'],
  ack: string | undefined,
  at: Partial<At> = {},
  change: Partial<X12Fault> = {},
): X12Fault {
  return {
    code: 'X12_DATE_BAD', says: '', remedy: '', level, severity: 'error',
    at: { byte: 0, segment: 2, tag: 'BEG', ...at },
    ...(ack === undefined ? {} : { ack }), ...change,
  }
}

/** The 997 as lines, without the trailing empty elements the writer leaves out. */
function lines(report: GroupReport): string[] {
  const { segments } = acknowledge997(report, delimiters)!.body
  return segments.map((segment) => segment
    .map((element) => typeof element === 'string' ? element : element.join('>').replace(/>+$/, ''))
    .join('*').replace(/\*+$/, ''))
}

test('a good group is accepted, set by set', () => {
  const report = group([set('0001'), set('0002')])
  expect(acknowledge997(report, delimiters)).toMatchObject({
    kind: '997', outcome: 'accepted', body: { type: '997', functionalId: 'FA', release: '004010' },
  })
  expect(lines(report)).toEqual([
    'AK1*PO*12', 'AK2*850*0001', 'AK5*A', 'AK2*850*0002', 'AK5*A', 'AK9*A*2*2*2',
  ])
})

test('a set with errors tells each with its place, a segment before its elements', () => {
  const faults = [
    fault('element', '8', { segment: 2, element: 5 }, { elementRef: '373', badValue: '20261399' }),
    fault('element', '1', { segment: 2, element: 3 }, { elementRef: '324' }),
    fault('segment', '5', { segment: 2 }),
    fault('element', '7', { segment: 7, tag: 'N1', element: 1, loop: 'PO1Loop/N1Loop_2' }),
    fault('segment', '3', { segment: 9, tag: 'PO1' }),
  ]
  expect(lines(group([set('0001', { faults, verdict: 'rejected' })], { verdict: 'rejected' })))
    .toEqual([
      'AK1*PO*12',
      'AK2*850*0001',
      'AK3*BEG*2**5',
      'AK3*BEG*2**8',
      'AK4*5*373*8*20261399',
      'AK4*3*324*1',
      'AK3*N1*7*N1*8',
      'AK4*1**7',
      'AK3*PO1*9**3',
      'AK5*R*5',
      'AK9*R*1*1*0',
    ])
})

test('notes change nothing', () => {
  const faults = [fault('element', '7', { element: 1 }, { severity: 'note' })]
  expect(lines(group([set('0001', { faults })]))).toEqual([
    'AK1*PO*12', 'AK2*850*0001', 'AK5*A', 'AK9*A*1*1*1',
  ])
})

test('set codes are told once each, five at most, lowest first', () => {
  const found = ['7', '4', '23', '4', '3', '2', '6'].map((ack) => fault('set', ack, { tag: 'SE' }))
  const faults = [...found, fault('set', undefined), fault('set', '99')]
  expect(lines(group([set('0001', { faults, verdict: 'rejected' })], { verdict: 'rejected' })))
    .toContain('AK5*R*2*3*4*6*7')
})

test('some sets rejected is a partly accepted group', () => {
  const sets = [
    set('0001'), set('0002', { verdict: 'rejected' }),
    set('0003', { verdict: 'accepted_with_errors' }),
  ]
  expect(lines(group(sets, { verdict: 'partial' })).at(-1)).toBe('AK9*P*3*3*2')
})

test('a rejected group takes its good sets with it', () => {
  const faults = [fault('group', '5', { tag: 'GE', segment: 12 })]
  const report = group([set('0001')], { verdict: 'rejected', setsClaimed: '2', faults })
  expect(lines(report)).toEqual(['AK1*PO*12', 'AK2*850*0001', 'AK5*R', 'AK9*R*2*1*0*5'])
})

test.each(['', 'x', '12345678'])('a claim of "%s" sets is answered by count', (setsClaimed) => {
  expect(lines(group([set('0001')], { setsClaimed })).at(-1)).toBe('AK9*A*1*1*1')
})

test('005010 adds release, implementation, repetition and its codes', () => {
  const faults = [
    fault('element', '12', { element: 5, component: 2, repetition: 3 }),
    fault('element', '13', { element: 6, repetition: 1 }),
  ]
  const report = group(
    [set('0001', { implementation: '005010X231A1', faults, verdict: 'accepted_with_errors' })],
    { release: '005010X231A1', verdict: 'accepted_with_errors' },
  )
  expect(acknowledge997(report, delimiters)?.body.release).toBe('005010')
  expect(lines(report)).toEqual([
    'AK1*PO*12*005010X231A1', 'AK2*850*0001*005010X231A1', 'AK3*BEG*2**8', 'AK4*5>2>3**12',
    'AK4*6**13', 'AK5*E*5', 'AK9*E*1*1*1',
  ])
})

test.each([
  ['a delimiter', 'A*B', ''],
  ['a control character', 'A\u0007B', ''],
  ['a character outside the set', 'Müller', ''],
  ['nothing but blanks', '   ', ''],
  ['too much', 'X'.repeat(100), ''],
  ['as much as fits', 'X'.repeat(99), `*${'X'.repeat(99)}`],
])('a bad value with %s is copied only where it is safe', (_, badValue, copy) => {
  const faults = [fault('element', '6', { element: 3 }, { elementRef: '324', badValue })]
  expect(lines(group([set('0001', { faults })]))).toContain(`AK4*3*324*6${copy}`)
})

test('the number of a composite is no data element number', () => {
  const faults = [fault('element', '1', { element: 1 }, { elementRef: 'C003' })]
  expect(lines(group([set('0001', { faults })]))).toContain('AK4*1**1')
})

test('what AK3 and AK4 cannot hold is left to AK5', () => {
  const faults = [
    fault('segment', '1', { tag: 'GARBAGE' }), fault('segment', '1', { tag: 'x' }),
    fault('segment', '6', { segment: 1_000_000 }), fault('element', '3', { element: 100 }),
    fault('element', undefined, { element: 1 }), fault('segment', 'I6'),
  ]
  expect(lines(group([set('0001', { faults, verdict: 'rejected' })], { verdict: 'partial' })))
    .toEqual(['AK1*PO*12', 'AK2*850*0001', 'AK5*R*5', 'AK9*P*1*1*0'])
})

test('below one AK3 stand 99 AK4', () => {
  const faults = Array.from({ length: 120 }, (_, index) =>
    fault('element', '4', { element: 1 + (index % 20) }))
  const told = lines(group([set('0001', { faults })]))
  expect(told.filter((line) => line.startsWith('AK3'))).toHaveLength(1)
  expect(told.filter((line) => line.startsWith('AK4'))).toHaveLength(99)
})

test('a set number is copied as sent, and a set without one has no AK2', () => {
  const sets = [set('1'), set('', { verdict: 'rejected' }), set('A*B', { verdict: 'rejected' })]
  expect(lines(group(sets, { verdict: 'partial' }))).toEqual([
    'AK1*PO*12', 'AK2*850*1', 'AK5*A', 'AK9*P*3*3*1',
  ])
})

test('a set number no AK2 can repeat is rejected in the count of AK9', () => {
  const sets = [set('ABCDEFGHIJ', { verdict: 'rejected' })]
  expect(lines(group(sets, { verdict: 'rejected' }))).toEqual(['AK1*PO*12', 'AK9*R*1*1*0'])
})

test.each([
  ['acknowledgements', { functionalId: 'FA' }],
  ['a group without GS01', { functionalId: '' }],
  ['a group without a number', { control: '' }],
  ['a group whose number is none', { control: '12*3' }],
])('%s get no 997', (_, change) => {
  expect(acknowledge997(group([set('0001')], change), delimiters)).toBeUndefined()
})

test.each([
  ['004010VICS', '004010'], ['003040', '004010'], ['004030', '004010'], ['005030', '005010'],
  ['', '004010'], ['UNKNOWN', '004010'],
])('a group in "%s" is answered in %s', (release, answered) => {
  expect(acknowledge997(group([], { release }), delimiters)?.body.release).toBe(answered)
})
