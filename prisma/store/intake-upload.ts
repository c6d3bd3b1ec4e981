import { Fault } from '#core/errors/fault.ts'
import { commitArrivals } from './intake-commit.ts'
import type { Arrival } from './intake-commit.ts'
import { inTransaction } from './pool.ts'
import type { Store } from './index.ts'

/**
 * Bodies of several parts on their way in. A row in `uploads` stands for each until its message is
 * committed, so what a dead client or a dead hub left behind is found without looking through
 * history.
 */
export class Uploads {
  readonly #store: Store
  readonly #countMax: number
  #count = 0

  constructor(store: Store, countMax: number) {
    this.#store = store
    this.#countMax = countMax
  }

  /** Pairs with `end`, if it does not throw. */
  async begin(messageId: string): Promise<void> {
    if (this.#count >= this.#countMax) {
      throw new Fault('HUB_BUSY', { what: `${this.#count} large messages are arriving already` })
    }
    this.#count += 1
    try {
      await this.#store.pool.query('INSERT INTO uploads (message_id) VALUES ($1)', [messageId])
    } catch (error) {
      this.#count -= 1
      throw error
    }
  }

  end(): void {
    this.#count -= 1
  }

  /** The share lock keeps the row from being cleared away while the part is written. */
  async storePart(messageId: string, number: number, part: Buffer): Promise<void> {
    const { rowCount } = await this.#store.pool.query({
      name: 'store-part',
      text: `INSERT INTO message_parts (message_id, number, body)
        SELECT message_id, $2, $3 FROM uploads WHERE message_id = $1 FOR SHARE`,
      values: [messageId, number, part],
    })
    if (rowCount !== 1) throw new Fault('UPLOAD_EXPIRED', {})
  }
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
