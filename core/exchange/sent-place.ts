import type { ReadNote } from '#core/codecs/x12/acknowledge-read.ts'
import { decodeX12 } from '#core/codecs/x12/reader.ts'
import { plainNumber } from '#core/codecs/x12/reader-envelope.ts'
import type { CodecLimits, SegmentView } from '#core/codecs/x12/types.ts'
import type { At } from '#core/errors/fault.ts'
import type { SentSet } from './known.ts'

/** Places in a set of ours by segment, as AK302 counts; for elements of it as AK401 does. */
export class SentPlaces {
  readonly #places = new Map<number, (note: ReadNote) => At>()

  /** `bytes` are the message's; only segments that are noted are kept. */
  constructor(bytes: Uint8Array, set: SentSet, notes: readonly ReadNote[], limits: CodecLimits) {
    const wanted = new Set(notes.map(({ segment }) => segment))
    let group = ''
    let control = ''
    const decoder = decodeX12({
      groupStart: (header) => { group = plainNumber(header.control) },
      setStart: (start) => { control = start.set.control },
      segment: (view, { segment }) => {
        if (group !== set.groupControl || control !== set.control || !wanted.has(segment)) return
        this.#places.set(segment, placesIn(view, segment))
      },
    }, { limits })
    decoder.push(bytes)
    decoder.end()
  }

  of(note: ReadNote): At | undefined {
    return this.#places.get(note.segment)?.(note)
  }
}

/** The view is valid now only, so offsets are taken while it is. */
function placesIn(view: SegmentView, segment: number): (note: ReadNote) => At {
  const { tag, byte, elements } = view
  const offsets = Array.from({ length: elements }, (_, index) => view.byteOf(index + 1))
  return ({ element, component, repetition }) => {
    const start = element === undefined ? undefined : offsets[element - 1]
    if (element === undefined || start === undefined) return { byte, segment, tag }
    return {
      byte: start, segment, tag, element,
      ...(component === undefined ? {} : { component }),
      ...(repetition === undefined ? {} : { repetition }),
    }
  }
}
