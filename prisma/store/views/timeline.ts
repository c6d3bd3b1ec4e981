import type { Row } from '../pool.ts'
import type { Store } from '../index.ts'
import { messageSeenBy } from './status.ts'
import type { Viewer } from './viewer.ts'

/** One thing that happened to a message, or to what came of it. */
export interface TimelineEvent {
  readonly id: string
  readonly kind: string
  /** The set, document or delivery it happened to; null for the message itself. */
  readonly subjectId: string | null
  readonly facts: unknown
  readonly at: Date
}

/**
 * What happened to a message, oldest first, at most `limit` events; null where there is no such
 * message for this viewer. A partner does not see what happened to deliveries that go to others.
 */
export async function listTimeline(
  store: Store,
  viewer: Viewer,
  messageId: string,
  limit: number,
): Promise<readonly TimelineEvent[] | null> {
  const { rowCount } = await store.pool.query(
    `SELECT FROM messages m WHERE m.id = $1 AND ${messageSeenBy('$2')}`,
    [messageId, viewer.partnerId],
  )
  if (rowCount !== 1) return null
  const { rows } = await store.pool.query<Row>(
    `SELECT id, kind, subject_id, facts, at FROM events
     WHERE message_id = $1 AND ($2::uuid IS NULL OR NOT EXISTS (
       SELECT FROM deliveries d WHERE d.id = subject_id AND d.partner_id IS DISTINCT FROM $2))
     ORDER BY id LIMIT $3`,
    [messageId, viewer.partnerId, limit],
  )
  return rows.map((row) => ({
    id: row['id'] as string,
    kind: row['kind'] as string,
    subjectId: row['subject_id'] as string | null,
    facts: row['facts'],
    at: row['at'] as Date,
  }))
}
