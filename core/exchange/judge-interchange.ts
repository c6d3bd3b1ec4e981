import { createHash } from 'node:crypto'

import { controlNumberReused } from '#core/codecs/x12/acknowledge-ta1.ts'
import type { GroupReport, InterchangeReport, SetReport, X12Fault } from '#core/codecs/x12/types.ts'
import { faultView } from '#core/errors/fault.ts'
import type { FaultView } from '#core/errors/fault.ts'
import { agreementFor, pairOf } from './agreement.ts'
import { groupAnswer, rejectionOf, ta1Answer } from './answer.ts'
import { decideDuplicate } from './duplicates.ts'
import type { DuplicateDecision, SeenInterchange } from './duplicates.ts'
import { elementByte, placeOfIsa } from './element-byte.ts'
import { isAcknowledgement } from './heard.ts'
import { hearTa1s } from './heard-interchange.ts'
import { seenKey } from './known.ts'
import type { Known } from './known.ts'
import { nothingHeard } from './outcome.ts'
import type {
  Acknowledgement, JudgedGroup, JudgedInterchange, JudgedSet, Park,
} from './outcome.ts'
import { pairKey } from './relationship.ts'
import type { Relationship } from './relationship.ts'
import { routeInterchange } from './route.ts'
import type { Route } from './route.ts'
import { applyAgreements, rejectWhole, verdictOfGroups } from './verdict.ts'
import type { ByteOf } from './verdict.ts'

/** What becomes of the accepted sets of an interchange. */
type Fate = 'due' | 'rejected' | 'parked' | 'duplicate'

/** The fields every judged interchange has, whatever is said of it. */
type Facts = Omit<
  JudgedInterchange,
  | 'verdict' | 'faults' | 'groups' | 'acknowledgement' | 'heard' | 'park' | 'retransmissionOf'
  | 'remember'
>

/** What stops an interchange, and what a TA1 says of it. */
interface Stop {
  readonly fault: FaultView
  readonly note: string
}

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
      const stop = { fault, note: controlNumberReused }
      const rejects = relationship.settings.duplicateControl === 'reject'
      return rejects
        ? this.#refused(report, facts, relationship, stop, false)
        : this.#parked(report, facts, { fault, owner: 'partner-manager' })
    }
    const again = duplicate.is === 'retransmission' ? duplicate.of : null
    const whole = rejectionOf(report)
    if (whole === undefined) return this.#judged(report, facts, relationship, again)
    if (again !== null) return this.#repeated(report, facts, again)
    const stop = { fault: rejectedWhole(report, whole.fault), note: whole.note }
    return this.#refused(report, facts, relationship, stop, true)
  }

  /** Routed and new, or the same again: its verdict stands. */
  #judged(
    report: InterchangeReport,
    facts: Facts,
    relationship: Relationship,
    again: SeenInterchange | null,
  ): JudgedInterchange {
    const byteOf: ByteOf = (segmentByte, element) =>
      elementByte(this.#input.bytes, segmentByte, element, report.delimiters)
    const groups = report.groups.map((group) => applyAgreements(group, relationship, byteOf))
    const fresh = again === null
    const accepted = report.ta1s.length > 0 ||
      groups.some(({ sets }) => sets.some(({ verdict }) => verdict !== 'rejected'))
    if (fresh) this.#meet(relationship, facts, accepted)
    const { acknowledge, duplicateWindowDays: windowDays } = relationship.settings
    return {
      ...facts,
      verdict: verdictOfGroups(groups, report.faults),
      faults: report.faults,
      groups: groups.map((group) => ({
        ...this.#group(group, relationship, fresh ? 'due' : 'duplicate'),
        acknowledgement: fresh && acknowledge ? groupAnswer(group, relationship) : null,
      })),
      acknowledgement: fresh ? ta1Answer(report, relationship) : null,
      heard: fresh ? hearTa1s(report.ta1s, relationship.id, this.#known) : nothingHeard,
      park: null,
      retransmissionOf: again,
      remember: fresh ? { accepted, windowDays } : null,
    }
  }

  /**
   * Rejected as a whole: a TA1 says so and nothing of it is applied. Where the relationship wants
   * no TA1, a person is told. `remembered`: its repetition gets the same TA1 again.
   */
  #refused(
    report: InterchangeReport,
    facts: Facts,
    relationship: Relationship,
    { fault, note }: Stop,
    remembered: boolean,
  ): JudgedInterchange {
    const answer = ta1Answer(report, relationship, note)
    const refused = this.#whole(report, facts, answer, fault)
    if (answer === null) return { ...refused, park: { fault, owner: 'partner-manager' } }
    if (!remembered) return refused
    this.#meet(relationship, facts, false)
    const windowDays = relationship.settings.duplicateWindowDays
    return { ...refused, remember: { accepted: false, windowDays } }
  }

  #repeated(
    report: InterchangeReport,
    facts: Facts,
    again: SeenInterchange,
  ): JudgedInterchange {
    const repeated = this.#whole(report, facts, null, null, 'duplicate')
    return { ...repeated, retransmissionOf: again }
  }

  #whole(
    report: InterchangeReport,
    facts: Facts,
    acknowledgement: Acknowledgement | null,
    fault: FaultView | null,
    fate: Fate = 'rejected',
  ): JudgedInterchange {
    const told = acknowledgement === null || fault === null ? [] : [fault]
    return {
      ...facts,
      verdict: 'rejected',
      faults: [...told, ...report.faults],
      groups: report.groups.map((group) => this.#group(rejectWhole(group), null, fate)),
      acknowledgement,
      heard: nothingHeard,
      park: null,
      retransmissionOf: null,
      remember: null,
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
      acknowledgement: null,
      heard: nothingHeard,
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
      sets: group.sets.map((set) =>
        this.#set(set, release, relationship, fate, functionalId === 'FA')),
      acknowledgement: null,
    }
  }

  #set(
    set: SetReport,
    release: string,
    relationship: Relationship | null,
    fate: Fate,
    isAnswer: boolean,
  ): JudgedSet {
    const { type, control, verdict, faults, byte, length } = set
    const agreement = relationship === null ? null : agreementFor(relationship, type, release)
    // No answer tells the sender of a bad acknowledgement: it goes on, and a person is told.
    const isFinal = verdict === 'rejected' && !(isAnswer && isAcknowledgement(type))
    return {
      position: this.#sets++,
      type,
      control,
      agreementId: agreement?.id ?? null,
      verdict,
      status: fate === 'due' && isFinal ? 'rejected' : fate,
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

function rejectedWhole({ control, byte }: InterchangeReport, { says }: X12Fault): FaultView {
  const at = { byte, segment: 1, tag: 'ISA' }
  return faultView('INTERCHANGE_REJECTED', { control, reason: says }, at)
}
