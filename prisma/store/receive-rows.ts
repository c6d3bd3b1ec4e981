import { createHash } from 'node:crypto'

import type {
  Acknowledgement,
  JudgedGroup,
  JudgedInterchange,
  JudgedSet,
  Judgement,
  NewDelivery,
  NewDocument,
  NewOutgoing,
  Park,
  SetEffect,
} from '#core/exchange/outcome.ts'
import type { Stream } from '#core/exchange/stream.ts'
import { newId } from './ids.ts'
import type { Row } from './pool.ts'

/** What was decided of one message, on its way into the store. */
export interface DecidedMessage {
  readonly messageId: string
  /** Absent where its verdict stands already and only due sets are applied. */
  readonly judgement: Judgement | null
  readonly effects: readonly SetEffect[]
}

/** A decided message with the ids its rows get. */
export interface MarkedMessage extends DecidedMessage {
  readonly marked: readonly { readonly judged: JudgedInterchange; readonly ids: InterchangeIds }[]
}

/** A set as the rows that follow from its effect need it. A record's is of no relationship. */
export interface SetContext {
  readonly setId: string
  readonly stream: Stream
  readonly relationshipId: string | null
  readonly partnerId: string | null
}

/** Whom a partner's set is from. */
export function partnerOf(set: SetContext): { relationshipId: string; partnerId: string } {
  const { relationshipId, partnerId } = set
  if (relationshipId === null || partnerId === null) throw new Error('a set of no relationship')
  return { relationshipId, partnerId }
}

/** Rows by table, gathered over a whole batch and then written with one statement a table. */
export class RowGatherer {
  readonly interchanges: Row[] = []
  readonly groups: Row[] = []
  readonly sets: Row[] = []
  readonly documents: Row[] = []
  readonly documentKeys: Row[] = []
  readonly outgoingSets: Row[] = []
  readonly outgoingWork: Row[] = []
  readonly acknowledgements: Row[] = []
  readonly messages: Row[] = []
  readonly deliveries: Row[] = []
  readonly deliveryWork: Row[] = []
  readonly parked: Row[] = []
  readonly events: Row[] = []
  /** What inbound messages turned out to be. */
  readonly judgedMessages: Row[] = []
  /** When all of it is committed. */
  readonly now: Date
  readonly #attemptsMax: number
  /** Partners of the endpoints that follow-ups go to. */
  readonly #endpointPartners: ReadonlyMap<string, string | null>

  constructor(
    now: Date,
    attemptsMax: number,
    endpointPartners: ReadonlyMap<string, string | null>,
  ) {
    this.now = now
    this.#attemptsMax = attemptsMax
    this.#endpointPartners = endpointPartners
  }

  /**
   * An interchange with its groups and sets, the answers it gets and what is parked of it as a
   * whole.
   */
  interchange(
    messageId: string,
    interchange: JudgedInterchange,
    ids: InterchangeIds,
    statusOf: (set: JudgedSet) => string,
  ): void {
    const { stream } = interchange
    this.interchanges.push({
      ...ids.common,
      id: ids.id,
      position: interchange.position,
      standard: interchange.standard,
      control: interchange.control,
      sender_qualifier: interchange.senderQualifier,
      sender_id: interchange.senderId,
      receiver_qualifier: interchange.receiverQualifier,
      receiver_id: interchange.receiverId,
      relationship_id: interchange.relationshipId,
      verdict: interchange.verdict,
      duplicate_of: interchange.retransmissionOf?.messageId ?? null,
      settled: interchange.park === null && !isOnlyUnheard(interchange),
      byte: interchange.byte,
      sha256: Buffer.from(interchange.sha256, 'hex'),
      faults: interchange.faults,
    })
    for (const group of interchange.groups) this.#group(group, ids, statusOf)
    this.#answers(messageId, interchange, ids)
    const whole = interchange.park === null ? [] : [interchange.park]
    for (const park of [...whole, ...interchange.heard.parks]) {
      this.park(messageId, 'message', park, {
        stream,
        interchange_id: ids.id,
        partner_id: interchange.partnerId,
      })
    }
  }

