import { describe, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { interchange } from '#test/support/edi.ts'
import { judged, knowing, sandboxRelationship } from '#test/support/exchange.ts'
import { applySet } from './apply.ts'
import { sliceSet } from './set-slice.ts'
import { envelope } from './envelope.ts'
import { weigh } from './heard.ts'
import { seenKey, sentGroupKey } from './known.ts'
import type { Known, SentSet } from './known.ts'
import type { Heard, SetEffect } from './outcome.ts'
import { pairKey } from './relationship.ts'

const relationshipId = sandboxRelationship.id

/** Three order responses we sent in one group, 12, of message `m`. */
const bodies = ['PO-1', 'PO-2', 'PO-3'].map((number) => ({
  type: '855', functionalId: 'PR', release: '004010',
  segments: [['BAK', '00', 'AC', number, '20260105'], ['PO1', '1', '5', 'EA', '9.50']] as const,
}))
const { bytes } = envelope(
  { sets: bodies }, sandboxRelationship, { interchange: 42, groups: [12] }, new Date(0),
)
const sent: readonly SentSet[] = bodies.map(({ type }, index) => ({
  outgoingSetId: `set ${index + 1}`, messageId: 'm', groupControl: '12', type,
  control: `000${index + 1}`, document: { kind: 'order-response', number: `R-${index + 1}` },
}))

function known(sets: readonly SentSet[] = sent): Known {
  const key = { relationshipId, functionalId: 'PR', groupControl: '12' }
  return {
    ...knowing(),
    sentGroups: new Map([[sentGroupKey(key), sets]]),
    contents: new Map([['m', bytes]]),
  }
}

/** What a 997 of these segments amounts to; what is asked for and not known is none. */
async function heard(segments: readonly string[], told = known()): Promise<SetEffect> {
  const text = interchange({ control: 9, functionalId: 'FA', sets: [{ type: '997', segments }] })
  const message = Buffer.from(text, 'latin1')
  const [one] = judged(text, told).interchanges
  const [group] = one!.groups
  const [set] = group!.sets
  const slice = sliceSet(message, {
    ...set!, insisted: false, release: group!.release, stream: 'test',
    pair: sandboxRelationship, groupByte: group!.byte, interchangeByte: one!.byte,
  })
  let now: Known = {
    ...told, relationships: new Map([[pairKey(sandboxRelationship), [sandboxRelationship]]]),
  }
  for (let round = 0; round < 3; round++) {
    const applied = await applySet(slice, now, {
      mapping: () => { throw new Error('no mapping is needed') },
      remembered: () => undefined,
      day: '2026-11-24',
      limits: limits.codec,
    })
    if (applied.done) return applied.effect
    const groups = applied.needs.sentGroups.map((key) => [sentGroupKey(key), []] as const)
    now = { ...now, sentGroups: new Map([...now.sentGroups, ...groups]) }
  }
  throw new Error('it asks for the same again and again')
}

async function brief(segments: readonly string[], told = known()) {
  const effect = await heard(segments, told)
  if (effect.do !== 'acknowledge') throw new Error(effect.do)
  return briefOf(effect.heard)
}

function briefOf({ answers, parks }: Heard) {
  return {
    answers: answers.map(({ outgoingSetId, outcome }) => `${outgoingSetId} ${outcome}`),
    parks: parks.map(({ fault }) => fault.code),
  }
}

const nothing = { answers: [], parks: [] }
const all = (outcome: string) => sent.map(({ outgoingSetId }) => `${outgoingSetId} ${outcome}`)

describe('a 997 and the sets of the group it names', () => {
  test.each<[name: string, segments: string[], expected: object]>([
    ['all accepted, none named', ['AK1*PR*12', 'AK9*A*3*3*3'],
      { ...nothing, answers: all('accepted') }],
    ['leading zeros mean nothing', ['AK1*PR*000012', 'AK9*A*3*3*3'],
      { ...nothing, answers: all('accepted') }],
    ['all with errors, none named', ['AK1*PR*12', 'AK9*E*3*3*3'],
      { ...nothing, answers: all('accepted_with_errors') }],
    ['the group rejected, none named', ['AK1*PR*12', 'AK9*R*3*3*0*5'],
      { ...nothing, answers: all('rejected') }],
    ['the group rejected takes an accepted set with it',
      ['AK1*PR*12', 'AK2*855*0001', 'AK5*A', 'AK9*R*3*3*0*5'],
      { ...nothing, answers: all('rejected') }],
    ['one of three rejected',
      ['AK1*PR*12', 'AK2*855*0001', 'AK5*A', 'AK2*855*0002', 'AK5*R*5', 'AK2*855*0003', 'AK5*E*5',
        'AK9*P*3*3*2'],
      { ...nothing, answers: ['set 1 accepted', 'set 2 rejected', 'set 3 accepted_with_errors'] }],
    ['only what was rejected is named', ['AK1*PR*12', 'AK2*855*0002', 'AK5*R*5', 'AK9*P*3*3*2'],
      { ...nothing, answers: ['set 2 rejected', 'set 1 accepted', 'set 3 accepted'] }],
    ['the counts leave a doubt', ['AK1*PR*12', 'AK2*855*0002', 'AK5*R*5', 'AK9*P*3*3*1'],
      { answers: ['set 2 rejected'],
        parks: ['ACKNOWLEDGEMENT_INCOMPLETE', 'ACKNOWLEDGEMENT_INCOMPLETE'] }],
    ['a set we did not send in it', ['AK1*PR*12', 'AK2*855*0009', 'AK5*R*5', 'AK9*P*4*4*3'],
      { answers: all('accepted'), parks: ['ACKNOWLEDGEMENT_UNMATCHED'] }],
    ['a number we sent, of another type', ['AK1*PR*12', 'AK2*810*0001', 'AK5*R*5', 'AK9*A*3*3*3'],
      { answers: all('accepted'), parks: ['ACKNOWLEDGEMENT_UNMATCHED'] }],
    ['a group we never sent', ['AK1*PR*13', 'AK9*R*1*1*0'],
      { ...nothing, parks: ['ACKNOWLEDGEMENT_UNMATCHED'] }],
    ['a number we sent, in a group of another kind', ['AK1*IN*12', 'AK9*R*1*1*0'],
      { ...nothing, parks: ['ACKNOWLEDGEMENT_UNMATCHED'] }],
    ['acknowledgements of ours', ['AK1*FA*12', 'AK9*R*1*1*0'], nothing],
    ['no AK9: it is rejected itself', ['AK1*PR*12', 'AK2*855*0001', 'AK5*A'],
      { ...nothing, parks: ['ACKNOWLEDGEMENT_UNREADABLE'] }],
  ])('%s', async (_, segments, expected) => {
    expect(await brief(segments)).toEqual(expected)
  })

  test('acknowledgements of ours that stand in the group are nobody\'s to hear of', async () => {
    const own = sent.map((set) => ({ ...set, document: null }))
    expect(await brief(['AK1*PR*12', 'AK9*R*3*3*0'], known(own))).toEqual(nothing)
  })

  test('each part that needs a person says where it stands in their message', async () => {
    const effect = await heard(['AK1*PR*12', 'AK2*855*0009', 'AK5*R*5', 'AK9*A*3*3*3'])
    const at = { segment: 3, tag: 'AK2' }
    expect(effect).toMatchObject({ heard: { parks: [{ fault: { at } }] } })
  })
})

describe('a rejection', () => {
  const segments = [
    'AK1*PR*12', 'AK2*855*0002', 'AK3*BAK*2**8', 'AK4*4*373*8*20261399', 'AK3*PO1*3*PO1*8',
    'AK4*3*355*7*EA', 'AK3*CTT*4**3', 'AK3*XXX*77**1', 'AK5*R*5', 'AK9*P*3*3*2',
  ]

  test('points at the bytes we sent, and says in words what is wrong with them', async () => {
    const effect = await heard(segments)
    if (effect.do !== 'acknowledge') throw new Error(effect.do)
    const { rejected, says } = effect.heard.answers[0]!
    const ours = Buffer.from(bytes).toString('latin1')
    const second = ours.indexOf('ST*855*0002')
    expect(says).toBe('5 (segments of it are in error)')
    expect(rejected?.fault).toMatchObject({
      code: 'OUTBOUND_REJECTED', at: { segment: 2, tag: 'BAK', element: 4 },
    })
    expect(rejected?.fault.says).toContain('order-response R-2')
    expect(rejected?.others?.map(({ says, at }) => [says, at && ours.slice(at.byte, at.byte + 8)]))
      .toEqual([
        ['The partner says of BAK04 in segment 2: 8 (invalid date): "20261399"', '20260105'],
        ['The partner says of PO103 in segment 3: 7 (invalid code): "EA"', 'EA*9.50~'],
        ['The partner says of CTT in segment 4: 3 (mandatory segment missing)', 'SE*4*000'],
        ['The partner says of XXX in segment 77: 1 (unknown segment)', undefined],
      ])
    expect(rejected?.fault.at?.byte).toBeGreaterThan(second)
    expect(rejected?.fault.at?.byte).toBeLessThan(ours.indexOf('SE*4*0002'))
  })

  test('without what we sent at hand it asks for that', async () => {
    await expect(heard(segments, { ...known(), contents: new Map() })).rejects.toThrow('again')
  })
})

describe('a TA1', () => {
  const group = /GS.*(?=IEA)/s
  const ta1s = (...lines: string[]): string =>
    interchange({ control: 9, sets: [] }).replace(group, lines.map((line) => `${line}~`).join(''))
      .replace('IEA*1', 'IEA*0')
  const told: Known = {
    ...knowing(),
    sentInterchanges: new Map([
      [seenKey({ relationshipId, control: '000000042' }), [
        { messageId: 'later', date: '260202', time: '0800', sets: [] },
        { messageId: 'm', date: '260105', time: '0930', sets: sent },
      ]],
    ]),
  }
  const hear = (...lines: string[]) => {
    const [one] = judged(ta1s(...lines), told).interchanges
    return { verdict: one!.verdict, remembered: one!.remember?.accepted, ...briefOf(one!.heard) }
  }
  const taken = { verdict: 'accepted', remembered: true }

  test.each<[name: string, lines: string[], expected: object]>([
    ['accepted', ['TA1*000000042*260105*0930*A*000'], { ...nothing, answers: all('received') }],
    ['with errors', ['TA1*000000042*260105*0930*E*014'], { ...nothing, answers: all('received') }],
    ['rejected', ['TA1*000000042*260105*0930*R*001'], { ...nothing, answers: all('rejected') }],
    ['another time', ['TA1*000000042*260105*0931*R*001'],
      { ...nothing, parks: ['ACKNOWLEDGEMENT_UNMATCHED'] }],
    ['another date', ['TA1*000000042*260106*0930*A*000'],
      { ...nothing, parks: ['ACKNOWLEDGEMENT_UNMATCHED'] }],
    ['a number we never sent', ['TA1*000000043*260105*0930*A*000'],
      { ...nothing, parks: ['ACKNOWLEDGEMENT_UNMATCHED'] }],
    ['of acknowledgements of ours, accepted', ['TA1*000000042*260202*0800*A*000'], nothing],
    ['of acknowledgements of ours, rejected', ['TA1*000000042*260202*0800*R*006'],
      { ...nothing, parks: ['ANSWER_REJECTED'] }],
    ['a code that is none', ['TA1*000000042*260105*0930*Q*000'],
      { ...nothing, parks: ['ACKNOWLEDGEMENT_UNREADABLE'] }],
    ['one unmatched, one matched',
      ['TA1*000000043*260105*0930*A*000', 'TA1*000000042*260105*0930*A*000'],
      { answers: all('received'), parks: ['ACKNOWLEDGEMENT_UNMATCHED'] }],
  ])('%s', (_, lines, expected) => {
    expect(hear(...lines)).toEqual({ ...taken, ...expected })
  })
})

test.each([
  [null, 'received', 'take'], [null, 'accepted', 'take'], [null, 'rejected', 'take'],
  ['accepted', 'received', 'same'], ['accepted', 'accepted', 'same'],
  ['accepted', 'accepted_with_errors', 'take'], ['accepted', 'rejected', 'take'],
  ['accepted_with_errors', 'accepted', 'take'], ['rejected', 'received', 'same'],
  ['rejected', 'rejected', 'same'], ['rejected', 'accepted', 'contradicts'],
  ['rejected', 'accepted_with_errors', 'contradicts'],
] as const)('after %s, %s: %s', (before, now, weight) => {
  expect(weigh(before, now)).toBe(weight)
})
