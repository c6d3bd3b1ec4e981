import { expect, test } from 'vitest'
import { isFault } from '#core/errors/fault.ts'
import type { Fault } from '#core/errors/fault.ts'
import { encodeInterchange } from './writer.ts'
import type { OutgoingInterchange, WireSegment } from './writer.ts'
import type { TextPolicy } from './writer-text.ts'

const delimiters = { element: 0x2a, component: 0x3e, segment: 0x7e }

function interchange(segments: readonly WireSegment[]): OutgoingInterchange {
  return {
    header: {
      senderQualifier: 'ZZ', senderId: 'SANDBOXSELLER', receiverQualifier: 'ZZ',
      receiverId: 'SANDBOXBUYER', date: '260131', time: '0915', version: '00401', control: '7',
      acknowledgementRequested: false, usage: 'T',
    },
    delimiters,
    groups: [{
      header: {
        functionalId: 'PR', senderId: 'SANDBOXSELLER', receiverId: 'SANDBOXBUYER', date: '20260131',
        time: '0915', control: '0012', release: '004010',
      },
      sets: [{ type: '855', control: '1', segments }],
    }],
  }
}

function encoded(outgoing: OutgoingInterchange): string {
  return new TextDecoder('latin1').decode(encodeInterchange(outgoing))
}

/** The line of one segment as written. */
function written(segment: WireSegment, change: Partial<OutgoingInterchange> = {}): string {
  const lines = encoded({ ...interchange([segment]), ...change }).split('~')
  return lines[3] ?? ''
}

/** The fault of an encode that must not succeed. */
function faultOf(outgoing: OutgoingInterchange): Fault {
  try {
    encodeInterchange(outgoing)
  } catch (error) {
    if (isFault(error)) return error
    throw error
  }
  throw new Error('it was written')
}

test('an interchange is written with padded ids, numbers and counts', () => {
  expect(encoded(interchange([['BAK', '00', 'AD', 'PO-1', '20260131']])).split('~')).toEqual([
    'ISA*00*          *00*          *ZZ*SANDBOXSELLER  *ZZ*SANDBOXBUYER   *260131*0915*U*00401' +
      '*000000007*0*T*>',
    'GS*PR*SANDBOXSELLER*SANDBOXBUYER*20260131*0915*12*X*004010',
    'ST*855*0001',
    'BAK*00*AD*PO-1*20260131',
    'SE*3*0001',
    'GE*1*12',
    'IEA*1*000000007',
    '',
  ])
})

test('from version 00402 on ISA11 is the repetition separator; ST03 is written if given', () => {
  const base = interchange([])
  const [group] = base.groups
  const text = encoded({
    ...base,
    header: { ...base.header, version: '00501' },
    delimiters: { ...delimiters, repetition: 0x5e },
    lineEnd: '\r\n',
    groups: [{
      header: { ...group!.header, release: '005010X231A1' },
      sets: [{ type: '999', control: '12345', implementation: '005010X231A1', segments: [] }],
    }],
  })
  expect(text).toContain('*0915*^*00501*000000007*0*T*>~\r\nGS*')
  expect(text).toContain('~\r\nST*999*12345*005010X231A1~\r\nSE*2*12345~\r\n')
})

test.each<[WireSegment, string]>([
  [['REF', 'DP', '', '', ''], 'REF*DP'],
  [['N1', 'ST', '', '92', '0014'], 'N1*ST**92*0014'],
  [['SVC', ['HC', '99213', '', '25', ''], '100'], 'SVC*HC>99213>>25*100'],
  [['SVC', ['', ''], '100'], 'SVC**100'],
  [['SVC', [], ''], 'SVC'],
])('trailing empty parts of %j are not written', (segment, line) => {
  expect(written(segment)).toBe(line)
})

test('repetitions are written with their separator, holes kept', () => {
  const base = interchange([])
  const later = {
    header: { ...base.header, version: '00501' }, delimiters: { ...delimiters, repetition: 0x5e },
  }
  expect(written(['EB', { repetitions: ['1', '', '3', ''] }], later)).toBe('EB*1^^3')
  expect(written(['CTX', { repetitions: [['A', 'B'], ['', 'C']] }], later)).toBe('CTX*A>B^>C')
})

