import { createHash } from 'node:crypto'

import { faultView } from '#core/errors/fault.ts'
import type { RecordUse } from './endpoint.ts'
import { nothingHeard } from './outcome.ts'
import type { Judgement } from './outcome.ts'
import type { Stream } from './stream.ts'

/**
 * Where a message of ours came from: an endpoint's feed told it, or it is a document that is made
 * anew. It holds one record, as JSON.
 */
export interface RecordSource {
  readonly stream: Stream
  /** Null where it is a document. */
  readonly endpoint: RecordEndpoint | null
  /** Null where it is a record. */
  readonly documentId: string | null
  readonly key: string
  /** `sale`, `shipment`; of a document, its kind. */
  readonly kind: string
  /** The order it belongs to: the id of its document. */
  readonly reference: string
}

export interface RecordEndpoint {
  readonly id: string
  readonly name: string
  readonly connector: string
  readonly partnerId: string | null
  /** What records of this kind become; null where nobody said so. */
  readonly use: RecordUse | null
}

/** One record, where it stands in its message. */
export const recordPosition = 0

/**
 * Pass 1 for a record: a message with one set, in an envelope that only names its source. What is
 * no JSON is parked.
 */
export function judgeRecord(bytes: Uint8Array, source: RecordSource): Judgement {
  const { stream, endpoint, kind, key } = source
  if (parseRecord(bytes) === undefined) {
    const at = { byte: 0, segment: 1, tag: kind }
    const fault = faultView('RECORD_UNREADABLE', { kind, key }, at)
    return { standard: 'json', interchanges: [], faults: [], park: { fault, owner: 'operator' } }
  }
  const set = {
    position: recordPosition, type: kind, control: key, agreementId: null, verdict: 'accepted',
    status: 'due', faults: [], byte: 0, length: bytes.length,
  } as const
  const group = {
    position: 0, functionalId: '', control: key, release: '', verdict: 'accepted', faults: [],
    byte: 0, sets: [set], acknowledgement: null,
  } as const
  const interchange = {
    standard: 'json', position: 0, control: key, senderQualifier: endpoint?.connector ?? '',
    senderId: endpoint?.name ?? '', receiverQualifier: '', receiverId: '', stream,
    relationshipId: null, partnerId: endpoint?.partnerId ?? null, verdict: 'accepted', faults: [],
    byte: 0, sha256: createHash('sha256').update(bytes).digest('hex'), groups: [group], park: null,
    acknowledgement: null, heard: nothingHeard, retransmissionOf: null, remember: null,
  } as const
  return { standard: 'json', interchanges: [interchange], faults: [], park: null }
}

/** The record; undefined where the bytes are no JSON. */
export function parseRecord(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown
  } catch {
    return undefined
  }
}
