import { readIsa } from '#core/codecs/x12/tokenizer-isa.ts'
import { SegmentTape } from '#core/codecs/x12/tokenizer-tape.ts'
import type { Verdict } from '#core/codecs/x12/types.ts'
import type { Pair } from './relationship.ts'
import type { Stream } from './stream.ts'

const isaElements = 16

/** One accepted set, cut out of its message together with the headers it stands under. */
export interface SetSlice {
  /** Of the set in its message. */
  readonly position: number
  readonly type: string
  readonly verdict: Verdict
  /** A person resumed it, so it is taken at its word. */
  readonly insisted: boolean
  /** GS08. */
  readonly release: string
  readonly pair: Pair
  readonly stream: Stream
  /** Where its ST stands in the message. */
  readonly byte: number
  /** ISA and GS, then ST to SE. */
  readonly bytes: Uint8Array
  /** What to add to a place in `bytes` to get the place in the message. */
  readonly shiftBytes: number
}

/** Cuts a set out of its message, so that it can be read again by itself. */
export function sliceSet(
  message: Uint8Array,
  set: Omit<SetSlice, 'bytes' | 'shiftBytes'> & {
    /** Its terminator included. */
    readonly length: number
    readonly groupByte: number
    readonly interchangeByte: number
  },
): SetSlice {
  const { length, groupByte, interchangeByte, ...rest } = set
  const { byte } = rest
  const isaEnd = endOfIsa(message, interchangeByte)
  const isa = message.subarray(interchangeByte, isaEnd + 1)
  const gs = message.subarray(groupByte, message.indexOf(message[isaEnd] ?? 0, groupByte) + 1)
  const bytes = new Uint8Array(isa.length + gs.length + length)
  bytes.set(isa)
  bytes.set(gs, isa.length)
  bytes.set(message.subarray(byte, byte + length), isa.length + gs.length)
  return { ...rest, bytes, shiftBytes: byte - isa.length - gs.length }
}

/** Where its terminator stands; a sender may have trimmed what X12.5 pads. */
export function endOfIsa(message: Uint8Array, at: number): number {
  const isa = readIsa(message, at, message.length, true, new SegmentTape(isaElements))
  if (isa.is !== 'read') throw new Error(`an accepted set stands under an unreadable ISA at ${at}`)
  return isa.end
}
