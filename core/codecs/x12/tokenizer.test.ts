import { describe, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { bytesOf, fixture, message } from '#test/support/x12-messages.ts'
import { SegmentTape } from './tokenizer-tape.ts'
import { Tokenizer } from './tokenizer.ts'
import type { CodecLimits } from './types.ts'

const isa = 'ISA*00*          *00*          *ZZ*SANDBOXBUYER   *ZZ*SANDBOXSELLER  '
  + '*261122*0930*U*00401*000000007*0*T*>~'
const isaRepeating = isa.replace('*U*00401', '*^*00501')

interface Seen { events: string[]; tapes: string[][] }

/** What the sink was told, one line each; segments as their elements. */
function tokens(
  input: string | Uint8Array, chunkBytes = Infinity, codec: CodecLimits = limits.codec,
): Seen {
  const bytes = typeof input === 'string' ? bytesOf(input) : input
  const seen: Seen = { events: [], tapes: [] }
  const tokenizer = new Tokenizer(codec, {
    interchange: (tape, { element, component, segment, repetition }, fixed) => {
      const delimiters = [element, component, segment, repetition ?? 0x20]
      const shape = fixed ? '' : ' free'
      seen.events.push(`ISA@${tape.byte} ${String.fromCharCode(...delimiters).trim()}${shape}`)
      seen.tapes.push(elements(tape))
    },
    segment: (tape) => {
      const mark = `${tape.unterminated ? '!' : ''}${tape.overfull ? '+' : ''}`
      seen.events.push(`${tape.tag}@${tape.byte}+${tape.length}${mark}`)
      seen.tapes.push(elements(tape))
    },
    overlong: (byte, tag) => seen.events.push(`overlong ${tag}@${byte}`),
    junk: (byte, length, begins) => seen.events.push(`junk@${byte}+${length} ${begins}`),
    unreadable: (byte, because) => seen.events.push(`unreadable@${byte} ${because}`),
  })
  const step = Math.min(chunkBytes, Math.max(1, bytes.length))
  for (let at = 0; at < bytes.length; at += step) tokenizer.push(bytes.slice(at, at + step))
  tokenizer.end()
  return seen
}

function elements(tape: SegmentTape): string[] {
  return Array.from({ length: tape.elements }, (_, i) => tape.text(i + 1))
}

describe('ISA', () => {
  test('gives the separators by position', () => {
    expect(tokens(isa).events).toEqual(['ISA@0 *>~'])
    expect(tokens(isaRepeating).events).toEqual(['ISA@0 *>~^'])
    expect(tokens(isa).tapes[0]?.slice(5, 13)).toEqual([
      'SANDBOXBUYER   ', 'ZZ', 'SANDBOXSELLER  ', '261122', '0930', 'U', '00401', '000000007',
    ])
  })

  test('a letter in ISA11 repeats nothing, whatever the version', () => {
    expect(tokens(isaRepeating.replace('*^*', '*U*')).events).toEqual(['ISA@0 *>~'])
  })

  test.each([['\n', '*'], ['\r', '*'], ['\u001c', '\u001d'], ["'", '+']])(
    'terminator %j and separator %j', (terminator, separator) => {
      const text = message(['BEG*00*SA*1**20261122']).replaceAll('~', terminator)
      const { events } = tokens(text.replaceAll('*', separator).replaceAll('>', ':'))
      expect(events.map((event) => event.split('@')[0]))
        .toEqual(['ISA', 'GS', 'ST', 'BEG', 'SE', 'GE', 'IEA'])
    })

  test('without its padding is read by counting, and said to be so', () => {
    const free = isa.replaceAll('          ', ' ').replace('SANDBOXBUYER   ', 'SANDBOXBUYER')
    expect(tokens(`${free}IEA*0*000000007~`).events)
      .toEqual(['ISA@0 *>~ free', `IEA@${free.length}+15`])
  })

  test.each([
    ['ISA*00*~', 'it has fewer than 16 elements'],
    [isa.slice(0, -1), 'it ends before its segment terminator'],
    [isa.replace('*>~', '*>>'), 'two of its separators are the same character'],
    [isa.replace('*>~', '*>X'), 'a letter, digit or blank stands where a separator belongs'],
    [isa.replace('*>~', '* ~'), 'a letter, digit or blank stands where a separator belongs'],
  ])('%j is unreadable: %s', (text, because) => {
    expect(tokens(text).events).toEqual([`unreadable@0 ${because}`])
  })
})

describe('between interchanges', () => {
  const whole = `${isa}IEA*0*000000007~`

  test('blanks, line ends, byte order marks and end-of-file marks mean nothing', () => {
    const text = `\uFEFF \r\n${whole}\r\n\uFEFF${whole}\n\u001a\0`
    expect(tokens(text).events)
      .toEqual(['ISA@6 *>~', 'IEA@112+15', 'ISA@133 *>~', 'IEA@239+15'])
  })

  test('other text is told once, and reading goes on at the next ISA', () => {
    expect(tokens(`HELLO VISA* ISAAC ${whole}GS*PO~ST*850~\n${whole}BYE`).events).toEqual([
      'junk@0+18 HELLO VISA* ISAAC', 'ISA@18 *>~', 'IEA@124+15',
      'junk@140+14 GS*PO~ST*850~', 'ISA@154 *>~', 'IEA@260+15', 'junk@276+3 BYE',
    ])
  })

  test('an unreadable ISA loses the text up to the next one', () => {
    expect(tokens(`ISA*00*BROKEN~GS*1~${' '.repeat(600)}${whole}`).events)
      .toEqual(['unreadable@0 it has fewer than 16 elements', 'ISA@619 *>~', 'IEA@725+15'])
  })

  test('an ISA cuts the interchange before it short, with separators of its own', () => {
    const other = whole.replaceAll('*', '|').replaceAll('~', "'")
    expect(tokens(`${isa}GS*PO~${other}`).events)
      .toEqual(['ISA@0 *>~', 'GS@106+5', "ISA@112 |>'", 'IEA@218+15'])
  })
})

describe('segments', () => {
  test('line ends and blanks after a terminator are no part of the next segment', () => {
    expect(tokens(`${isa}\r\n  N1*ST~\n\n\tN3*A B ~`).events)
      .toEqual(['ISA@0 *>~', 'N1@110+5', 'N3@119+7'])
  })

  test('blank lines are none where the terminator is a line end', () => {
    const { events } = tokens(`${isa.replace('~', '\n')}\n\nN1*ST\r\n\nN3*A\n`)
    expect(events).toEqual(['ISA@0 *>', 'N1@108+6', 'N3@116+4'])
  })

  test('an empty segment is one', () => {
    expect(tokens(`${isa}~N1*ST~`).events).toEqual(['ISA@0 *>~', '@106+0', 'N1@107+5'])
  })

  test('the last one may lack its terminator', () => {
    expect(tokens(`${isa}IEA*0*000000007\r\n`).events).toEqual(['ISA@0 *>~', 'IEA@106+15!'])
  })

  test('elements past the limit are joined to the last one', () => {
    const { tapes, events } = tokens(`${isa}N1*${'A*'.repeat(20)}B~`, Infinity, {
      ...limits.codec, elementsPerSegmentMax: 16,
    })
    expect(events[1]).toBe('N1@106+44+')
    expect(tapes[1]?.slice(14)).toEqual(['A', 'A*A*A*A*A*B'])
  })

  test('one longer than the limit is passed over, and no more is kept of it', () => {
    const long = `N1*${'A'.repeat(100)}`
    const codec = { ...limits.codec, segmentBytesMax: 100 }
    const expected = ['ISA@0 *>~', 'overlong N1@106', 'N3@210+4', 'overlong @215']
    for (const chunkBytes of [1, 7, 150, 1000]) {
      const { events } = tokens(`${isa}${long}~N3*B~${'Z'.repeat(200)}`, chunkBytes, codec)
      expect(events).toEqual(expected)
    }
  })
})

describe('binary values', () => {
  const value = '~*>\n'.repeat(5)

  test.each([
    ['BIN', `BIN*20*${value}~`, ['20', value]],
    ['BDS', `BDS*ASC*20*${value}~`, ['ASC', '20', value]],
  ])('%s is as long as it says, whatever its bytes', (tag, segment, texts) => {
    for (const chunkBytes of [1, 9, 1000]) {
      const { events, tapes } = tokens(`${isa}${segment}N3*B~`, chunkBytes)
      expect(events.map((event) => event.split('@')[0])).toEqual(['ISA', tag, 'N3'])
      expect(tapes[1]).toEqual(texts)
    }
  })

  test.each(['BIN*9*ABC~', 'BIN*X*ABC~', 'BIN~', 'BIN*3~', `BIN*${'1'.repeat(40)}*A~`])(
    '%j does not say so, and ends at its terminator', (segment) => {
      for (const chunkBytes of [1, 5, 1000]) {
        const { events } = tokens(`${isa}${segment}N3*B~`, chunkBytes)
        expect(events).toEqual(['ISA@0 *>~', `BIN@106+${segment.length - 1}`,
          `N3@${106 + segment.length}+4`])
      }
    })

  test('one past the limit is passed over whole', () => {
    const codec = { ...limits.codec, segmentBytesMax: 100 }
    for (const chunkBytes of [1, 50, 1000]) {
      const { events } = tokens(`${isa}BIN*200*${'~'.repeat(200)}~N3*B~`, chunkBytes, codec)
      expect(events).toEqual(['ISA@0 *>~', 'overlong BIN@106', 'N3@315+4'])
    }
  })
})

describe('a tape', () => {
  const { tape } = lastTape(`${isaRepeating}SVC*HC>99213>>*A^B>C^*>>*Grün*~`)

  test('gives elements, repetitions and components, and nothing where nothing is', () => {
    expect([tape.tag, tape.elements]).toEqual(['SVC', 5])
    expect([tape.text(1), tape.text(1, 1), tape.text(1, 2), tape.text(1, 3), tape.text(1, 9)])
      .toEqual(['HC>99213', 'HC', '99213', '', ''])
    expect([tape.text(2), tape.text(2, 1, 2), tape.text(2, 2, 2), tape.text(2, undefined, 3)])
      .toEqual(['A', 'B', 'C', ''])
    expect([tape.text(2, undefined, 9), tape.text(3), tape.text(4), tape.text(5), tape.text(6)])
      .toEqual(['', '', 'Grün', '', ''])
  })

  test('gives them in any order', () => {
    expect([3, 1, 2].map((repetition) => tape.text(2, 1, repetition))).toEqual(['', 'A', 'B'])
    expect([2, 1, 2].map((component) => tape.text(1, component))).toEqual(['99213', 'HC', '99213'])
  })

  test('forgets the last segment', () => {
    const same = new SegmentTape(16)
    same.delimiters = { element: 42, component: 62, segment: 126, repetition: 94 }
    const second = ['EQ*AA^B~', 'EQ*A^C~'].map((text) => {
      same.reset(bytesOf(text), 0, 0)
      same.hasParts = true
      same.cuts.set([2, text.length - 1])
      same.cutCount = 2
      return same.text(1, undefined, 2)
    })
    expect(second).toEqual(['B', 'C'])
  })

  test('counts them', () => {
    expect([1, 2, 3, 4, 5, 6].map((element) => tape.repetitions(element)))
      .toEqual([1, 3, 1, 1, 0, 0])
    expect([tape.components(1), tape.components(2, 2), tape.components(3), tape.components(5)])
      .toEqual([2, 2, 0, 0])
  })

  test('knows where each begins, in bytes', () => {
    expect([tape.byteOf(1), tape.byteOf(1, 2), tape.byteOf(2, 2, 2), tape.byteOf(4)])
      .toEqual([110, 113, 125, 131])
    expect(tape.byteOf(9)).toBe(tape.byte + tape.length)
  })
})

function lastTape(text: string) {
  const seen: SegmentTape[] = []
  const tokenizer = new Tokenizer(limits.codec, {
    interchange: () => undefined, overlong: () => undefined, junk: () => undefined,
    unreadable: () => undefined, segment: (tape) => seen.push(tape),
  })
  tokenizer.push(bytesOf(text))
  const tape = seen.at(-1)
  if (tape === undefined) throw new Error('no segment')
  return { tape }
}

test('any chunk size tells the same, also of more than the window holds at first', () => {
  const text = `${fixture('850-005010.edi')}junk ${fixture('850-004010.edi')}`.repeat(8)
  const whole = tokens(text)
  expect(whole.events.filter((event) => event.startsWith('IEA'))).toHaveLength(16)
  for (const chunkBytes of [1, 3, 64, 105, 106, 107, 1000, 4095, 4096, 5000]) {
    expect(tokens(text, chunkBytes)).toEqual(whole)
  }
})