  park(
    messageId: string,
    kind: 'message' | 'set' | 'document' | 'bundle',
    park: Park,
    more: Row,
  ): void {
    const { code, says, remedy, at } = park.fault
    this.parked.push({
      id: newId(),
      kind,
      message_id: messageId,
      owner: park.owner,
      code,
      says,
      remedy,
      at: at ?? null,
      others: park.others ?? [],
      created_at: this.now,
      ...more,
    })
    this.event(messageId, 'parked', { code }, more)
  }

  /**
   * The canonical document a set became, its keys, and what follows from it. One of ours belongs to
   * the trade of its order and to the partner it goes to.
   */
  document(messageId: string, documentId: string, made: NewDocument, set: SetContext): void {
    const { stream, setId } = set
    const { about } = made
    const { tradeId, relationshipId, partnerId } =
      made.out ?? { tradeId: about?.tradeId ?? newId(), ...partnerOf(set) }
    this.documents.push({
      id: documentId,
      stream,
      direction: made.out === null ? 'in' : 'out',
      kind: made.kind,
      number: made.number,
      status: 'applied',
      trade_id: tradeId,
      message_id: messageId,
      set_id: setId,
      partner_id: partnerId,
      relationship_id: relationshipId,
      mapping: made.mapping,
      mapping_hash: made.mappingHash,
      body: made.body,
      created_at: this.now,
    })
    const spokenOf = about?.documentIds.map((value) => ({ kind: 'about', value })) ?? []
    for (const key of [...made.keys, ...spokenOf]) {
      this.documentKeys.push({ document_id: documentId, partner_id: partnerId, stream, ...key })
    }
    for (const delivery of made.follow) {
      this.#follow(messageId, documentId, delivery, stream, `trade:${tradeId}`)
    }
    for (const { documentId: of, park } of about?.notices ?? []) {
      const document_id = of ?? documentId
      const more = { stream, document_id, partner_id: partnerId, subject_id: document_id }
      this.park(messageId, 'document', park, more)
    }
    if (made.outgoing !== null) this.outgoing(messageId, documentId, made.outgoing, stream)
  }

  /** The set that is sent of a document, in a bundle of its own. */
  outgoing(messageId: string, documentId: string, made: NewOutgoing, stream: Stream): void {
    const { relationshipId: relationship_id } = made.place
    const bundleId = newId()
    this.outgoingSets.push({
      id: newId(),
      bundle_id: bundleId,
      position: 0,
      stream,
      relationship_id,
      source_message_id: messageId,
      document_id: documentId,
      type: made.body.type,
      functional_id: made.body.functionalId,
      release: made.body.release,
      body: made.body.segments,
      mapping: made.mapping,
      mapping_hash: made.mappingHash,
      created_at: this.now,
    })
    this.outgoingWork.push({ bundle_id: bundleId, relationship_id })
  }

  /** A delivery of an outbound message that stands already or is written with it. */
  delivery(row: Row & { readonly lane: string | null; readonly endpoint_id: string }): string {
    const id = newId()
    this.deliveries.push({ id, status: 'due', created_at: this.now, ...row })
    this.deliveryWork.push({
      delivery_id: id,
      lane: row.lane,
      endpoint_id: row.endpoint_id,
      status: 'due',
      attempts_max: this.#attemptsMax,
    })
    return id
  }

  /** An outbound message, whole in its row. Answers its id. */
  outbound(body: Buffer, more: Row): string {
    const id = newId()
    this.messages.push({
      id,
      direction: 'out',
      status: 'due',
      size_bytes: body.length,
      sha256: createHash('sha256').update(body).digest(),
      encoding: 'identity',
      body,
      parts: 0,
      received_at: this.now,
      ...more,
    })
    return id
  }

  event(messageId: string, kind: string, facts: Row, more: Row): void {
    const row = { id: newId(), message_id: messageId, kind, facts, at: this.now }
    this.events.push({ ...row, stream: more['stream'], subject_id: more['subject_id'] ?? null })
  }