test('before 00402 the separator of repetitions is data', () => {
  const change = { delimiters: { ...delimiters, repetition: 0x5e } }
  expect(written(['MSG', 'A^B'], change)).toBe('MSG*A^B')
  expect(encoded({ ...interchange([]), ...change })).toContain('*0915*U*00401*')
})

test('before 00402 nothing repeats', () => {
  const fault = faultOf(interchange([['EB', { repetitions: ['1', '2'] }]]))
  expect(fault.code).toBe('X12_DELIMITERS_UNFIT')
})

const transliterate: TextPolicy =
  { charset: 'basic', unfit: 'transliterate', replacement: ' ' }

test.each<[string, TextPolicy['charset'], string]>([
  ['A*B', 'extended', 'A B'],
  ['A~B', 'basic', 'A B'],
  ['Müller & Söhne', 'extended', 'Muller & Sohne'],
  ['Müller', 'basic', 'MULLER'],
  ['Müller', 'utf-8', 'MÃ¼ller'],
  ['50 €', 'extended', '50  '],
  ['line\nbreak', 'utf-8', 'line break'],
  ['ﷺ123456789', 'extended', ' 123456789'],
  ['㎏ and more', 'extended', 'kg and more'],
  ['\ud83d\ude00!', 'extended', ' !'],
  ['\ud83d!', 'utf-8', ' !'],
])('%s in %s is transliterated to %s', (text, charset, line) => {
  expect(written(['MSG', text], { text: { ...transliterate, charset } })).toBe(`MSG*${line}`)
})

test.each(['A*B', 'A>B', 'A~B', 'Müller', 'tab\there', '\u0085'])(
  'by default %j is refused, with its place', (text) => {
    const fault = faultOf(interchange([['MSG', 'fine'], ['N1', 'ST', text]]))
    expect(fault.code).toBe('X12_TEXT_UNFIT')
    expect(fault.at).toMatchObject({ segment: 3, tag: 'N1', element: 2 })
    expect(fault.message).toMatch(/^N102 holds U\+[0-9A-F]{4}: /)
  })

test('a long text is written whole however much it grows', () => {
  const text = '㏂'.repeat(10_000) + 'x'.repeat(4_000)
  const policy = { charset: 'extended', unfit: 'transliterate', replacement: ' ' } as const
  const line = written(['MSG', text], { text: policy })
  expect(line).toBe(`MSG*${'a.m.'.repeat(10_000)}${'x'.repeat(4_000)}`)
})

test('ids and numbers are refused where data would be transliterated', () => {
  const base = interchange([])
  const header = { ...base.header, receiverId: 'BUYER*1' }
  expect(faultOf({ ...base, header, text: transliterate }).code).toBe('X12_TEXT_UNFIT')
})

test.each([
  [{ control: '1234567890' }, 'ISA13'],
  [{ control: 'A' }, 'ISA13'],
  [{ senderId: 'LONGER THAN FIFTEEN' }, 'ISA06'],
  [{ senderId: '' }, 'ISA06'],
  [{ receiverQualifier: 'Z' }, 'ISA07'],
  [{ date: '20260131' }, 'ISA09'],
  [{ usage: '' }, 'ISA15'],
  [{ senderId: 'BLANK ' }, 'ISA06'],
])('a header with %j is refused at %s', (change, field) => {
  const base = interchange([])
  const fault = faultOf({ ...base, header: { ...base.header, ...change } })
  expect(fault.code).toBe('X12_HEADER_UNFIT')
  expect(fault.facts).toMatchObject({ field })
})

test.each([
  [{ element: 0x2a, component: 0x2a, segment: 0x7e }, 'the same'],
  [{ element: 0x41, component: 0x3e, segment: 0x7e }, 'letters'],
  [{ element: 0x2a, component: 0x3e, segment: 0xe9 }, 'not ASCII'],
  [{ element: 0x0a, component: 0x3e, segment: 0x7e }, 'line end'],
])('delimiters %j are refused: %s', (unfit, reason) => {
  const fault = faultOf({ ...interchange([]), delimiters: unfit })
  expect(fault.code).toBe('X12_DELIMITERS_UNFIT')
  expect(fault.message).toContain(reason)
})

test('a replacement that is itself a delimiter is refused', () => {
  const text = { ...transliterate, replacement: '*' }
  expect(faultOf({ ...interchange([]), text }).code).toBe('X12_DELIMITERS_UNFIT')
})
