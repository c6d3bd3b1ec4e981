import { createHash } from 'node:crypto'

import { acknowledge997, isNameable } from '#core/codecs/x12/acknowledge.ts'
import type { GroupReport, InterchangeReport, SetReport, X12Fault } from '#core/codecs/x12/types.ts'
import { faultView } from '#core/errors/fault.ts'
import { agreementFor, pairOf } from './agreement.ts'
import { decideDuplicate } from './duplicates.ts'
import type { DuplicateDecision, SeenInterchange } from './duplicates.ts'
import { elementByte, placeOfIsa } from './element-byte.ts'
import { seenKey } from './known.ts'
import type { Known } from './known.ts'
import type { JudgedGroup, JudgedInterchange, JudgedSet, Park } from './outcome.ts'
import { delimiterBytes, pairKey } from './relationship.ts'
import type { Relationship } from './relationship.ts'
import { routeInterchange } from './route.ts'
import type { Route } from './route.ts'
import { applyAgreements, rejectWhole, verdictOfGroups } from './verdict.ts'
import type { ByteOf } from './verdict.ts'

/** What becomes of the accepted sets of an interchange. */
type Fate = 'due' | 'parked' | 'duplicate'

/** The fields every judged interchange has, whatever is said of it. */
type Facts = Omit<
  JudgedInterchange,
  'verdict' | 'faults' | 'groups' | 'park' | 'retransmissionOf' | 'remember'
>

/** The message whose interchanges are judged. */
export interface JudgedMessage {
  readonly messageId: string
  readonly bytes: Uint8Array
  readonly receivedAtMs: number
  /** The partner whose key posted it; null where the poster may speak for any sender. */
  readonly senderPartnerId: string | null
}

/** Judges the interchanges of one message, in order. */
export class InterchangeJudge {
  readonly #input: JudgedMessage
  readonly #known: Known
  /** Control numbers met earlier in this message. */
  readonly #met = new Map<string, SeenInterchange>()
  #groups = 0
  #sets = 0

  constructor(input: JudgedMessage, known: Known) {
    this.#input = input
    this.#known = known
  }

  /** Its relationships and control numbers must be known. */
  judge(report: InterchangeReport, position: number): JudgedInterchange {
    const { bytes, senderPartnerId } = this.#input
    const own = bytes.subarray(report.byte, report.byte + report.length)
    const sha256 = createHash('sha256').update(own).digest('hex')
    const candidates = this.#known.relationships.get(pairKey(pairOf(report))) ?? []
    const route = routeInterchange(bytes, report, candidates, senderPartnerId)
    const facts = factsOf(report, position, sha256, route)
    const { relationship } = route
    if (relationship === null) return this.#parked(report, facts, route.park)
    const duplicate = this.#duplicate(report, relationship, sha256)
    if (duplicate.is === 'conflict') {
      const { messageId } = duplicate.with
      const reused = { control: report.control, messageId }
      const fault = faultView('CONTROL_NUMBER_REUSED', reused, placeOfIsa(bytes, report, 13))
      return this.#parked(report, facts, { fault, owner: 'partner-manager' })
    }
    const again = duplicate.is === 'retransmission' ? duplicate.of : null
    return this.#judged(report, facts, relationship, again)
  }

