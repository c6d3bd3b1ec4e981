import type { Pair } from './relationship.ts'

export type Standard = 'x12' | 'edifact' | 'unknown'

/** Characters looked at before giving up on finding where an interchange starts. */
const lookAheadBytes = 4096

/**
 * What the first bytes say a message is. Blanks, line ends and a byte order mark may come before.
 */
export function recognise(bytes: Uint8Array): Standard {
  const start = latin1(bytes.subarray(0, lookAheadBytes)).replace(/^(?:ï»¿)?\s*/, '')
  if (/ISA[^A-Za-z0-9]/.test(start)) return 'x12'
  return /^UN[AB]/.test(start) ? 'edifact' : 'unknown'
}

/**
 * Who the first interchange is from and its number, read by position: what is worth looking up
 * beforehand.
 */
export interface Peeked {
  readonly pair: Pair
  readonly control: string
}

/** ISA is fixed in width (X12.5 §3.1): ISA05 to ISA08 and ISA13 stand at known places. */
export function peekX12(bytes: Uint8Array): Peeked | null {
  const text = latin1(bytes.subarray(0, lookAheadBytes))
  const start = text.search(/ISA[^A-Za-z0-9]/)
  if (start < 0 || text.length < start + 106) return null
  const at = (offset: number, length: number): string =>
    text.slice(start + offset, start + offset + length).trimEnd()
  return {
    pair: {
      standard: 'x12',
      theirQualifier: at(32, 2),
      theirId: at(35, 15),
      ourQualifier: at(51, 2),
      ourId: at(54, 15),
    },
    control: at(90, 9),
  }
}

function latin1(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}
