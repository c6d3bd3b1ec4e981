import type { At } from '#core/errors/fault.ts'
import type { Delimiters } from '#core/codecs/x12/types.ts'

/** One line of a message and, below it, what a fault points at. */
export interface Excerpt {
  readonly line: string
  readonly caret: string
}

/** Bytes looked at before and after the place: segments are rarely longer. */
const reachBytes = 2048

/**
 * The segment a fault stands in with carets under the bad part; where it names no element, under
 * the tag. A segment that is missing gets one caret at the place where it should have stood.
 * Undefined past the end.
 */
export function excerptAt(
  slice: (position: number, length: number) => Uint8Array,
  at: At,
  delimiters: Delimiters | undefined,
  widthMax = 96,
): Excerpt | undefined {
  const from = Math.max(0, at.byte - reachBytes)
  const bytes = slice(from, at.byte - from + reachBytes)
  const place = at.byte - from
  const terminators = delimiters === undefined ? lineEnds : [delimiters.segment]
  let start = place
  while (start > 0 && !terminators.includes(bytes[start - 1] ?? 0)) start -= 1
  while (start < place && isBlank(bytes[start])) start += 1
  let end = Math.max(place, start)
  while (end < bytes.length && !terminators.includes(bytes[end] ?? 0)) end += 1
  if (start >= bytes.length) return undefined
  const marked = markedEnd(bytes, place, end, at, delimiters)
  return clipped(
    shown(bytes.subarray(start, place)),
    shown(bytes.subarray(place, marked)),
    shown(bytes.subarray(marked, end)),
    widthMax,
  )
}

const lineEnds = [0x0a, 0x0d]

function isBlank(byte: number | undefined): boolean {
  return byte !== undefined && byte <= 0x20
}

/** Where the part that begins at `place` ends. */
function markedEnd(
  bytes: Uint8Array,
  place: number,
  end: number,
  at: At,
  delimiters: Delimiters | undefined,
): number {
  if (at.element === undefined) {
    const tagEnd = place + at.tag.length
    const tag = shown(bytes.subarray(place, tagEnd))
    return tag === at.tag ? Math.min(tagEnd, end) : place
  }
  const stops = [delimiters?.element]
  if (at.component !== undefined) stops.push(delimiters?.component, delimiters?.repetition)
  else if (at.repetition !== undefined) stops.push(delimiters?.repetition)
  let marked = place
  while (marked < end && !stops.includes(bytes[marked])) marked += 1
  return marked
}

/** Bytes as one line of text, each control character as a dot. */
function shown(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).replaceAll(/\p{C}/gu, '·')
}

/** Long segments are cut to the neighbourhood of the place. */
function clipped(before: string, marked: string, after: string, widthMax: number): Excerpt {
  const markedMax = Math.floor(widthMax / 2)
  const part = marked.length > markedMax ? `${marked.slice(0, markedMax - 1)}…` : marked
  const room = widthMax - part.length
  const left = after.length < room / 2 ? room - after.length : Math.floor(room / 2)
  const head = before.length > left ? `…${before.slice(before.length - left + 1)}` : before
  const right = room - head.length
  const tail = after.length > right ? `${after.slice(0, right - 1)}…` : after
  return {
    line: head + part + tail,
    caret: ' '.repeat(head.length) + '^'.repeat(Math.max(1, part.length)),
  }
}
