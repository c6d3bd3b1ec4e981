import { describe, expect, test } from 'vitest'
import { interchange, orderMessage, orderSet } from '#test/support/edi.ts'
import { judged, knowing, sandboxRelationship } from '#test/support/exchange.ts'
import { limits } from '#config/limits.ts'
import { judge } from './judge.ts'
import { nothingKnown } from './known.ts'
import type { Acknowledgement, Judgement } from './outcome.ts'
import { relationshipSettings } from './relationship.ts'
import type { RelationshipSettings } from './relationship.ts'

const text = orderMessage(7, 'PO-7')

/** Park code, stream, verdict, statuses of sets and answers, interchange by interchange. */
function brief({ interchanges }: Judgement) {
  return interchanges.map(({ park, stream, verdict, groups, acknowledgement, remember }) => ({
    park: park?.fault.code ?? null,
    stream,
    verdict,
    sets: groups.flatMap(({ sets }) => sets.map(({ status }) => status)),
    answers: groups.map(({ acknowledgement }) => acknowledgement?.outcome ?? null),
    ta1: ta1Of(acknowledgement),
    remembered: remember?.accepted ?? null,
  }))
}

/** Outcome and TA105. */
function ta1Of(answer: Acknowledgement | null): string | null {
  const note = answer?.body.segments[0]?.[5]
  return answer && `${answer.outcome} ${typeof note === 'string' ? note : ''}`
}

const applied = {
  park: null, stream: 'test', verdict: 'accepted', sets: ['due'], answers: ['accepted'],
  ta1: null, remembered: true,
}
const held = {
  park: null, stream: 'test', verdict: 'accepted', sets: ['parked'], answers: [null],
  ta1: null, remembered: null,
}
const refused = { ...held, verdict: 'rejected', sets: ['rejected'] }

test('an accepted interchange is due, answered and remembered', () => {
  expect(brief(judged(text))).toEqual([applied])
})

test('who it is from is asked for first, then what was seen of them', () => {
  const input = {
    messageId: 'm', bytes: Buffer.from(text), receivedAtMs: 0, senderPartnerId: null,
    settled: new Set<number>(), limits: limits.codec,
  }
  expect(judge(input, nothingKnown)).toMatchObject({
    done: false, needs: { pairs: [{ theirId: 'SANDBOXBUYER', ourId: 'SANDBOXSELLER' }], seen: [] },
  })
  expect(judge(input, knowing())).toMatchObject({
    done: false, needs: { pairs: [], seen: [{ relationshipId: 'relationship' }] },
  })
})

describe('whose it is', () => {
  const live = { ...sandboxRelationship, id: 'live', stream: 'live' as const }

  test.each<[name: string, text: string, park: string, stream: string | null]>([
    ['an unknown sender', text.replace('SANDBOXBUYER   ', 'NOBODY         '),
      'SENDER_UNKNOWN', 'test'],
    ['a live message in a test relationship', text.replace('*0*T*', '*0*P*'),
      'STREAM_MISMATCH', 'live'],
    ['information', text.replace('*0*T*', '*0*I*'), 'USAGE_UNKNOWN', null],
  ])('%s', (_, text, park, stream) => {
    expect(brief(judged(text))).toEqual([{ ...held, park, stream }])
  })

  test('the stream chooses among the relationships of a pair', () => {
    const known = knowing([sandboxRelationship, live])
    const [one] = judged(text.replace('*0*T*', '*0*P*'), known).interchanges
    expect(one).toMatchObject({ relationshipId: 'live', stream: 'live', park: null })
  })

  test.each([['another', 'SENDER_NOT_OWNER'], ['buyer', null], [null, null]])(
    'posted with a key of partner %s: %s', (senderPartnerId, park) => {
      expect(brief(judged(text, knowing(), { senderPartnerId }))[0]?.park).toBe(park)
    })
})

describe('a network\'s key', () => {
  const reached = {
    ...sandboxRelationship, settings: relationshipSettings({ networks: ['network'] }),
  }

  test.each([['network', null], ['buyer', null], ['another', 'SENDER_NOT_OWNER']])(
    'declared by the relationship, posted by %s: %s', (senderPartnerId, park) => {
      expect(brief(judged(text, knowing([reached]), { senderPartnerId }))[0]?.park).toBe(park)
    })

  test('is a stranger\'s where another relationship declares it', () => {
    const other = { ...reached, id: 'other', stream: 'live' as const }
    const known = knowing([sandboxRelationship, other])
    const [first] = brief(judged(text, known, { senderPartnerId: 'network' }))
    expect(first?.park).toBe('SENDER_NOT_OWNER')
  })
})

