import type { At } from '#core/errors/fault.ts'
import { plainNumber } from './reader-envelope.ts'
import type { SegmentView, Verdict } from './types.ts'

/** What a 997 or 999 says, as its segments stand. */
export interface ReadAcknowledgement {
  readonly kind: '997' | '999'
  /** AK101, and AK102 without leading zeros: GS01 and GS06 of the group it speaks of. */
  readonly functionalId: string
  readonly groupControl: string
  /** AK901; undefined where there is none that is listed. */
  readonly outcome: Verdict | undefined
  /** AK905 to AK909. */
  readonly codes: readonly string[]
  /** AK903 less AK904; undefined where they are no numbers. */
  readonly rejected: number | undefined
  readonly sets: readonly ReadSetResponse[]
  /** Of AK1. */
  readonly at: At
}

/** AK2 to AK5, or to IK5. */
export interface ReadSetResponse {
  /** AK201 and AK202: ST01 and ST02 of the set. */
  readonly type: string
  readonly control: string
  /** AK501; undefined where there is none that is listed. */
  readonly outcome: Exclude<Verdict, 'partial'> | undefined
  /** AK502 to AK506. */
  readonly codes: readonly string[]
  readonly notes: readonly ReadNote[]
  /** Of AK2. */
  readonly at: At
}

/** AK3 with one of its AK4, or by itself where it has none. */
export interface ReadNote {
  /** AK301, and AK302, which counts as ours does: ST is 1. */
  readonly tag: string
  readonly segment: number
  /** AK303. */
  readonly loop: string
  /** AK304; absent where an element is told of. */
  readonly segmentCode?: string
  /** AK401: element, component and repetition, each from 1; absent where the segment is meant. */
  readonly element?: number
  readonly component?: number
  readonly repetition?: number
  /** AK403, and AK404, the copy of the bad value. */
  readonly elementCode?: string
  readonly copy?: string
}

type Open = { -readonly [Key in keyof ReadSetResponse]: ReadSetResponse[Key] } & {
  notes: ReadNote[]
}

/** Collects what a 997 or 999 says from its segments as the decoder shows them. */
export class AcknowledgementReader {
  readonly #kind: ReadAcknowledgement['kind']
  readonly #notesMax: number
  readonly #sets: Open[] = []
  #group: Pick<ReadAcknowledgement, 'functionalId' | 'groupControl' | 'at'> | undefined
  #trailer: Pick<ReadAcknowledgement, 'outcome' | 'codes' | 'rejected'> | undefined
  /** The AK3 that was read last, told by itself unless an AK4 follows. */
  #pending: ReadNote | undefined

  /** Of each set at most `notesMax` notes are kept; further ones say nothing new. */
  constructor(kind: ReadAcknowledgement['kind'], notesMax: number) {
    this.#kind = kind
    this.#notesMax = notesMax
  }

  /** `segment` counts from ST = 1. */
  segment(view: SegmentView, segment: number): void {
    const { tag } = view
    const at = { byte: view.byte, segment, tag }
    if (tag === 'AK1') this.#group = { ...groupOf(view), at }
    else if (tag === 'AK2') this.#open(view, at)
    else if (tag === 'AK3' || tag === 'IK3') this.#segmentNote(view)
    else if (tag === 'AK4' || tag === 'IK4') this.#elementNote(view)
    else if (tag === 'AK5' || tag === 'IK5') this.#close(view)
    else if (tag === 'AK9') this.#trailer = trailerOf(view)
  }

  /** Undefined where no AK1 says which group is meant. */
  acknowledgement(): ReadAcknowledgement | undefined {
    this.#tellPending()
    if (this.#group === undefined) return undefined
    const trailer = this.#trailer ?? { outcome: undefined, codes: [], rejected: undefined }
    return { kind: this.#kind, ...this.#group, ...trailer, sets: this.#sets }
  }

  #open(view: SegmentView, at: At): void {
    this.#tellPending()
    const [type, control] = [view.text(1), view.text(2).trim()]
    this.#sets.push({ type, control, outcome: undefined, codes: [], notes: [], at })
  }

  #segmentNote(view: SegmentView): void {
    this.#tellPending()
    this.#pending = {
      tag: view.text(1), segment: Number(view.text(2)), loop: view.text(3),
      ...(view.text(4) === '' ? {} : { segmentCode: view.text(4) }),
    }
  }

  #elementNote(view: SegmentView): void {
    const above = this.#pending ?? this.#sets.at(-1)?.notes.at(-1)
    if (above === undefined) return
    this.#pending = undefined
    const { tag, segment, loop } = above
    const position = [1, 2, 3].map((part) => numberOf(view.text(1, part)))
    const [element, component, repetition] = position
    this.#tell({
      tag, segment, loop, elementCode: view.text(3),
      ...(element === undefined ? {} : { element }),
      ...(component === undefined ? {} : { component }),
      ...(repetition === undefined ? {} : { repetition }),
      ...(view.text(4) === '' ? {} : { copy: view.text(4) }),
    })
  }

  #close(view: SegmentView): void {
    this.#tellPending()
    const open = this.#sets.at(-1)
    if (open === undefined) return
    const outcome = verdicts[view.text(1)]
    open.outcome = outcome === 'partial' ? undefined : outcome
    open.codes = codesFrom(view, 2)
  }

  #tellPending(): void {
    if (this.#pending !== undefined) this.#tell(this.#pending)
    this.#pending = undefined
  }

  #tell(note: ReadNote): void {
    const notes = this.#sets.at(-1)?.notes
    if (notes !== undefined && notes.length < this.#notesMax) notes.push(note)
  }
}

/** AK501, IK501 and AK901 (data elements 715 and 717). M, W and X reject by assurance. */
const verdicts: Readonly<Record<string, Verdict>> = {
  A: 'accepted', E: 'accepted_with_errors', P: 'partial',
  R: 'rejected', M: 'rejected', W: 'rejected', X: 'rejected',
}

function groupOf(ak1: SegmentView): Pick<ReadAcknowledgement, 'functionalId' | 'groupControl'> {
  return { functionalId: ak1.text(1), groupControl: plainNumber(ak1.text(2)) }
}

function trailerOf(
  ak9: SegmentView,
): Pick<ReadAcknowledgement, 'outcome' | 'codes' | 'rejected'> {
  const [received, accepted] = [numberOf(ak9.text(3)), numberOf(ak9.text(4))]
  const rejected = received === undefined || accepted === undefined
    ? undefined
    : received - accepted
  return { outcome: verdicts[ak9.text(1)], codes: codesFrom(ak9, 5), rejected }
}

function codesFrom(view: SegmentView, first: number): string[] {
  const codes = Array.from({ length: codesMax }, (_, index) => view.text(first + index))
  return codes.filter((code) => code !== '')
}

/** AK5 and AK9 hold five codes each. */
const codesMax = 5

function numberOf(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined
}