  /** Routed and new, or the same again: its verdict stands. */
  #judged(
    report: InterchangeReport,
    facts: Facts,
    relationship: Relationship,
    again: SeenInterchange | null,
  ): JudgedInterchange {
    const whole = rejectionOf(report)
    const byteOf: ByteOf = (segmentByte, element) =>
      elementByte(this.#input.bytes, segmentByte, element, report.delimiters)
    const groups = report.groups.map((group) =>
      whole === undefined ? applyAgreements(group, relationship, byteOf) : rejectWhole(group),
    )
    const fresh = again === null && whole === undefined
    const accepted = groups.some(({ sets }) => sets.some(({ verdict }) => verdict !== 'rejected'))
    if (fresh) this.#meet(relationship, facts, accepted)
    const answered = fresh && relationship.settings.acknowledge
    const windowDays = relationship.settings.duplicateWindowDays
    return {
      ...facts,
      verdict: whole === undefined ? verdictOfGroups(groups, report.faults) : 'rejected',
      faults: report.faults,
      groups: groups.map((group) => ({
        ...this.#group(group, relationship, again === null ? 'due' : 'duplicate'),
        acknowledgement: answered ? answerTo(group, relationship) : null,
      })),
      park: again === null && whole !== undefined ? rejectedWhole(report, whole) : null,
      retransmissionOf: again,
      remember: fresh ? { accepted, windowDays } : null,
    }
  }

  /**
   * Parked as a whole: nothing of it is applied or answered. The verdict stays what the syntax
   * check says of it.
   */
  #parked(report: InterchangeReport, facts: Facts, park: Park): JudgedInterchange {
    return {
      ...facts,
      verdict: report.verdict,
      faults: report.faults,
      groups: report.groups.map((group) => this.#group(group, null, 'parked')),
      park,
      retransmissionOf: null,
      remember: null,
    }
  }

  #duplicate(
    report: InterchangeReport,
    relationship: Relationship,
    sha256: string,
  ): DuplicateDecision {
    const key = seenKey({ relationshipId: relationship.id, control: report.control })
    const stored = this.#known.seen.get(key) ?? null
    // What this message burnt itself in an earlier run that was not finished does not speak
    // against it.
    const before = stored?.messageId === this.#input.messageId ? null : stored
    return decideDuplicate(this.#met.get(key) ?? before, sha256, this.#input.receivedAtMs)
  }

  #meet(relationship: Relationship, { control, sha256 }: Facts, accepted: boolean): void {
    const { messageId } = this.#input
    const seen = { messageId, interchangeId: null, sha256, accepted, untilMs: Infinity }
    this.#met.set(seenKey({ relationshipId: relationship.id, control }), seen)
  }

  #group(group: GroupReport, relationship: Relationship | null, fate: Fate): JudgedGroup {
    const { functionalId, control, release, verdict, faults, byte } = group
    return {
      position: this.#groups++,
      functionalId,
      control,
      release,
      verdict,
      faults,
      byte,
      sets: group.sets.map((set) => this.#set(set, release, relationship, fate)),
      acknowledgement: null,
    }
  }

  #set(
    set: SetReport,
    release: string,
    relationship: Relationship | null,
    fate: Fate,
  ): JudgedSet {
    const { type, control, verdict, faults, byte, length } = set
    const agreement = relationship === null ? null : agreementFor(relationship, type, release)
    return {
      position: this.#sets++,
      type,
      control,
      agreementId: agreement?.id ?? null,
      verdict,
      status: fate === 'due' && verdict === 'rejected' ? 'rejected' : fate,
      faults,
      byte,
      length,
    }
  }
}

function factsOf(
  report: InterchangeReport,
  position: number,
  sha256: string,
  { relationship, stream }: Route,
): Facts {
  const { control, senderQualifier, senderId, receiverQualifier, receiverId, byte } = report
  return {
    standard: 'x12',
    position,
    control,
    senderQualifier,
    senderId,
    receiverQualifier,
    receiverId,
    stream,
    relationshipId: relationship?.id ?? null,
    partnerId: relationship?.partnerId ?? null,
    byte,
    sha256,
  }
}

function answerTo(group: GroupReport, { settings }: Relationship): JudgedGroup['acknowledgement'] {
  return acknowledge997(group, delimiterBytes(settings.delimiters)) ?? null
}

/**
 * What rejects the interchange as a whole: its own envelope, or a group that no 997 can name. Such
 * a group would be lost in silence, so a person is told.
 */
function rejectionOf({ faults, groups }: InterchangeReport): X12Fault | undefined {
  const own = faults.find(
    ({ level, severity }) => level === 'interchange' && severity === 'reject',
  )
  if (own !== undefined) return own
  return groups
    .filter((group) => !isNameable(group))
    .flatMap((group) => group.faults)
    .find(({ at }) => at.tag === 'GS' && (at.element === 1 || at.element === 6))
}

/** A TA1 would say so; until the hub writes one, a person is told (docs/decisions). */
function rejectedWhole({ control, byte }: InterchangeReport, { says }: X12Fault): Park {
  const at = { byte, segment: 1, tag: 'ISA' }
  const fault = faultView('INTERCHANGE_REJECTED', { control, reason: says }, at)
  return { fault, owner: 'partner-manager' }
}