  #group(group: JudgedGroup, ids: InterchangeIds, statusOf: (set: JudgedSet) => string): void {
    const groupId = ids.ofGroup(group.position)
    this.groups.push({
      ...ids.common,
      id: groupId,
      interchange_id: ids.id,
      position: group.position,
      functional_id: group.functionalId,
      control: group.control,
      release: group.release,
      verdict: group.verdict,
      byte: group.byte,
      faults: group.faults,
    })
    for (const set of group.sets) {
      this.sets.push({
        ...ids.common,
        id: ids.ofSet(set.position),
        group_id: groupId,
        position: set.position,
        type: set.type,
        control: set.control,
        agreement_id: set.agreementId,
        verdict: set.verdict,
        status: statusOf(set),
        byte: set.byte,
        length: set.length,
        faults: set.faults,
      })
    }
  }

  /**
   * All answers to the groups of an interchange leave in one envelope: they make one bundle. A TA1
   * goes before it in an envelope of its own.
   */
  #answers(messageId: string, interchange: JudgedInterchange, ids: InterchangeIds): void {
    const { acknowledgement, groups } = interchange
    if (acknowledgement !== null) {
      const of = { of_interchange_id: ids.id }
      this.#bundle(messageId, interchange, [{ of, answer: acknowledgement }])
    }
    const answers = groups.flatMap((group) => group.acknowledgement === null ? [] : [{
      of: { of_group_id: ids.ofGroup(group.position), of_interchange_id: ids.id },
      answer: group.acknowledgement,
    }])
    if (answers.length > 0) this.#bundle(messageId, interchange, answers)
  }

  #bundle(
    messageId: string,
    { relationshipId: relationship_id, stream }: JudgedInterchange,
    answers: readonly { readonly of: Row; readonly answer: Acknowledgement }[],
  ): void {
    const bundleId = newId()
    for (const [position, { of, answer }] of answers.entries()) {
      const outgoingSetId = newId()
      this.outgoingSets.push({
        id: outgoingSetId,
        bundle_id: bundleId,
        position,
        stream,
        relationship_id,
        source_message_id: messageId,
        type: answer.body.type,
        functional_id: answer.body.functionalId,
        release: answer.body.release,
        body: answer.body.segments,
        created_at: this.now,
      })
      this.acknowledgements.push({
        id: newId(),
        stream,
        kind: answer.kind,
        direction: 'out',
        outcome: answer.outcome,
        of_message_id: messageId,
        ...of,
        outgoing_set_id: outgoingSetId,
        created_at: this.now,
      })
    }
    this.outgoingWork.push({ bundle_id: bundleId, relationship_id })
  }

  #follow(
    sourceId: string,
    documentId: string,
    delivery: NewDelivery,
    stream: Stream,
    lane: string,
  ): void {
    const partnerId = this.#endpointPartners.get(delivery.endpointId) ?? null
    const messageId = this.outbound(Buffer.from(delivery.body), {
      stream,
      content_type: delivery.contentType,
      partner_id: partnerId,
    })
    this.delivery({
      stream,
      endpoint_id: delivery.endpointId,
      operation: delivery.operation,
      // The document's id is ours alone: the other side can be asked for it whatever happened to an
      // attempt.
      reference: documentId,
      lane,
      message_id: messageId,
      source_message_id: sourceId,
      document_id: documentId,
      partner_id: partnerId,
    })
  }
}

/** Ids of one interchange and of all that is in it, given before anything is written. */
export class InterchangeIds {
  readonly id = newId()
  readonly common: Row
  readonly #groups = new Map<number, string>()
  readonly #sets = new Map<number, string>()

  constructor(messageId: string, stream: Stream | null) {
    this.common = { message_id: messageId, stream }
  }

  ofGroup(position: number): string {
    return once(this.#groups, position)
  }

  ofSet(position: number): string {
    return once(this.#sets, position)
  }
}

function once(ids: Map<number, string>, position: number): string {
  const id = ids.get(position) ?? newId()
  ids.set(position, id)
  return id
}

/**
 * Nothing but TA1s, some of what we never sent: it is judged anew when it is resumed, for hearing
 * the others twice is hearing them once.
 */
function isOnlyUnheard({ groups, heard }: JudgedInterchange): boolean {
  return groups.length === 0 && heard.parks.length > 0
}