describe('faults point at their element', () => {
  const parkOf = (bad: string) => judged(bad).interchanges[0]?.park?.fault.at

  test('in ISA', () => {
    expect(parkOf(text.replace('SANDBOXBUYER   ', 'NOBODY         ')))
      .toEqual({ byte: 35, segment: 1, tag: 'ISA', element: 6 })
    expect(parkOf(text.replace('*0*T*', '*0*P*')))
      .toEqual({ byte: 102, segment: 1, tag: 'ISA', element: 15 })
    const [, second] = judged(text + orderMessage(7, 'PO-8')).interchanges
    expect(second?.park?.fault.at)
      .toEqual({ byte: text.length + 90, segment: 1, tag: 'ISA', element: 13 })
  })

  test.each([['GS*PO*SANDBOXBUYER', 'GS*PO*OTHER', 2], ['*SANDBOXSELLER*2', '*OTHER*2', 3]])(
    'in GS: %s as %s', (from, to, element) => {
      const bad = text.replace(from, to)
      expect(judged(bad).interchanges[0]?.groups[0]?.faults[0]?.at)
        .toEqual({ byte: bad.indexOf('OTHER'), segment: 2, tag: 'GS', element })
    })

  test('in ST', () => {
    const bad = text.replace('ST*850', 'ST*855')
    expect(judged(bad).interchanges[0]?.groups[0]?.sets[0]?.faults.at(-1)?.at)
      .toEqual({ byte: bad.indexOf('855*'), segment: 1, tag: 'ST', element: 1 })
  })
})

describe('what is agreed', () => {
  test('a set without agreement is rejected and answered as not supported', () => {
    // It also stands in a group of orders: AK502 is 1 (not supported) and 6 (not of this group).
    const invoice = { type: '810', segments: ['BIG*20260105*I-1', 'TDS*100'] }
    const sets = [orderSet({ number: 'A' }), invoice]
    const [one] = judged(interchange({ control: 1, sets })).interchanges
    expect(one).toMatchObject({ verdict: 'partial', groups: [{ verdict: 'partial' }] })
    expect(one?.groups[0]?.sets.map(({ status }) => status)).toEqual(['due', 'rejected'])
    expect(one?.groups[0]?.acknowledgement?.body.segments).toContainEqual(['AK5', 'R', '1', '6'])
  })

  test('another group id rejects the group', () => {
    const [one] = judged(text.replace('GS*PO*SANDBOXBUYER', 'GS*PO*OTHER')).interchanges
    expect(one).toMatchObject({ verdict: 'rejected', park: null })
    expect(one?.groups[0]?.verdict).toBe('rejected')
    expect(one?.groups[0]?.faults.map(({ code }) => code)).toEqual(['GROUP_NOT_AGREED'])
  })

  test('the suffix of GS08 does not choose the agreement', () => {
    const vics = judged(text.replace('X*004010~', 'X*004010VICS~')).interchanges[0]
    expect(vics?.groups[0]?.sets[0]).toMatchObject({ agreementId: '850 in 004010', status: 'due' })
  })

  test('a relationship that wants no answers gets none', () => {
    const { settings } = sandboxRelationship
    const silent = { ...sandboxRelationship, settings: { ...settings, acknowledge: false } }
    expect(brief(judged(text, knowing([silent])))).toEqual([{ ...applied, answers: [null] }])
  })

  test('an acknowledgement is never acknowledged, and needs no agreement', () => {
    const fa = interchange({ control: 9, functionalId: 'FA', sets: [
      { type: '997', segments: ['AK1*PO*1', 'AK9*A*1*1*1'] },
    ] })
    expect(brief(judged(fa))).toEqual([{ ...applied, answers: [null] }])
  })

  test('one that is rejected goes on, for no answer tells its sender', () => {
    const fa = interchange({ control: 9, functionalId: 'FA', sets: [
      { type: '997', segments: ['AK1*PO*1'] }, { type: '855', segments: ['BAK*00*AC*1*20260101'] },
    ] })
    expect(brief(judged(fa))[0]).toMatchObject({ verdict: 'rejected', sets: ['due', 'rejected'] })
  })
})

