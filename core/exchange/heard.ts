import { noteInWords } from '#core/codecs/x12/acknowledge-words.ts'
import type {
  ReadAcknowledgement, ReadNote, ReadSetResponse,
} from '#core/codecs/x12/acknowledge-read.ts'
import { shown } from '#core/codecs/x12/reader-faults.ts'
import type { Verdict } from '#core/codecs/x12/types.ts'
import { faultView } from '#core/errors/fault.ts'
import type { At, FaultView } from '#core/errors/fault.ts'
import type { SentSet } from './known.ts'
import type { AcknowledgementKind, Heard, HeardAnswer, HeardOutcome, Park } from './outcome.ts'

const kinds: ReadonlySet<string> = new Set(['997', '999'])

/** Whether a set says what became of sets we sent: no agreement is needed for it. */
export function isAcknowledgement(type: string): type is ReadAcknowledgement['kind'] {
  return kinds.has(type)
}

/** What is to be done with a word on a set of ours, seeing what was said of it before. */
export type Weight = 'take' | 'same' | 'contradicts'

/**
 * A rejection always counts, also after an acceptance: nobody may believe in a document its
 * receiver refused. An acceptance after a rejection does not undo the work that was opened for it:
 * it is a person's to believe (docs/decisions/0019).
 */
export function weigh(before: Verdict | null, now: HeardOutcome): Weight {
  if (before === now) return 'same'
  if (now === 'received') return before === null ? 'take' : 'same'
  return before === 'rejected' ? 'contradicts' : 'take'
}

/** Where an element or a segment of a set of ours stands in its message, where that was found. */
export type PlaceOf = (set: SentSet, note: ReadNote) => At | undefined

/**
 * What a 997 or 999 says of the sets of a group of ours (X12.20). A rejected group takes its sets
 * with it. Sets that are not named share the group's verdict, where that leaves no doubt.
 */
export function hearGroup(
  read: ReadAcknowledgement,
  sent: readonly SentSet[],
  placeOf: PlaceOf,
): Heard {
  return new GroupHearing(read, sent, placeOf).hear()
}

class GroupHearing {
  readonly #read: ReadAcknowledgement
  readonly #sent: readonly SentSet[]
  readonly #placeOf: PlaceOf
  readonly #answers: HeardAnswer[] = []
  readonly #parks: Park[] = []

  constructor(read: ReadAcknowledgement, sent: readonly SentSet[], placeOf: PlaceOf) {
    this.#read = read
    this.#sent = sent
    this.#placeOf = placeOf
  }

  hear(): Heard {
    const { sets, outcome } = this.#read
    const named = new Set<SentSet>()
    for (const response of sets) {
      const set = this.#match(response)
      if (set === undefined) continue
      named.add(set)
      this.#tell(set, outcome === 'rejected' ? 'rejected' : response.outcome, response)
    }
    const others = this.#sent.filter((set) => !named.has(set))
    const rest = others.length === 0 ? undefined : this.#ofTheRest(sets.length === 0)
    for (const set of others) this.#tell(set, rest)
    return { answers: this.#answers, parks: this.#parks }
  }

  #match(response: ReadSetResponse): SentSet | undefined {
    const { type, control, at } = response
    const found = this.#sent.find((set) => set.control === control)
    if (found?.type === type) return found
    const { kind, groupControl } = this.#read
    const asSent = found === undefined ? '' : `, which was a ${found.type}`
    const what = `set ${shown(type, 3)} ${shown(control, 9)} of group ${groupControl}${asSent}`
    this.#parks.push(unmatched(kind, what, at))
    return undefined
  }

  /** What the group's verdict says of sets that no AK2 names. */
  #ofTheRest(noneNamed: boolean): HeardOutcome | undefined {
    const { outcome, rejected, sets } = this.#read
    if (outcome === 'accepted' || outcome === 'rejected') return outcome
    if (outcome === 'accepted_with_errors') return noneNamed ? outcome : 'accepted'
    const namedRejected = sets.filter((set) => set.outcome === 'rejected').length
    return outcome === 'partial' && rejected === namedRejected ? 'accepted' : undefined
  }

  #tell(set: SentSet, outcome: HeardOutcome | undefined, response?: ReadSetResponse): void {
    const { kind, groupControl } = this.#read
    const at = response?.at ?? this.#read.at
    const what = `set ${set.type} ${set.control} of group ${groupControl}`
    if (outcome === undefined) {
      const fault = faultView('ACKNOWLEDGEMENT_INCOMPLETE', { kind, what }, at)
      this.#parks.push({ fault, owner: 'partner-manager' })
      return
    }
    if (set.document === null) return
    const contradicts = faultView('ACKNOWLEDGEMENT_CONTRADICTS', { kind, what }, at)
    const reason = outcome === 'accepted' ? null : this.#reason(response)
    this.#answers.push({
      outgoingSetId: set.outgoingSetId,
      kind,
      outcome,
      says: reason,
      rejected: outcome === 'rejected'
        ? this.#rejected(set, set.document, response, reason ?? '')
        : null,
      contradicts: { fault: contradicts, owner: 'partner-manager' },
    })
  }

  #rejected(
    set: SentSet,
    document: NonNullable<SentSet['document']>,
    response: ReadSetResponse | undefined,
    reason: string,
  ): Park {
    const notes = response?.notes ?? []
    const places = notes.map((note) => this.#placeOf(set, note))
    const others = notes.map((note, index) => noted(note, places[index]))
    return { ...outboundRejected(document, set, reason, places), others }
  }

  /** The group's codes where it is their word that counts, then the set's. */
  #reason(response: ReadSetResponse | undefined): string {
    const { outcome, codes } = this.#read
    const group = outcome === 'rejected' || response === undefined ? codes : []
    const reasons = [
      ...group.map((code) => noteInWords('group', shown(code, 3))),
      ...(response?.codes ?? []).map((code) => noteInWords('set', shown(code, 3))),
    ]
    return reasons.join(', ') || 'no reason is given'
  }
}

/** A document of ours that its receiver rejected; it stands where the first note points. */
export function outboundRejected(
  { kind, number }: NonNullable<SentSet['document']>,
  { type, control }: SentSet,
  reason: string,
  places: readonly (At | undefined)[],
): Park {
  const at = places.find((place) => place !== undefined)
  const facts = { kind, number, type, control, reason }
  return { fault: faultView('OUTBOUND_REJECTED', facts, at), owner: 'partner-manager' }
}

/** An acknowledgement of what we never sent, as far as we know. */
export function unmatched(kind: AcknowledgementKind, what: string, at: At): Park {
  return {
    fault: faultView('ACKNOWLEDGEMENT_UNMATCHED', { kind, what }, at),
    owner: 'partner-manager',
  }
}

/** One note in words, at its place in our message where that was found. */
function noted(note: ReadNote, at: At | undefined): FaultView {
  const { tag, segment, element, component, segmentCode, elementCode, copy } = note
  const name = shown(tag, 3)
  const which = [
    element === undefined ? name : `${name}${String(element).padStart(2, '0')}`,
    ...(component === undefined ? [] : [`component ${component}`]),
    `in segment ${Number.isFinite(segment) ? segment : '?'}`,
  ].join(' ')
  const level = elementCode === undefined ? 'segment' : 'element'
  const code = noteInWords(level, shown(elementCode ?? segmentCode ?? 'no code', 7))
  const says = copy === undefined ? code : `${code}: "${shown(copy)}"`
  return faultView('OUTBOUND_REJECTED_AT', { which, says }, at)
}
