import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { enveloped } from '#test/support/x12-trees.ts'
import { bytesOf, fixture, message, read } from '#test/support/x12-messages.ts'
import { AcknowledgementReader } from './acknowledge-read.ts'
import type { ReadAcknowledgement } from './acknowledge-read.ts'
import { acknowledge997, acknowledge999 } from './acknowledge.ts'
import type { GroupAcknowledgement } from './acknowledge.ts'
import { decodeX12 } from './reader.ts'
import { checkOutgoing } from './writer-check.ts'
import type { GroupReport } from './types.ts'

const delimiters = { element: 0x2a, component: 0x3e, repetition: 0x5e, segment: 0x7e }

function readBack(bytes: Uint8Array, kind: '997' | '999' = '997'): ReadAcknowledgement | undefined {
  const reader = new AcknowledgementReader(kind, limits.codec.faultsPerSetMax)
  const decoder = decodeX12({
    segment: (view, { segment }) => reader.segment(view, segment),
  }, { limits: limits.codec })
  decoder.push(bytes)
  decoder.end()
  return reader.acknowledgement()
}

function ofText(segments: readonly string[], kind: '997' | '999' = '997') {
  const envelope = kind === '997' ? {} : { release: '005010' }
  return readBack(bytesOf(message(segments, { ...envelope, functionalId: 'FA' }, kind)), kind)
}

test('a 997 with every kind of note', () => {
  expect(ofText([
    'AK1*PR*0012', 'AK2*855*0001', 'AK5*A', 'AK2*855*0002', 'AK3*BAK*2**8', 'AK4*4*373*8*20261399',
    'AK4*5:2:3*324*1', 'AK3*PO1*9*PO1*3', 'AK5*R*5*2', 'AK9*P*3*2*1*5*6',
  ].map((line) => line.replaceAll(':', '>')))).toMatchObject({
    kind: '997', functionalId: 'PR', groupControl: '12', outcome: 'partial', codes: ['5', '6'],
    rejected: 1,
    sets: [
      { type: '855', control: '0001', outcome: 'accepted', codes: [], notes: [] },
      {
        type: '855', control: '0002', outcome: 'rejected', codes: ['5', '2'],
        notes: [
          { tag: 'BAK', segment: 2, element: 4, elementCode: '8', copy: '20261399' },
          { tag: 'BAK', segment: 2, element: 5, component: 2, repetition: 3, elementCode: '1' },
          { tag: 'PO1', segment: 9, loop: 'PO1', segmentCode: '3' },
        ],
        at: { segment: 5, tag: 'AK2' },
      },
    ],
  })
})

test('a 999 with IK3, CTX and IK4', () => {
  expect(ofText([
    'AK1*IN*7*005010', 'AK2*810*0001', 'IK3*TDS*8**8', 'CTX*SITUATIONAL TRIGGER*TDS*8',
    'IK4*1*610*I12*x', 'IK5*E*I5', 'AK9*E*1*1*1',
  ], '999')).toMatchObject({
    kind: '999', outcome: 'accepted_with_errors',
    sets: [{
      outcome: 'accepted_with_errors', codes: ['I5'],
      notes: [{ tag: 'TDS', segment: 8, element: 1, elementCode: 'I12' }],
    }],
  })
})

test.each([
  ['A', 'accepted'], ['E', 'accepted_with_errors'], ['R', 'rejected'], ['M', 'rejected'],
  ['W', 'rejected'], ['X', 'rejected'], ['P', undefined], ['', undefined], ['?', undefined],
])('AK501 = "%s" is %s', (code, outcome) => {
  expect(ofText(['AK1*PR*1', 'AK2*855*0001', `AK5*${code}`, 'AK9*A*1*1*1'])?.sets[0]?.outcome)
    .toBe(outcome)
})

test('without AK1 nobody knows what is meant', () => {
  expect(ofText(['AK2*855*0001', 'AK5*A', 'AK9*A*1*1*1'])).toBeUndefined()
})

test('an AK4 that hangs in the air, an AK5 without a set and a missing AK9 are survived', () => {
  expect(ofText(['AK1*PR*1', 'AK4*1*2*3', 'AK5*A', 'AK2*855*0001'])).toMatchObject({
    outcome: undefined, rejected: undefined, sets: [{ control: '0001', outcome: undefined }],
  })
})

test('notes are kept up to a limit', () => {
  const notes = Array.from({ length: 150 }, (_, index) => `AK3*PO1*${index + 2}**1`)
  const read = ofText(['AK1*PR*1', 'AK2*855*0001', ...notes, 'AK5*R*5', 'AK9*R*1*1*0'])
  expect(read?.sets[0]?.notes).toHaveLength(limits.codec.faultsPerSetMax)
})

describe('what we write we read back', () => {
  const writers: Record<'997' | '999', (group: GroupReport) => GroupAcknowledgement | undefined> = {
    997: (group) => acknowledge997(group, delimiters),
    999: (group) => acknowledge999(group, delimiters),
  }
  const good = bytesOf(fixture('850-005010.edi'))
  const character = fc.constantFrom(...Array.from('*~>^:AZaz09 .-\né'))
  const damage = fc.array(fc.tuple(fc.integer({ min: 106, max: good.length - 1 }), character),
    { maxLength: 8 })

  test.each(['997', '999'] as const)('a %s, whatever was damaged', (kind) => {
    fc.assert(fc.property(damage, (changes) => {
      const bytes = good.slice()
      for (const [place, byte] of changes) bytes[place] = byte.charCodeAt(0)
      for (const group of read(bytes).interchanges.flatMap(({ groups }) => groups)) {
        const made = writers[kind](group)
        if (made === undefined) continue
        const { release, segments } = made.body
        const answer = enveloped(release, { type: kind, functionalId: 'FA' }, segments)
        const faults = checkOutgoing(answer, { limits: limits.codec })
        expect(faults.filter(({ at }) => !['AK1', 'AK2'].includes(at.tag))).toEqual([])
        const back = readBack(answer, kind)
        expect(back).toMatchObject({
          functionalId: group.functionalId, groupControl: String(Number(group.control)),
          outcome: group.verdict,
        })
        const named = group.sets.filter(({ control }) =>
          segments.some((segment) => segment[0] === 'AK2' && segment[2] === control))
        const outcomes = named.map(({ verdict }) =>
          group.verdict === 'rejected' ? 'rejected' : verdict)
        expect(back?.sets.map(({ outcome }) => outcome)).toEqual(outcomes)
      }
    }), { numRuns: 300 })
  })
})

test('a group of 004010 gets no 999, and the guide of one stands in GS08', () => {
  const [older] = read(fixture('850-004010.edi')).interchanges[0]!.groups
  const [later] = read(fixture('850-005010.edi')).interchanges[0]!.groups
  expect(acknowledge999(older!, delimiters)).toBeUndefined()
  expect(acknowledge999(later!, delimiters)).toMatchObject({
    kind: '999', body: { type: '999', release: '005010' },
  })
  expect(acknowledge999(later!, delimiters, { guide: '005010X231A1' })?.body.release)
    .toBe('005010X231A1')
})
