import type { PoolClient } from 'pg'

import type { Row } from './pool.ts'
import { newId } from './ids.ts'
import type { RowGatherer } from './receive-rows.ts'

/** An interchange that came before, beside the message it came in again. */
export interface Repeated {
  readonly messageId: string
  readonly relationshipId: string
  /** The interchange as it came first. */
  readonly interchangeId: string
}

/** An answer that went out, or will, to an interchange. */
export interface EarlierAnswer {
  readonly interchangeId: string
  readonly kind: string
  readonly outcome: string
  readonly stream: string
  readonly outgoingSetId: string
  /** Null until it is enveloped. */
  readonly messageId: string | null
  readonly endpointId: string
  readonly partnerId: string
}

/** The answers that were given to these interchanges when they came first. */
export async function earlierAnswers(
  client: PoolClient,
  repeated: readonly Repeated[],
): Promise<readonly EarlierAnswer[]> {
  if (repeated.length === 0) return []
  const { rows } = await client.query<Row>(
    `SELECT i.id AS interchange_id, a.kind, a.outcome, a.stream, a.outgoing_set_id, a.message_id,
       r.endpoint_id, r.partner_id
     FROM interchanges i
     JOIN acknowledgements a ON a.of_message_id = i.message_id
       AND a.of_interchange_id = i.id AND a.direction = 'out'
     LEFT JOIN groups g ON g.id = a.of_group_id
     JOIN relationships r ON r.id = i.relationship_id
     WHERE i.id = ANY($1::uuid[])
     ORDER BY g.position NULLS FIRST`,
    [repeated.map(({ interchangeId }) => interchangeId)],
  )
  return rows.map((row) => ({
    interchangeId: row['interchange_id'] as string,
    kind: row['kind'] as string,
    outcome: row['outcome'] as string,
    stream: row['stream'] as string,
    outgoingSetId: row['outgoing_set_id'] as string,
    messageId: row['message_id'] as string | null,
    endpointId: row['endpoint_id'] as string,
    partnerId: row['partner_id'] as string,
  }))
}

/**
 * The same acknowledgement again (DESIGN §5): the same bytes under the same numbers are delivered
 * once more, because the sender asks by repeating itself.
 */
export function answerAgain(
  repeated: Repeated,
  answers: readonly EarlierAnswer[],
  gather: RowGatherer,
  now: Date,
): void {
  const theirs = answers.filter(({ interchangeId }) => interchangeId === repeated.interchangeId)
  for (const answer of theirs) {
    gather.acknowledgements.push({
      id: newId(),
      stream: answer.stream,
      kind: answer.kind,
      direction: 'out',
      outcome: answer.outcome,
      of_message_id: repeated.messageId,
      outgoing_set_id: answer.outgoingSetId,
      message_id: answer.messageId,
      created_at: now,
    })
  }
  const envelopes = new Map(theirs.map((answer) => [answer.messageId, answer]))
  for (const [messageId, answer] of envelopes) {
    gather.delivery({
      stream: answer.stream,
      endpoint_id: answer.endpointId,
      operation: 'send',
      reference: messageId,
      lane: `relationship:${repeated.relationshipId}`,
      message_id: messageId,
      source_message_id: repeated.messageId,
      partner_id: answer.partnerId,
    })
  }
}
