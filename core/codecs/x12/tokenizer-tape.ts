import type { Delimiters, SegmentView } from './types.ts'

/** What a byte is to the scan. Above `data` only these four end something. */
export const byteClass = { element: 1, segment: 2, component: 3, repetition: 4 } as const

/** 256 classes for one interchange's delimiters; 0 is data. */
export function classTable(delimiters: Delimiters): Uint8Array {
  const table = new Uint8Array(256)
  if (delimiters.repetition !== undefined) table[delimiters.repetition] = byteClass.repetition
  table[delimiters.component] = byteClass.component
  table[delimiters.element] = byteClass.element
  table[delimiters.segment] = byteClass.segment
  return table
}

/**
 * One segment as offsets: `cuts[0]` is the end of the tag, `cuts[n]` the end of element n. The
 * bytes are the tokenizer's window; nothing is copied until a text is asked for.
 */
export class SegmentTape implements SegmentView {
  bytes: Uint8Array = new Uint8Array(0)
  /** Offsets in `bytes` of the element separators, then of the terminator. */
  readonly cuts: Int32Array
  /** Cuts written; `elements` is one less. */
  cutCount = 0
  /** Offset of the tag in `bytes`, and of `bytes[0]` in the message. */
  start = 0
  base = 0
  /** Whether a component or repetition separator stands in it: most segments have none. */
  hasParts = false
  /** Elements past the limit are joined to the last one kept. */
  overfull = false
  /** The message ended before the terminator. */
  unterminated = false
  delimiters: Delimiters = { element: 0, component: 0, segment: 0 }
  readonly #repetitionCursor: Cursor = { from: -1, nth: 1, start: 0 }
  readonly #componentCursor: Cursor = { from: -1, nth: 1, start: 0 }

  constructor(elementsMax: number) {
    this.cuts = new Int32Array(elementsMax + 1)
  }

  get tag(): string {
    return decodeText(this.bytes, this.start, this.endOf(0))
  }

  /** The tag as `tagKey` of the dictionary makes it. */
  get tagKey(): number {
    const length = this.endOf(0) - this.start
    if (length < 2 || length > 3) return 0
    const third = length === 3 ? this.byteAt(2) : 0
    return (this.byteAt(0) << 16) | (this.byteAt(1) << 8) | third
  }

  get byte(): number {
    return this.base + this.start
  }

  get length(): number {
    return this.endOf(this.elements) - this.start
  }

  get elements(): number {
    return this.cutCount - 1
  }

  /** Offset in `bytes` where an element, counted from 1, starts. */
  startOf(element: number): number {
    return element > this.elements ? this.endOf(this.elements) : (this.cuts[element - 1] ?? 0) + 1
  }

  /** Where it ends; for 0, where the tag ends. */
  endOf(element: number): number {
    return this.cuts[Math.min(element, this.elements)] ?? 0
  }

  isEmpty(element: number): boolean {
    return element > this.elements || this.startOf(element) === this.endOf(element)
  }

  repetitions(element: number): number {
    if (this.isEmpty(element)) return 0
    if (!this.hasParts || this.delimiters.repetition === undefined) return 1
    return 1 + this.#count(this.delimiters.repetition, this.startOf(element), this.endOf(element))
  }

  components(element: number, repetition = 1): number {
    const [from, to] = this.range(element, undefined, repetition)
    if (from === to) return 0
    return this.hasParts ? 1 + this.#count(this.delimiters.component, from, to) : 1
  }

  /** Component separators in the whole element, those at its end too. */
  componentSeparators(element: number): number {
    if (!this.hasParts || element > this.elements) return 0
    return this.#count(this.delimiters.component, this.startOf(element), this.endOf(element))
  }

  text(element: number, component?: number, repetition = 1): string {
    const [from, to] = this.range(element, component, repetition)
    return decodeText(this.bytes, from, to)
  }

  /** The element as it stands, with every repetition and component in it. */
  rawText(element: number): string {
    return element > this.elements
      ? ''
      : decodeText(this.bytes, this.startOf(element), this.endOf(element))
  }

  byteOf(element: number, component?: number, repetition = 1): number {
    return this.base + this.range(element, component, repetition)[0]
  }

  /**
   * Where that part lies in `bytes`; empty where it is absent. Separators of absent components at
   * the end are not part of a repetition (X12.5: they may be left out, so they mean nothing).
   */
  range(element: number, component: number | undefined, repetition: number): Range {
    let from = this.startOf(element)
    let to = Math.max(from, this.endOf(element))
    if (!this.hasParts) {
      const there = (component ?? 1) === 1 && repetition === 1
      return there ? [from, to] : [to, to]
    }
    if (this.delimiters.repetition !== undefined) {
      const separator = this.delimiters.repetition
      ;[from, to] = this.#part(this.#repetitionCursor, separator, from, to, repetition)
    } else if (repetition > 1) {
      return [to, to]
    }
    const separator = this.delimiters.component
    if (component !== undefined) {
      return this.#part(this.#componentCursor, separator, from, to, component)
    }
    while (to > from && this.bytes[to - 1] === separator) to -= 1
    return [from, to]
  }

  byteAt(offset: number): number {
    return this.bytes[this.start + offset] ?? 0
  }

  /** Another segment: what was found in the last one is forgotten. */
  reset(bytes: Uint8Array, base: number, start: number): void {
    this.bytes = bytes
    this.base = base
    this.start = start
    this.hasParts = false
    this.overfull = false
    this.unterminated = false
    this.#repetitionCursor.from = -1
    this.#componentCursor.from = -1
  }

  #part(cursor: Cursor, separator: number, from: number, to: number, nth: number): Range {
    if (cursor.from !== from || nth < cursor.nth) {
      cursor.from = from
      cursor.nth = 1
      cursor.start = from
    }
    while (cursor.nth < nth) {
      const cut = this.#find(separator, cursor.start, to)
      if (cut === to) return [to, to]
      cursor.start = cut + 1
      cursor.nth += 1
    }
    return [cursor.start, this.#find(separator, cursor.start, to)]
  }

  #find(separator: number, from: number, to: number): number {
    let i = from
    while (i < to && this.bytes[i] !== separator) i += 1
    return i
  }

  #count(separator: number, from: number, to: number): number {
    let count = 0
    for (let i = from; i < to; i++) if (this.bytes[i] === separator) count += 1
    return count
  }
}

/**
 * Where the part asked for last begins: of all that begins at `from`, the nth. So parts read in
 * order cost one pass, however many a sender writes.
 */
interface Cursor { from: number; nth: number; start: number }

type Range = [from: number, to: number]

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const latin1 = new TextDecoder('latin1')

/**
 * Text of bytes [from, to). X12 names no encoding, so bytes above ASCII are UTF-8 where they are
 * valid UTF-8, else Windows-1252 (what the web calls latin1): the two encodings partners send.
 */
export function decodeText(bytes: Uint8Array, from: number, to: number): string {
  if (to - from > 64) return decodeLong(bytes, from, to)
  let text = ''
  for (let i = from; i < to; i++) {
    const byte = bytes[i] ?? 0
    if (byte > 0x7f) return decodeLong(bytes, from, to)
    text += asciiText[byte] ?? ''
  }
  return text
}

const asciiText = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))

function decodeLong(bytes: Uint8Array, from: number, to: number): string {
  const part = bytes.subarray(from, to)
  try {
    return utf8.decode(part)
  } catch {
    return latin1.decode(part)
  }
}
