import type { SegmentTape } from './tokenizer-tape.ts'

/** Characters of a BIN or BDS before its binary value: tag, filter, 15 digits, separators. */
const headMax = 32

/** Whether BIN or BDS stands at `at`. */
export function mayHoldBinary(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== 0x42) return false
  const rest = ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
  return rest === letters.IN || rest === letters.DS
}

const letters = { IN: 0x494e, DS: 0x4453 } as const

/**
 * Reads `BIN*length*bytes~` or `BDS*filter*length*bytes~`: the length says where the value ends,
 * since any byte may stand in it (X12.6 §3.5.1.7). Writes the cuts before the value to the tape.
 * Gives the offset where the terminator should stand; `plain` where there is no length to go by.
 */
export function readBinary(
  bytes: Uint8Array, start: number, element: number, segment: number, ended: boolean,
  tape: SegmentTape,
): number | 'plain' | 'more' {
  const cutsMax = bytes[start + 1] === 0x49 ? 2 : 3
  const stop = Math.min(bytes.length, start + headMax)
  let cuts = 0
  let i = start
  for (; i < stop && cuts < cutsMax && bytes[i] !== segment; i++) {
    if (bytes[i] === element) tape.cuts[cuts++] = i
  }
  if (cuts < cutsMax) {
    const cutShort = i === bytes.length && i < start + headMax
    return cutShort && !ended ? 'more' : 'plain'
  }
  const length = digits(bytes, (tape.cuts[cuts - 2] ?? 0) + 1, i - 1)
  if (length === undefined) return 'plain'
  tape.cutCount = cuts
  return i + length
}

function digits(bytes: Uint8Array, from: number, to: number): number | undefined {
  let number = 0
  for (let i = from; i < to; i++) {
    const digit = (bytes[i] ?? 0) - 0x30
    if (digit < 0 || digit > 9) return undefined
    number = number * 10 + digit
  }
  return from < to ? number : undefined
}
