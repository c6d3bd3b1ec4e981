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
