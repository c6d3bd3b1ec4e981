import { Fault } from '#core/errors/fault.ts'
import { commitArrivals } from './intake-commit.ts'
import type { Arrival } from './intake-commit.ts'
import { inTransaction } from './pool.ts'
import type { Store } from './index.ts'

/**
 * A body of several parts on its way in has a row in `uploads` until its message is committed, so
 * what a dead client or a dead hub left behind is found without looking through history.
 */
export async function beginUpload(store: Store, messageId: string): Promise<void> {
  await store.pool.query('INSERT INTO uploads (message_id) VALUES ($1)', [messageId])
}

/** Stores one part. The share lock keeps the upload from being cleared away meanwhile. */
export async function storePart(
  store: Store,
  messageId: string,
  number: number,
  part: Buffer,
): Promise<void> {
  const { rowCount } = await store.pool.query({
    name: 'store-part',
    text: `INSERT INTO message_parts (message_id, number, body)
      SELECT message_id, $2, $3 FROM uploads WHERE message_id = $1 FOR SHARE`,
    values: [messageId, number, part],
  })
  if (rowCount !== 1) throw new Fault('UPLOAD_EXPIRED', {})
}

/**
 * Makes a message of its parts. False where its idempotency key was used before: then the parts are
 * gone.
 */
export async function commitUpload(store: Store, arrival: Arrival): Promise<boolean> {
  return inTransaction(store.pool, async (client) => {
    const { rowCount } = await client.query('DELETE FROM uploads WHERE message_id = $1', [
      arrival.id,
    ])
    if (rowCount !== 1) throw new Fault('UPLOAD_EXPIRED', {})
    const stored = await commitArrivals(client, [arrival])
    if (stored.has(arrival.id)) return true
    await client.query('DELETE FROM message_parts WHERE message_id = $1', [arrival.id])
    return false
  })
}

/**
 * Clears one upload away, unless it became a message meanwhile: then its row is gone and nothing is
 * touched.
 */
export async function removeUpload(store: Store, messageId: string): Promise<void> {
  await store.pool.query(
    `WITH gone AS (DELETE FROM uploads WHERE message_id = $1 RETURNING message_id)
     DELETE FROM message_parts p USING gone WHERE p.message_id = gone.message_id`,
    [messageId],
  )
}

/**
 * Clears away the parts of uploads that began before `olderThan` and never became a message; for
 * the sweeper. One that is still arriving then ends with UPLOAD_EXPIRED. Answers how many uploads
 * were cleared.
 */
export async function removeOrphanParts(store: Store, olderThan: Date): Promise<number> {
  const { rows } = await store.pool.query<{ message_id: string }>(
    'SELECT message_id FROM uploads WHERE started_at < $1 ORDER BY message_id',
    [olderThan],
  )
  for (const { message_id: messageId } of rows) await removeUpload(store, messageId)
  return rows.length
}
