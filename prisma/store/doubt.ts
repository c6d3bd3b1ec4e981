import type { ClientBase } from 'pg'

/**
 * On a database that was restored: a delivery that was due may have been sent since by the hub the
 * backup was taken from, so its fate is unknown. It is looked up, or sent again where that is
 * harmless, as if the attempt had been now. A built-in mailbox is in the database itself, and what
 * was placed in it is known. Within the caller's transaction. Answers how many they are.
 */
export async function doubtDeliveries(client: ClientBase): Promise<number> {
  const { rowCount } = await client.query(`
    UPDATE delivery_work w SET status = 'unknown', last_attempt_at = now()
    FROM endpoints e
    WHERE e.id = w.endpoint_id AND e.connector <> 'mailbox' AND w.status = 'due'`)
  return rowCount ?? 0
}
