import { describe, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { bytesOf, faultsOf, fixture, message, read } from '#test/support/x12-messages.ts'
import { decodeX12 } from './reader.ts'
import type { CodecLimits, X12Visitor } from './types.ts'

const order = fixture('850-004010.edi')
const set = order.slice(order.indexOf('ST*'), order.indexOf('GE*'))
const head = order.slice(0, order.indexOf('ST*'))
const [isa = '', gs = ''] = head.split('\n').map((line) => `${line}\n`)

/** Verdicts from the outside in, then faults as `code segment.tag.element ack`. */
function judge(text: string | Uint8Array): { verdicts: string; faults: string[] } {
  const report = read(text)
  const verdicts = report.interchanges.map(({ verdict, groups }) => {
    const inside = groups.map((group) => {
      const sets = group.sets.map((one) => letter(one.verdict)).join('')
      return `${letter(group.verdict)}(${sets})`
    })
    return `${letter(verdict)}[${inside.join(' ')}]`
  }).join(' ')
  const faults = faultsOf(report).map(({ code, at, ack }) => {
    const element = at.element === undefined ? '' : `.${at.element}`
    return `${code.slice(4)} ${at.segment}${at.tag}${element}${ack === undefined ? '' : ` ${ack}`}`
  })
  return { verdicts, faults }
}

/** A, E, P or R as AK901 has them. */
function letter(verdict: string): string {
  return verdict === 'accepted_with_errors' ? 'E' : verdict.charAt(0).toUpperCase()
}

/** An interchange of those groups, each of those sets (numbered by their place). */
function interchange(groups: readonly (readonly string[])[]): string {
  const texts = groups.map((sets, i) => [
    gs.replace('*101*', `*${i + 1}*`),
    ...sets.map((one, n) => one.replaceAll('*0001~', `*${String(n + 1).padStart(4, '0')}~`)),
    `GE*${sets.length}*${i + 1}~\n`,
  ].join(''))
  return `${isa}${texts.join('')}IEA*${groups.length}*000000101~\n`
}

test('both fixtures are accepted', () => {
  expect(judge(order)).toEqual({ verdicts: 'A[A(A)]', faults: [] })
  expect(judge(fixture('850-005010.edi'))).toEqual({ verdicts: 'A[A(A)]', faults: [] })
})

test('the report says who, what and where', () => {
  const [one] = read(`\n${order}`).interchanges
  expect(one).toMatchObject({
    standard: 'x12', control: '000000101', senderQualifier: 'ZZ', senderId: 'SANDBOXBUYER',
    receiverQualifier: 'ZZ', receiverId: 'SANDBOXSELLER', date: '261122', time: '0930',
    version: '00401', acknowledgementRequested: false, usage: 'T',
    delimiters: { element: 42, component: 62, segment: 126 }, byte: 1, length: order.length - 1,
  })
  expect(one?.groups[0]).toMatchObject({
    functionalId: 'PO', senderId: 'SANDBOXBUYER', receiverId: 'SANDBOXSELLER', date: '20261122',
    time: '0930', control: '101', release: '004010', setsClaimed: '1', byte: isa.length + 1,
  })
  expect(one?.groups[0]?.sets[0]).toMatchObject({
    type: '850', control: '0001', segments: 31, faultsLeftOut: 0,
    byte: head.length + 1, length: set.length - 1,
  })
})

describe('trailers', () => {
  test.each<[string, string, string, string[]]>([
    ['IEA02 wrong', order.replace('IEA*1*000000101', 'IEA*1*000000102'), 'R[R(R)]',
      ['IEA_NUMBER 35IEA.2 001']],
    ['IEA02 without its zeros', order.replace('IEA*1*000000101', 'IEA*1*101'), 'A[A(A)]', []],
    ['IEA01 wrong', order.replace('IEA*1', 'IEA*2'), 'R[R(R)]', ['IEA_COUNT 35IEA.1 021']],
    ['IEA01 no number', order.replace('IEA*1', 'IEA*'), 'R[R(R)]', ['IEA_COUNT 35IEA.1 021']],
    ['no IEA', order.slice(0, order.indexOf('IEA')), 'R[R(R)]', ['IEA_MISSING 35IEA 023']],
    ['no terminator at the end', order.trim().slice(0, -1), 'A[A(A)]', ['UNTERMINATED 35IEA']],
    ['cut off in IEA', order.trim().slice(0, -3), 'R[R(R)]',
      ['UNTERMINATED 35IEA', 'IEA_NUMBER 35IEA.2 001']],
    ['GE02 wrong', order.replace('GE*1*101', 'GE*1*102'), 'R[R(R)]', ['GE_NUMBER 34GE.2 4']],
    ['GE01 wrong', order.replace('GE*1*101', 'GE*2*101'), 'R[R(R)]', ['GE_COUNT 34GE.1 5']],
    ['no GE', order.replace(/GE\*.*\n/, ''), 'R[R(R)]', ['GE_MISSING 34GE 3']],
    ['SE01 wrong', order.replace('SE*31', 'SE*30'), 'R[R(R)]', ['SE_COUNT 31SE.1 4']],
    ['SE02 wrong', order.replace('SE*31*0001', 'SE*31*0002'), 'R[R(R)]', ['SE_NUMBER 31SE.2 3']],
    ['SE02 without its zeros', order.replace('SE*31*0001', 'SE*31*1'), 'R[R(R)]',
      ['ELEMENT_TOO_SHORT 31SE.2 4', 'SE_NUMBER 31SE.2 3']],
    ['no SE', order.replace(/SE\*31.*\n/, ''), 'R[R(R)]', ['SE_MISSING 31SE 2']],
  ])('%s', (_, text, verdicts, faults) => { expect(judge(text)).toEqual({ verdicts, faults }) })

  test('nothing but ISA, and nothing but ISA and IEA', () => {
    expect(judge(isa)).toEqual({ verdicts: 'R[]', faults: ['IEA_MISSING 2IEA 023'] })
    expect(judge(`${isa}IEA*0*000000101~`)).toEqual({ verdicts: 'A[]', faults: [] })
  })
})

describe('one bad part leaves its neighbours alone', () => {
  const bad = set.replace('BEG*00', 'BEG*').replace('SE*31', 'SE*31')

  test('a bad set', () => {
    expect(judge(interchange([[set, bad, set], [set]])).verdicts).toBe('P[P(ARA) A(A)]')
  })

  test('a set without SE', () => {
    const open = set.replace(/SE\*31.*\n/, '')
    expect(judge(interchange([[set, open, set]])))
      .toEqual({ verdicts: 'P[P(ARA)]', faults: ['SE_MISSING 31SE 2'] })
  })

  test('a group whose count is wrong', () => {
    const text = interchange([[set], [set, set]]).replace('GE*2*2', 'GE*3*2')
    expect(judge(text)).toEqual({ verdicts: 'P[A(A) R(RR)]', faults: ['GE_COUNT 98GE.1 5'] })
  })

  test('a group without GE', () => {
    const text = interchange([[set], [set]]).replace('GE*1*1~\n', '')
    expect(judge(text)).toEqual({ verdicts: 'P[R(R) A(A)]', faults: ['GE_MISSING 34GE 3'] })
  })

  test('a set and a group left open by the interchange', () => {
    const text = interchange([[set], [set]]).replace(/SE\*31.*\nGE\*1\*2~\n/, '')
    expect(judge(text)).toEqual({
      verdicts: 'P[A(A) R(R)]', faults: ['GE_MISSING 66GE 3', 'SE_MISSING 31SE 2'],
    })
  })

  test('an interchange without IEA before another', () => {
    const text = `${order.slice(0, order.indexOf('IEA'))}${order}`
    expect(judge(text)).toEqual({ verdicts: 'R[R(R)] A[A(A)]', faults: ['IEA_MISSING 35IEA 023'] })
  })
})

describe('order and numbers', () => {
  test.each<[string, string, string, string[]]>([
    ['the same set number twice', interchange([[set, set]]).replaceAll('*0002~', '*0001~'),
      'P[P(AR)]', ['SET_CONTROL_REPEATED 1ST.2 23']],
    ['the same group number twice', interchange([[set], [set]])
      .replace(gs.replace('*101*', '*2*'), gs.replace('*101*', '*01*')).replace('GE*1*2', 'GE*1*1'),
    'P[A(A) R(R)]', ['GROUP_CONTROL_REPEATED 35GS.6 6']],
    ['a group of another kind', order.replace('GS*PO', 'GS*IN'), 'E[E(E)]',
      ['SET_NOT_OF_GROUP 1ST.1 6']],
    ['an unknown set', order.replace('ST*850', 'ST*000'), 'R[R(R)]', ['SET_UNKNOWN 1ST.1 1',
      'CODE_UNLISTED 1ST.1 7']],
    ['no set identifier', order.replace('ST*850', 'ST*'), 'R[R(R)]',
      ['SET_TYPE_MISSING 1ST.1 6', 'ELEMENT_MISSING 1ST.1 1']],
    ['no set number', order.replace('ST*850*0001', 'ST*850').replace('SE*31*0001', 'SE*31'),
      'R[R(R)]', ['SET_CONTROL_MISSING 1ST.2 7', 'ELEMENT_MISSING 1ST.2 1',
        'ELEMENT_MISSING 31SE.2 1']],
    ['a set number too long', order.replaceAll('*0001~', '*ABCDEFGHIJ~'), 'R[R(R)]',
      ['SET_CONTROL_BAD 1ST.2 7', 'ELEMENT_TOO_LONG 1ST.2 5', 'ELEMENT_TOO_LONG 31SE.2 5']],
    ['a set number with NUL', order.replace('ST*850*0001~', 'ST*850*00\x0001~')
      .replace('SE*31*0001~', 'SE*31*00\x0001~'), 'R[R(R)]',
      ['SET_CONTROL_BAD 1ST.2 7', 'CHARACTER_BAD 1ST.2 6', 'CHARACTER_BAD 31SE.2 6']],
    ['segments outside a set', order.replace('GE*', 'N1*ST~N3*A~GE*'), 'E[E(A)]',
      ['SEGMENT_OUTSIDE_SET 34N1']],
    ['a set outside a group', order.replace(/GS\*.*\n/, '').replace(/GE\*.*\n/, '')
      .replace('IEA*1', 'IEA*0'), 'R[]', ['SEGMENT_OUTSIDE_GROUP 2ST 022']],
    ['a SE without ST', order.replace(/ST\*850.*\n/, ''), 'R[R()]',
      ['SEGMENT_OUTSIDE_SET 3BEG', 'GE_COUNT 33GE.1 5']],
    ['a GE too many', order.replace('IEA', 'GE*1*101~IEA'), 'R[R(R)]',
      ['SEGMENT_OUTSIDE_GROUP 35GE 022']],
  ])('%s', (_, text, verdicts, faults) => { expect(judge(text)).toEqual({ verdicts, faults }) })
})

describe('headers', () => {
  const edited = (from: string, to: string) => judge(order.replace(from, to))

  test.each<[string, string, string, string[]]>([
    ['*000000101*0', '*00000010A*0', 'R[R(R)]', ['ISA_CONTROL_BAD 1ISA.13 018',
      'IEA_NUMBER 35IEA.2 001']],
    ['*ZZ*SANDBOXBUYER   ', '*QQ*SANDBOXBUYER   ', 'E[A(A)]', ['ISA_ELEMENT_BAD 1ISA.5 005']],
    ['SANDBOXSELLER  ', '               ', 'E[A(A)]', ['ISA_ELEMENT_BAD 1ISA.8 008']],
    ['*261122*', '*261322*', 'E[A(A)]', ['ISA_ELEMENT_BAD 1ISA.9 014']],
    ['*0930*U', '*2530*U', 'E[A(A)]', ['ISA_ELEMENT_BAD 1ISA.10 015']],
    ['*U*00401', '*X*00401', 'E[A(A)]', ['ISA_ELEMENT_BAD 1ISA.11 016']],
    ['*0*T*', '*0*X*', 'E[A(A)]', ['ISA_ELEMENT_BAD 1ISA.15 020']],
    ['*ZZ*SANDBOXBUYER   ', '*ZZ*SANDBOXBUYER', 'R[R(R)]', ['ISA_NOT_FIXED 1ISA 022']],
    ['*20261122*0930', '*261122*0930', 'E[E(A)]', ['GS_ELEMENT_BAD 2GS.4']],
    ['GS*PO*SANDBOXBUYER', 'GS*PO*', 'E[E(A)]', ['GS_ELEMENT_BAD 2GS.2']],
    ['*101*X', '*A1*X', 'R[R(R)]', ['GROUP_CONTROL_BAD 2GS.6 6', 'GE_NUMBER 34GE.2 4']],
    ['*X*004010', '*X*004010\0', 'R[R(R)]', ['ENVELOPE_CHARACTER_BAD 2GS.8 2']],
    ['GS*PO*SANDBOX', 'GS*PO*SAND\tBOX', 'R[R(R)]', ['ENVELOPE_CHARACTER_BAD 2GS.2']],
    ['SANDBOXBUYER   ', 'SANDBOXBUYER  \0', 'R[R(R)]', ['ENVELOPE_CHARACTER_BAD 1ISA.6 006']],
    ['*X*004010', '*X*004010VICS', 'A[A(A)]', []],
    ['*X*004010', '*X*006020', 'E[E(E)]', ['RELEASE_UNKNOWN 2GS.8', 'SEGMENT_NOT_IN_SET 12MSG 6']],
  ])('%j as %j', (from, to, verdicts, faults) => {
    expect(edited(from, to)).toEqual({ verdicts, faults })
  })

  test('ISA14 asks for an acknowledgement', () => {
    const [one] = read(order.replace('*000000101*0*', '*000000101*1*')).interchanges
    expect(one?.acknowledgementRequested).toBe(true)
  })
})

describe('what is no interchange', () => {
  test.each<[string, string, string]>([
    ['', 'NO_INTERCHANGE', 'empty'], [' \r\n', 'NO_INTERCHANGE', 'empty'],
    ['\u00e9', 'NO_INTERCHANGE', '"…"'],
    ['{"order":1}', 'NO_INTERCHANGE', '{"order":1}'],
    ["UNB+UNOA:3+A+B+261122:0930+1'", 'NO_INTERCHANGE', 'UNB+UNOA:3+A+B+26112'],
    [order.slice(3), 'NO_INTERCHANGE', '*00*          *00*'],
    ['ISA*00*', 'ISA_UNREADABLE', 'ISA'],
  ])('%j', (text, code, begins) => {
    const { interchanges, faults } = read(text)
    expect(interchanges).toEqual([])
    expect(faults.map((fault) => fault.code.slice(4))).toEqual([code])
    expect(faults[0]?.says).toContain(begins)
  })

  test('text between interchanges is told beside them', () => {
    const { interchanges, faults } = read(`HELLO${order}HELLO${order}HELLO`)
    expect(interchanges.map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted'])
    expect(faults.map(({ code, at }) => [code, at.byte])).toEqual([
      ['X12_TEXT_OUTSIDE', 0], ['X12_TEXT_OUTSIDE', order.length + 5],
      ['X12_TEXT_OUTSIDE', 2 * order.length + 10],
    ])
  })
})

describe('limits', () => {
  const limited = (bounds: Partial<CodecLimits>, text: string) =>
    faultsOf(read(text, { limits: { ...limits.codec, ...bounds } }))
      .map(({ code, at }) => `${code.slice(4)} ${at.segment}${at.tag}`)

  test('interchanges, groups and sets', () => {
    expect(limited({ interchangesPerMessageMax: 2 }, order.repeat(4)))
      .toEqual(['INTERCHANGES_TOO_MANY 1ISA'])
    expect(limited({ groupsPerInterchangeMax: 1 }, interchange([[set], [set], [set]])))
      .toEqual(['GROUPS_TOO_MANY 35GS'])
    expect(limited({ setsPerInterchangeMax: 2 }, interchange([[set, set, set, set]])))
      .toEqual(['SETS_TOO_MANY 65ST'])
  })

  test('a segment too long, wherever it stands', () => {
    const long = `N1*${'A'.repeat(200)}~`
    const bounds = { segmentBytesMax: 150 }
    const inSet = order.replace('N1*BY', `${long}N1*BY`).replace('SE*31', 'SE*32')
    expect(limited(bounds, inSet)).toEqual(['SEGMENT_TOO_LONG 13N1'])
    expect(limited(bounds, order.replace('IEA', `${long}IEA`)))
      .toEqual(['SEGMENT_TOO_LONG 35N1'])
  })
})

test('TA1 is told, and an interchange of TA1s alone is accepted', () => {
  const seen: string[] = []
  const visitor: X12Visitor = {
    ta1: (ta1) => seen.push(`${ta1.text(1)} ${ta1.text(4)}`),
    interchangeEnd: ({ verdict }) => seen.push(verdict),
  }
  const decoder = decodeX12(visitor, { limits: limits.codec })
  decoder.push(bytesOf(`${isa}TA1*000000099*261122*0930*A*000~IEA*0*000000101~`))
  decoder.end()
  expect(seen).toEqual(['000000099 A', 'accepted'])
})

test('a relationship may loosen the envelope', () => {
  const text = order.replace('IEA*1*000000101', 'IEA*1*000000102')
  const envelope = () => ({ severities: { X12_IEA_NUMBER: 'note' } } as const)
  expect(read(text, { envelope }).interchanges[0]?.verdict).toBe('accepted')
})

test('levels start and end in order, whatever is missing', () => {
  const seen: string[] = []
  const visitor: X12Visitor = {
    interchangeStart: () => seen.push('I'), interchangeEnd: () => seen.push('/I'),
    groupStart: () => seen.push('G'), groupEnd: () => seen.push('/G'),
    setStart: ({ definition }) => seen.push(definition?.type ?? '?'),
    setEnd: () => seen.push('/S'),
  }
  const decoder = decodeX12(visitor, { limits: limits.codec })
  decoder.push(bytesOf(`${head}${set}ST*850*2~${gs}ST*QQQ*1~${isa}`))
  decoder.end()
  expect(seen.join(' ')).toBe('I G 850 /S 850 /S /G G ? /S /G /I I /I')
})

test('a message of one set may be read from any chunk', () => {
  const bytes = bytesOf(message(['BEG*00*SA*1**20261122', 'PO1*1']))
  const reports: string[] = []
  for (const size of [1, 10, 1000]) {
    const visitor: X12Visitor = {
      interchangeEnd: (report) => reports.push(JSON.stringify(report)),
    }
    const decoder = decodeX12(visitor, { limits: limits.codec })
    for (let at = 0; at < bytes.length; at += size) decoder.push(bytes.subarray(at, at + size))
    decoder.end()
  }
  expect(new Set(reports).size).toBe(1)
})
