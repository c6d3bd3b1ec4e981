import type { Pool, PoolClient } from 'pg'

import { awaitSent } from './awaited.ts'
import { newId } from './ids.ts'
import { inTransaction } from './pool.ts'
import type { Row } from './pool.ts'
import type { Store } from './index.ts'

/**
 * Places what is due for built-in mailboxes: placing is a row of ours, so it is done and recorded
 * in one transaction and its fate is never unknown. One hub at a time keeps the lanes' order.
 * Answers how many were placed.
 */
export async function placeInMailboxes(store: Store, deliveriesMax: number): Promise<number> {
  // Most looks find nothing; they cost one statement and hold nobody up.
  if ((await findDue(store.pool, 1)).length === 0) return 0
  return inTransaction(store.pool, async (client) => {
    const { rows: held } = await client.query<Row>({
      name: 'hold-mailboxes',
      text: `SELECT pg_try_advisory_xact_lock(hashtextextended('mailboxes', 0)) AS held`,
    })
    if (held[0]?.['held'] !== true) return 0
    return place(client, await findDue(client, deliveriesMax))
  })
}

/**
 * Deliveries that may be placed, in their order. A lane is looked at from its head and no further
 * than `deliveriesMax`: asking of each delivery whether an earlier one stands in its way reads the
 * lane once for every delivery in it (5,000 due in one lane took seconds).
 */
async function findDue(
  client: Pool | PoolClient,
  deliveriesMax: number,
): Promise<readonly string[]> {
  const { rows } = await client.query<{ delivery_id: string }>({
    name: 'due-for-mailboxes',
    text: `
      WITH boxes AS (
        SELECT id FROM endpoints WHERE connector = 'mailbox'
      ), lanes AS (
        SELECT DISTINCT w.lane FROM boxes JOIN delivery_work w ON w.endpoint_id = boxes.id
        WHERE w.lane IS NOT NULL
      ), clear AS (
        SELECT head.delivery_id, head.position FROM lanes CROSS JOIN LATERAL (
          SELECT w.delivery_id, w.position, bool_and(
            w.status = 'due' AND w.next_at <= now() AND boxes.id IS NOT NULL
          ) OVER (ORDER BY w.position) AS reached
          FROM (
            SELECT * FROM delivery_work WHERE lane = lanes.lane ORDER BY position LIMIT $1
          ) AS w LEFT JOIN boxes ON boxes.id = w.endpoint_id
        ) AS head WHERE head.reached
        UNION ALL
        SELECT w.delivery_id, w.position
        FROM boxes JOIN delivery_work w ON w.endpoint_id = boxes.id
        WHERE w.lane IS NULL AND w.status = 'due' AND w.next_at <= now()
      )
      SELECT delivery_id FROM clear ORDER BY position LIMIT $1`,
    values: [deliveriesMax],
  })
  return rows.map((row) => row.delivery_id)
}

/** Items get their ids in the order of the deliveries, for a mailbox is listed by id. */
async function place(client: PoolClient, deliveryIds: readonly string[]): Promise<number> {
  const { rowCount } = await client.query({
    name: 'place-in-mailboxes',
    text: `
      WITH gone AS (
        DELETE FROM delivery_work w
        USING unnest($1::uuid[], $2::uuid[]) AS due (delivery_id, item_id)
        WHERE w.delivery_id = due.delivery_id AND w.status = 'due'
        RETURNING w.delivery_id, due.item_id
      ), sent AS (
        UPDATE deliveries d SET status = 'delivered', attempts = 1, finished_at = now()
        FROM gone WHERE d.id = gone.delivery_id
        RETURNING d.id, d.stream, d.endpoint_id, d.message_id, gone.item_id
      ), told AS (
        UPDATE messages m SET status = 'delivered', finished_at = now()
        FROM sent WHERE m.id = sent.message_id
      ), ${awaitSent}, attempted AS (
        INSERT INTO delivery_attempts
          (delivery_id, number, action, stream, fate, started_at, ended_at)
        SELECT id, 1, 'send', stream, 'delivered', now(), now() FROM sent
      )
      INSERT INTO mailbox_items (id, stream, endpoint_id, message_id, delivery_id, placed_at)
      SELECT item_id, stream, endpoint_id, message_id, id, now() FROM sent`,
    values: [deliveryIds, deliveryIds.map(() => newId())],
  })
  return rowCount ?? 0
}
