import type { FaultView } from '#core/errors/fault.ts'
import type { Verdict } from '#core/codecs/x12/types.ts'
import type { WireSegment } from '#core/codecs/x12/writer.ts'
import type { Stream } from './stream.ts'

/**
 * What one run over a message decided. Plain data: it is made in a thread and written by the store,
 * which adds nothing to it but ids. Everything here may be decided again with the same result as
 * long as it is not committed.
 */
export interface Judgement {
  readonly standard: 'x12' | 'json' | null
  readonly interchanges: readonly JudgedInterchange[]
  /** Faults outside any interchange. */
  readonly faults: readonly FaultView[]
  /** The message as a whole needs a person: it is no EDI we know. */
  readonly park: Park | null
}

export interface JudgedInterchange {
  /** `json`: a record, in an envelope that only names its source. */
  readonly standard: 'x12' | 'json'
  readonly position: number
  readonly control: string
  readonly senderQualifier: string
  readonly senderId: string
  readonly receiverQualifier: string
  readonly receiverId: string
  readonly stream: Stream | null
  readonly relationshipId: string | null
  readonly partnerId: string | null
  readonly verdict: Verdict
  readonly faults: readonly FaultView[]
  readonly byte: number
  /** Hex, over ISA to IEA. */
  readonly sha256: string
  readonly groups: readonly JudgedGroup[]
  /** The TA1 it gets; null where it gets none. */
  readonly acknowledgement: Acknowledgement | null
  /** What its TA1s say of interchanges of ours. */
  readonly heard: Heard
  /** Set where the whole interchange needs a person; nothing of it is applied or answered. */
  readonly park: Park | null
  /** Set where the same interchange came before: its answer goes out again, nothing is applied. */
  readonly retransmissionOf: Retransmission | null
  /** Its control number as the seen-set shall hold it; null where it is not to be remembered. */
  readonly remember: { readonly accepted: boolean; readonly windowDays: number } | null
}

export interface Retransmission {
  readonly messageId: string
  /** Null where it stands earlier in the same message: one answer serves both. */
  readonly interchangeId: string | null
}

export interface JudgedGroup {
  /** Counts over the whole message, from 0. */
  readonly position: number
  readonly functionalId: string
  readonly control: string
  readonly release: string
  readonly verdict: Verdict
  readonly faults: readonly FaultView[]
  readonly byte: number
  readonly sets: readonly JudgedSet[]
  readonly acknowledgement: Acknowledgement | null
}

export interface Acknowledgement {
  readonly kind: AcknowledgementKind
  readonly outcome: Verdict
  readonly body: OutgoingBody
}

export type AcknowledgementKind = '997' | '999' | 'TA1'

/** What one message of theirs says of sets that we sent, and what of it needs a person. */
export interface Heard {
  readonly answers: readonly HeardAnswer[]
  readonly parks: readonly Park[]
}

/** Their word on one set of ours. */
export interface HeardAnswer {
  readonly outgoingSetId: string
  readonly kind: AcknowledgementKind
  readonly outcome: HeardOutcome
  /** Why, in words; null where nothing is wrong. */
  readonly says: string | null
  /** Opened for the document where this is taken as a rejection. */
  readonly rejected: Park | null
  /** How their set is parked where it contradicts what they said before. */
  readonly contradicts: Park
}

/** `received`: its envelope was taken; what is in it is not judged yet. */
export type HeardOutcome = 'received' | Exclude<Verdict, 'partial'>

export const nothingHeard: Heard = { answers: [], parks: [] }

/** A set on its way out, without the numbers it gets when it is enveloped. */
export interface OutgoingBody {
  /** ST01; `TA1` for a segment that stands by itself, outside any group. */
  readonly type: string
  readonly functionalId: string
  readonly release: string
  /** Segments between ST and SE. */
  readonly segments: readonly WireSegment[]
}

export interface JudgedSet {
  /** Counts over the whole message, from 0. */
  readonly position: number
  readonly type: string
  readonly control: string
  readonly agreementId: string | null
  readonly verdict: Verdict
  readonly status: 'due' | 'rejected' | 'parked' | 'duplicate'
  readonly faults: readonly FaultView[]
  readonly byte: number
  readonly length: number
}

/** What one accepted set leads to. */
export type SetEffect =
  | { readonly position: number; readonly do: 'apply'; readonly document: NewDocument }
  | {
      readonly position: number
      readonly do: 'park'
      readonly park: Park
      /** A business key: where it was burnt before, the set is called a duplicate instead. */
      readonly duplicateOf: string | null
    }
  | {
      readonly position: number
      readonly do: 'make_anew'
      /** A document that stands already, and the set that is sent of it now. */
      readonly documentId: string
      readonly outgoing: NewOutgoing
    }
  | {
      readonly position: number
      readonly do: 'acknowledge'
      readonly heard: Heard
      /** A person resumed it: it counts whatever was said before. */
      readonly insisted: boolean
    }

export interface NewDocument {
  /** Null where it came from the partner: it opens a trade of its own. */
  readonly out: OutboundPlace | null
  /** Null unless it speaks of other documents. */
  readonly about: About | null
  readonly kind: string
  readonly number: string
  readonly body: unknown
  readonly mapping: string
  readonly mappingHash: string
  /** Keys by which the document is found. */
  readonly keys: readonly { readonly kind: string; readonly value: string }[]
  /** Natural key inside the relationship, unique inside the window. */
  readonly businessKey: string
  readonly reuseWindowDays: number
  /** How the set is parked when that key was burnt before. */
  readonly whenSeen: Park
  readonly follow: readonly NewDelivery[]
  /** What is sent of it to the partner; null where that is not agreed. */
  readonly outgoing: NewOutgoing | null
}

/** What a document speaks of. */
export interface About {
  /** Of the first document; null where none was found, and it opens a trade of its own. */
  readonly tradeId: string | null
  readonly documentIds: readonly string[]
  readonly notices: readonly Notice[]
}

/** What a person is to see of a document: of the one that says it where `documentId` is null. */
export interface Notice {
  readonly documentId: string | null
  readonly park: Park
}

/** Where a document of ours belongs. */
export interface OutboundPlace {
  readonly tradeId: string
  readonly relationshipId: string
  readonly partnerId: string
}

/** A set to be enveloped, and how it was made. */
export interface NewOutgoing {
  readonly place: OutboundPlace
  readonly mapping: string
  readonly mappingHash: string
  readonly body: OutgoingBody
}

export interface NewDelivery {
  readonly endpointId: string
  readonly operation: string
  readonly contentType: string
  readonly body: string
}

/** A person must act: the fault, what else was found with it, and who owns it. */
export interface Park {
  readonly fault: FaultView
  readonly others?: readonly FaultView[]
  readonly owner: 'operator' | 'partner-manager' | 'mapping-analyst'
}

export interface CrossReferenceKey {
  readonly partnerId: string
  readonly stream: Stream
  readonly table: string
  readonly key: string
  /** YYYY-MM-DD: the day its message was received, in UTC. */
  readonly day: string
}

export function crossReferenceKey(key: CrossReferenceKey): string {
  return JSON.stringify([key.partnerId, key.stream, key.table, key.key, key.day])
}
