import { Fault } from '#core/errors/fault.ts'
import type { At } from '#core/errors/fault.ts'
import { plainText, X12Sink } from './writer-text.ts'
import type { TextPolicy } from './writer-text.ts'
import type { Delimiters, GroupHeader } from './types.ts'

/**
 * A segment to write: its tag, then its elements. A list is a composite; an element that repeats
 * says so. Trailing empty elements, components and repetitions are not written.
 */
export type WireSegment = readonly [tag: string, ...elements: WireElement[]]
export type WireElement = WireValue | { readonly repetitions: readonly WireValue[] }
export type WireValue = string | readonly string[]

/** What goes into one interchange. Control numbers are given, counts are computed. */
export interface OutgoingInterchange {
  readonly header: OutgoingHeader
  readonly delimiters: Delimiters
  /** Written after each segment's terminator, for partners who read with their eyes. */
  readonly lineEnd?: '' | '\n' | '\r\n'
  readonly text?: TextPolicy
  /** TA1 segments, which stand before any group. */
  readonly ta1s?: readonly WireSegment[]
  readonly groups: readonly OutgoingGroup[]
}

export interface OutgoingHeader {
  readonly senderQualifier: string
  readonly senderId: string
  readonly receiverQualifier: string
  readonly receiverId: string
  /** YYMMDD and HHMM. */
  readonly date: string
  readonly time: string
  /** ISA12, e.g. `00401`. */
  readonly version: string
  /** Digits; written as nine. */
  readonly control: string
  readonly acknowledgementRequested: boolean
  /** P, T or I. */
  readonly usage: string
  /** ISA02 and ISA04, with their qualifiers ISA01 and ISA03; absent is `00` and blanks. */
  readonly authorization?: { readonly qualifier: string; readonly value: string }
  readonly security?: { readonly qualifier: string; readonly value: string }
}

export interface OutgoingGroup {
  /** `control` is digits, written without leading zeros. */
  readonly header: GroupHeader
  readonly sets: readonly OutgoingSet[]
}

export interface OutgoingSet {
  readonly type: string
  /** Written as at least four characters. */
  readonly control: string
  /** ST03. */
  readonly implementation?: string
  /** What stands between ST and SE. */
  readonly segments: readonly WireSegment[]
}

/**
 * The bytes of an interchange (X12.5, X12.6): ISA padded to its widths, SE01, GE01 and IEA01
 * computed. Throws X12_HEADER_UNFIT, X12_DELIMITERS_UNFIT and X12_TEXT_UNFIT; nothing is ever cut
 * to fit.
 */
export function encodeInterchange(interchange: OutgoingInterchange): Uint8Array {
  const { header, lineEnd = '', ta1s = [], groups } = interchange
  const delimiters = usedDelimiters(interchange.delimiters, header.version)
  const problem = delimiterProblem(delimiters, lineEnd)
  if (problem !== null) refuse(problem)
  const control = digits('ISA13', header.control, 9).padStart(9, '0')
  const writer = new SegmentWriter(delimiters, lineEnd, interchange.text ?? plainText)
  writer.interchangeHeader(interchangeHeader(header, control, delimiters))
  for (const ta1 of ta1s) writer.segment(ta1)
  for (const group of groups) writeGroup(writer, group)
  writer.segment(['IEA', String(groups.length), control])
  return writer.bytes()
}

/** ISA12 of an interchange whose groups are of this release: `004010` travels in `00401`. */
export function interchangeVersion(release: string): string {
  return release.slice(0, 5)
}

function writeGroup(writer: SegmentWriter, { header, sets }: OutgoingGroup): void {
  const control = digits('GS06', header.control, 9).replace(/^0+(?=\d)/, '')
  writer.segment([
    'GS', fixed('GS01', header.functionalId, 2), ranged('GS02', header.senderId, 2, 15),
    ranged('GS03', header.receiverId, 2, 15), ranged('GS04', header.date, 6, 8),
    ranged('GS05', header.time, 4, 8), control, 'X', ranged('GS08', header.release, 1, 12),
  ])
  for (const set of sets) writeSet(writer, set)
  writer.segment(['GE', String(sets.length), control])
}

