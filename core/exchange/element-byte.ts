import type { InterchangeReport } from '#core/codecs/x12/types.ts'
import type { At } from '#core/errors/fault.ts'

/**
 * Where an element of a segment starts, counting separators from the segment's tag on; the
 * segment's own start where it ends before that element. Faults of a mapping know segment and
 * element, and the byte is sought only for those that are told.
 */
export function elementByte(
  bytes: Uint8Array,
  segmentByte: number,
  element: number,
  delimiters: { readonly element: number; readonly segment: number },
): number {
  let left = element
  for (let at = segmentByte; at < bytes.length && bytes[at] !== delimiters.segment; at++) {
    if (bytes[at] === delimiters.element && --left === 0) return at + 1
  }
  return segmentByte
}

/** An element of an interchange's ISA, by number; `bytes` are the whole message's. */
export function placeOfIsa(
  bytes: Uint8Array,
  { byte, delimiters }: Pick<InterchangeReport, 'byte' | 'delimiters'>,
  element: number,
): At {
  return { byte: elementByte(bytes, byte, element, delimiters), segment: 1, tag: 'ISA', element }
}
