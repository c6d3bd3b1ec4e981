import { decodeText } from './tokenizer-tape.ts'
import type { SegmentTape } from './tokenizer-tape.ts'
import type { Delimiters } from './types.ts'

/** Bytes of an ISA before its terminator: tag, 16 separators, 86 characters of elements. */
const isaLength = 105
const isaWidths = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1]
/** An ISA whose elements lost their padding, or have too much of it, is looked for this far. */
const freeIsaBytesMax = 512

export type IsaReading =
  | { readonly is: 'more' }
  | { readonly is: 'unreadable'; readonly because: string }
  | {
      readonly is: 'read'
      readonly delimiters: Delimiters
      /** Whether each element stood where X12.5 puts it; if not, the separators were counted. */
      readonly fixed: boolean
      readonly end: number
    }

/** Whether `ISA` and a separator stand at `at`; needs four bytes there. */
export function looksLikeIsa(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 0x49 && bytes[at + 1] === 0x53 && bytes[at + 2] === 0x41 &&
    !isAlphanumeric(bytes[at + 3] ?? 0x41)
  )
}

/**
 * Reads the delimiters by position (X12.5 §3) and writes the cuts of ISA to the tape; `bytes` reach
 * to `filled`. Where the positions do not fit, the 16 element separators are counted instead, so
 * that a sender who trimmed a blank is told so and not merely turned away.
 */
export function readIsa(
  bytes: Uint8Array, at: number, filled: number, ended: boolean, tape: SegmentTape,
): IsaReading {
  if (filled - at <= isaLength && !ended) return { is: 'more' }
  const separator = bytes[at + 3] ?? 0
  const placed = cutByWidth(bytes, at, filled, separator, tape.cuts)
  if (!placed && filled - at < freeIsaBytesMax && !ended) return { is: 'more' }
  const stop = Math.min(filled, at + freeIsaBytesMax)
  if (!placed && !cutByCount(bytes, at, stop, separator, tape.cuts)) {
    return { is: 'unreadable', because: 'it has fewer than 16 elements' }
  }
  const fixed = placed || fitsInCharacters(bytes, tape.cuts)
  const end = tape.cuts[16] ?? 0
  if (end >= stop) return { is: 'unreadable', because: 'it ends before its segment terminator' }
  const delimiters = {
    element: separator, component: bytes[end - 1] ?? 0, segment: bytes[end] ?? 0,
  }
  const because = clash(delimiters)
  if (because !== undefined) return { is: 'unreadable', because }
  const repetition = repetitionSeparator(bytes, tape.cuts, delimiters)
  return {
    is: 'read', fixed, end,
    delimiters: repetition === undefined ? delimiters : { ...delimiters, repetition },
  }
}

function cutByWidth(
  bytes: Uint8Array, at: number, filled: number, separator: number, cuts: Int32Array,
): boolean {
  if (filled - at <= isaLength) return false
  let cut = at + 3
  for (let n = 0; n < isaWidths.length; n++) {
    if (bytes[cut] !== separator) return false
    cuts[n] = cut
    cut += 1 + (isaWidths[n] ?? 0)
  }
  cuts[16] = cut
  return true
}

function cutByCount(
  bytes: Uint8Array, at: number, stop: number, separator: number, cuts: Int32Array,
): boolean {
  let n = 0
  for (let i = at + 3; i < stop && n < 16; i++) {
    if (bytes[i] !== separator) continue
    if (endsWithGs(bytes, i, separator)) return false
    cuts[n++] = i
  }
  cuts[16] = (cuts[15] ?? 0) + 2
  return n === 16
}

/** Whether the elements have their lengths in characters: some are padded with UTF-8's U+00A0. */
function fitsInCharacters(bytes: Uint8Array, cuts: Int32Array): boolean {
  return isaWidths.every((width, n) => {
    const text = decodeText(bytes, (cuts[n] ?? 0) + 1, cuts[n + 1] ?? 0)
    return Array.from(text).length === width
  })
}

/** Whether the tag of the next segment ends here: the ISA was cut short before it. */
function endsWithGs(bytes: Uint8Array, end: number, separator: number): boolean {
  const before = bytes[end - 3] ?? 0
  const tagged = bytes[end - 2] === 0x47 && bytes[end - 1] === 0x53
  return tagged && before !== separator && !isAlphanumeric(before)
}

function clash({ element, component, segment }: Delimiters): string | undefined {
  if (element === component || component === segment || element === segment) {
    return 'two of its separators are the same character'
  }
  const separators = [element, component, segment]
  const useless = separators.some((byte) => isAlphanumeric(byte) || byte === 0x20)
  return useless ? 'a letter, digit or blank stands where a separator belongs' : undefined
}

/**
 * ISA11 is the repetition separator from 00402 on (before, it was I10, always `U`); a sender who
 * kept the `U` repeats nothing.
 */
function repetitionSeparator(
  bytes: Uint8Array, cuts: Int32Array, delimiters: Delimiters,
): number | undefined {
  const byte = bytes[(cuts[10] ?? 0) + 1] ?? 0
  const version = Number(decodeText(bytes, (cuts[11] ?? 0) + 1, cuts[12] ?? 0))
  const { element, component, segment } = delimiters
  const taken = byte === element || byte === component || byte === segment
  if (!(version >= 402) || taken || isAlphanumeric(byte) || byte <= 0x20) return undefined
  return byte
}

export function isAlphanumeric(byte: number): boolean {
  const isDigit = byte >= 0x30 && byte <= 0x39
  const lower = byte | 0x20
  return isDigit || (lower >= 0x61 && lower <= 0x7a)
}