function writeSet(writer: SegmentWriter, set: OutgoingSet): void {
  const control = ranged('ST02', set.control, 1, 9).padStart(4, '0')
  const type = fixed('ST01', set.type, 3)
  writer.startSet()
  writer.segment(['ST', type, control, set.implementation ?? ''])
  for (const segment of set.segments) writer.segment(segment)
  writer.segment(['SE', String(writer.segmentsInSet + 1), control])
  writer.endSet()
}

/** ISA is fixed in width (X12.5 §3.1): text is padded with blanks to the right. */
function interchangeHeader(
  header: OutgoingHeader,
  control: string,
  delimiters: Delimiters,
): readonly string[] {
  const { authorization, security } = header
  const { repetition } = delimiters
  return [
    fixed('ISA01', authorization?.qualifier ?? '00', 2), blankOr('ISA02', authorization?.value),
    fixed('ISA03', security?.qualifier ?? '00', 2), blankOr('ISA04', security?.value),
    fixed('ISA05', header.senderQualifier, 2), padded('ISA06', header.senderId, 15),
    fixed('ISA07', header.receiverQualifier, 2), padded('ISA08', header.receiverId, 15),
    fixed('ISA09', header.date, 6), fixed('ISA10', header.time, 4),
    repetition === undefined ? 'U' : String.fromCharCode(repetition),
    fixed('ISA12', header.version, 5), control,
    header.acknowledgementRequested ? '1' : '0', fixed('ISA15', header.usage, 1),
    String.fromCharCode(delimiters.component),
  ]
}

/**
 * ISA11 is the repetition separator from 00402 on (X12.5); before that it names the standard, and
 * the character that a relationship keeps for later versions is data like any other.
 */
function usedDelimiters(given: Delimiters, version: string): Delimiters {
  const { element, component, segment, repetition } = given
  if (version < '00402') return { element, component, segment }
  if (repetition === undefined) refuse(`version ${version} needs one for repetitions`)
  return given
}

/** Why nothing could be written with these, in words; null where it could. */
export function delimiterProblem(delimiters: Delimiters, lineEnd: string): string | null {
  const { element, component, segment, repetition } = delimiters
  const used = [element, component, segment]
  if (repetition !== undefined) used.push(repetition)
  if (new Set(used).size < used.length) return 'two of them are the same'
  for (const byte of used) {
    if (!Number.isInteger(byte) || byte < 1 || byte > 0x7e) return `byte ${byte} is not ASCII`
    if (/[A-Za-z0-9 ]/.test(String.fromCharCode(byte))) {
      return 'data is made of letters, digits and blanks'
    }
  }
  const separators = [element, component, repetition]
  if (separators.some((byte) => byte === 0x0a || byte === 0x0d)) {
    return 'a line end can only end a segment'
  }
  return lineEnd !== '' && (segment === 0x0a || segment === 0x0d)
    ? 'a segment that ends with a line end takes no other one'
    : null
}

function refuse(reason: string): never {
  throw new Fault('X12_DELIMITERS_UNFIT', { reason })
}

function digits(field: string, value: string, lengthMax: number): string {
  if (/^\d+$/.test(value) && value.length <= lengthMax) return value
  throw new Fault('X12_HEADER_UNFIT', { field, value, expected: `1 to ${lengthMax} digits` })
}

function fixed(field: string, value: string, length: number): string {
  return ranged(field, value, length, length)
}

function ranged(field: string, value: string, lengthMin: number, lengthMax: number): string {
  if (value.length >= lengthMin && value.length <= lengthMax && value === value.trimEnd()) {
    return value
  }
  const expected = lengthMin === lengthMax
    ? `${lengthMax} characters`
    : `${lengthMin} to ${lengthMax} characters, the last no blank`
  throw new Fault('X12_HEADER_UNFIT', { field, value, expected })
}

function blankOr(field: string, value: string | undefined): string {
  return value === undefined ? ''.padEnd(10) : padded(field, value, 10)
}

function padded(field: string, value: string, length: number): string {
  return ranged(field, value, 1, length).padEnd(length)
}

