import type { PoolClient } from 'pg'

import { messageStatus } from '#core/exchange/status.ts'
import type { SetStatus } from '#core/exchange/status.ts'
import type { Row } from './pool.ts'

/**
 * Sets the status of inbound messages from what stands of their sets and of what is parked above
 * them, within the transaction that changed either.
 */
export async function refreshMessageStatus(
  client: PoolClient,
  messageIds: readonly string[],
): Promise<void> {
  if (messageIds.length === 0) return
  const { rows } = await client.query<Row>({
    name: 'message-standing',
    text: `
      SELECT m.id,
        (SELECT array_agg(DISTINCT s.status) FROM sets s WHERE s.message_id = m.id) AS sets,
        (SELECT count(*)::integer FROM parked p
          WHERE p.message_id = m.id AND p.kind = 'message' AND p.status = 'open') AS parked_whole,
        EXISTS (SELECT FROM parked p
          WHERE p.message_id = m.id AND p.kind = 'message' AND p.status = 'discarded') AS discarded,
        (SELECT array_agg(CASE WHEN i.duplicate_of IS NULL THEN 'rejected' ELSE 'duplicate' END)
          FROM interchanges i
          WHERE i.message_id = m.id AND i.settled AND i.verdict = 'rejected' AND NOT EXISTS (
            SELECT FROM groups g JOIN sets s ON s.message_id = g.message_id AND s.group_id = g.id
            WHERE g.message_id = m.id AND g.interchange_id = i.id)) AS broken_off
      FROM unnest($1::uuid[]) AS m (id)`,
    values: [messageIds],
  })
  const statuses = rows.map((row) => statusOf(row))
  await client.query({
    name: 'set-message-status',
    text: `
      UPDATE messages m SET status = n.status,
        finished_at =
          CASE WHEN n.status IN ('working', 'waiting', 'parked') THEN NULL ELSE now() END
      FROM unnest($1::uuid[], $2::text[]) AS n (id, status) WHERE m.id = n.id`,
    values: [rows.map((row) => row['id']), statuses],
  })
}

function statusOf(row: Row): string {
  // An interchange that was rejected may have been broken off before its first set.
  const sets = [row['sets'], row['broken_off']].flatMap((found) => (found ?? []) as SetStatus[])
  const parkedWhole = row['parked_whole'] as number
  if (sets.length + parkedWhole === 0 && row['discarded'] === true) return 'rejected'
  return messageStatus(sets, parkedWhole)
}