describe('the envelope', () => {
  const quiet = { ...sandboxRelationship, settings: relationshipSettings({ ta1: 'never' }) }

  test('rejected as a whole, a TA1 says so, and its repetition gets the same', () => {
    expect(brief(judged(text.replace('IEA*1', 'IEA*2')))).toEqual([{
      ...refused, ta1: 'rejected 021', remembered: false,
    }])
  })

  test('where none is wanted, it is parked, not answered and not remembered', () => {
    expect(brief(judged(text.replace('IEA*1', 'IEA*2'), knowing([quiet])))).toEqual([{
      ...refused, park: 'INTERCHANGE_REJECTED',
    }])
  })

  test('a number that no TA1 could name is parked', () => {
    const bad = text.replaceAll('000000007', 'ABCDEFGHI')
    expect(brief(judged(bad))).toEqual([{ ...refused, park: 'INTERCHANGE_REJECTED' }])
  })

  test.each([
    ['a group number that is none', /GS(.*?)\*7\*X(.*)GE\*1\*7/, 'GS$1*ABC*X$2GE*1*ABC', 'GS06'],
    ['no group number', /GS(.*?)\*7\*X(.*)GE\*1\*7/, 'GS$1**X$2GE*1*', 'GS06'],
    ['ten digits', /GS(.*?)\*7\*X(.*)GE\*1\*7/, 'GS$1*0000000007*X$2GE*1*0000000007', 'GS06'],
    ['a group of no kind', /GS\*PO/, 'GS*po', 'GS01'],
  ])('%s: no 997 could name the group, so the interchange is rejected', (_, from, to, named) => {
    const bad = text.replaceAll(/\n/g, '').replace(from, to)
    expect(bad).toContain(to.slice(-3))
    const result = judged(bad)
    expect(brief(result)).toEqual([{ ...refused, ta1: 'rejected 024', remembered: false }])
    expect(result.interchanges[0]?.faults[0]?.says).toContain(named)
  })

  test('all sets rejected, it is remembered as rejected', () => {
    const bad = orderMessage(1, { number: 'A', date: '20261345' })
    expect(brief(judged(bad))).toEqual([{
      ...refused, answers: ['rejected'], remembered: false,
    }])
  })
})

describe('what came before', () => {
  const sha256 = judged(text).interchanges[0]!.sha256
  const seen = { messageId: 'first', interchangeId: 'i', sha256, accepted: true, untilMs: 2_000 }
  const known = (changes: object) => knowing(undefined, { '000000007': { ...seen, ...changes } })

  test('the same is answered again elsewhere and burns nothing', () => {
    expect(judged(text, known({})).interchanges[0]).toMatchObject({
      retransmissionOf: { messageId: 'first', interchangeId: 'i' }, verdict: 'accepted',
      remember: null, park: null,
      groups: [{ acknowledgement: null, sets: [{ status: 'duplicate' }] }],
    })
  })

  test('another under its number is parked', () => {
    expect(brief(judged(text, known({ sha256: 'other' })))).toEqual([
      { ...held, park: 'CONTROL_NUMBER_REUSED' },
    ])
  })

  test.each([['rejected', { accepted: false }], ['past its window', { untilMs: 500 }]])(
    'another under its number, the first %s: accepted', (_, changes) => {
      expect(brief(judged(text, known({ ...changes, sha256: 'other' })))).toEqual([applied])
    })

  test('what the message burnt itself, in a run that did not finish, does not count', () => {
    expect(brief(judged(text, known({}), { messageId: 'first' }))).toEqual([applied])
  })

  test('the same twice in one message: the second is the duplicate', () => {
    const [first, second] = judged(text + text).interchanges
    expect(first).toMatchObject({ retransmissionOf: null, remember: { accepted: true } })
    expect(second).toMatchObject({
      retransmissionOf: { messageId: 'message', interchangeId: null }, remember: null,
    })
  })

  test('two under one number in one message: the second is parked', () => {
    const [first, second] = brief(judged(text + orderMessage(7, 'PO-8')))
    expect([first?.park, second?.park]).toEqual([null, 'CONTROL_NUMBER_REUSED'])
  })

  describe('under duplicateControl: reject', () => {
    const seenOther = { '000000007': { ...seen, sha256: 'other' } }
    const strict = (changes: Partial<RelationshipSettings> = {}) => knowing([{
      ...sandboxRelationship,
      settings: relationshipSettings({ duplicateControl: 'reject', ...changes }),
    }], seenOther)

    test('another under its number is rejected by TA1 025 and burns nothing', () => {
      expect(brief(judged(text, strict()))).toEqual([{ ...refused, ta1: 'rejected 025' }])
    })

    test('where no TA1 is wanted, it is parked', () => {
      expect(brief(judged(text, strict({ ta1: 'never' })))).toEqual([
        { ...refused, park: 'CONTROL_NUMBER_REUSED' },
      ])
    })
  })

  test('a settled interchange is left alone, and positions count on over it', () => {
    const [only, ...more] = judged(text + orderMessage(8, 'PO-8'), knowing(), {
      settled: new Set([0]),
    }).interchanges
    expect(more).toEqual([])
    expect(only).toMatchObject({ position: 1, control: '000000008', groups: [{ position: 1 }] })
    expect(only?.groups[0]?.sets[0]?.position).toBe(1)
  })
})