/**
 * Their elements are addresses and numbers: another spelling is another partner, or another
 * interchange.
 */
const envelopeTags: ReadonlySet<string> = new Set(['ISA', 'GS', 'ST', 'SE', 'GE', 'IEA'])

/** Writes segments and knows where it is, so that a fault can say so. */
class SegmentWriter {
  readonly #sink: X12Sink
  readonly #delimiters: Delimiters
  readonly #lineEnd: readonly number[]
  /** Segments written in the interchange, and how many of them before the open set. */
  #written = 0
  #beforeSet = 0

  constructor(delimiters: Delimiters, lineEnd: string, text: TextPolicy) {
    this.#sink = new X12Sink(text, delimiters)
    this.#delimiters = delimiters
    this.#lineEnd = Array.from(lineEnd, (character) => character.charCodeAt(0))
  }

  get segmentsInSet(): number {
    return this.#written - this.#beforeSet
  }

  startSet(): void {
    this.#beforeSet = this.#written
  }

  /** What follows counts from ISA again. */
  endSet(): void {
    this.#beforeSet = 0
  }

  /**
   * ISA shows the delimiters themselves, so ISA11 and ISA16 do not go through the policy for data.
   */
  interchangeHeader(elements: readonly string[]): void {
    this.#tag('ISA')
    elements.forEach((element, index) => {
      this.#sink.mark(this.#delimiters.element)
      if (index === 10 || index === 15) this.#sink.mark(element.charCodeAt(0))
      else this.#sink.text(element, () => this.#at('ISA', index + 1), true)
    })
    this.#terminate()
  }

  segment([tag, ...elements]: WireSegment): void {
    this.#tag(tag)
    const count = filledLength(elements)
    for (let index = 0; index < count; index++) {
      this.#sink.mark(this.#delimiters.element)
      this.#element(tag, index + 1, elements[index] ?? '')
    }
    this.#terminate()
  }

  bytes(): Uint8Array {
    return this.#sink.bytes()
  }

  #element(tag: string, element: number, value: WireElement): void {
    if (typeof value === 'string' || !('repetitions' in value)) {
      this.#value(tag, element, value)
      return
    }
    const { repetition } = this.#delimiters
    const count = filledLength(value.repetitions)
    for (let index = 0; index < count; index++) {
      if (index > 0) {
        if (repetition === undefined) refuse(`${tag}${element} repeats and there is none for that`)
        this.#sink.mark(repetition)
      }
      this.#value(tag, element, value.repetitions[index] ?? '')
    }
  }

  #value(tag: string, element: number, value: WireValue): void {
    if (typeof value === 'string') {
      this.#sink.text(value, () => this.#at(tag, element), envelopeTags.has(tag))
      return
    }
    const count = filledLength(value)
    for (let index = 0; index < count; index++) {
      if (index > 0) this.#sink.mark(this.#delimiters.component)
      const at = (): At => ({ ...this.#at(tag, element), component: index + 1 })
      this.#sink.text(value[index] ?? '', at)
    }
  }

  #tag(tag: string): void {
    if (!/^[A-Z][A-Z0-9]{1,2}$/.test(tag)) {
      const expected = 'a capital, then one or two capitals or digits'
      throw new Fault('X12_HEADER_UNFIT', { field: 'A segment tag', value: tag, expected })
    }
    this.#written += 1
    this.#sink.text(tag, () => this.#at(tag, 0))
  }

  #terminate(): void {
    this.#sink.mark(this.#delimiters.segment)
    for (const byte of this.#lineEnd) this.#sink.mark(byte)
  }

  #at(tag: string, element: number): At {
    const at = { byte: this.#sink.length, segment: this.segmentsInSet, tag }
    return element === 0 ? at : { ...at, element }
  }
}

/** How many stand up to the last one that is not empty. */
function filledLength(values: readonly WireElement[]): number {
  let length = values.length
  while (length > 0 && isEmpty(values[length - 1])) length -= 1
  return length
}

function isEmpty(value: WireElement | undefined): boolean {
  if (value === undefined || value === '') return true
  if (typeof value === 'string') return false
  return ('repetitions' in value ? value.repetitions : value).every(isEmpty)
}
