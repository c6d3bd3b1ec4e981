import { Fault } from '#core/errors/fault.ts'
import { jsonText } from './rows.ts'
import type { Row } from './pool.ts'
import type { Store } from './index.ts'

/** A request that counts once: whose it is, the key it came under, and a hash over all it asks. */
export interface Once {
  readonly apiKeyId: string
  readonly key: string
  readonly fingerprint: Buffer
}

/** An answer as it is given again. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

/**
 * Takes the key for one request, or finds the answer given before. A holder that ended without a
 * word loses the key after `holdMs`. Throws IDEMPOTENCY_KEY_REUSED and IDEMPOTENCY_KEY_BUSY.
 */
export async function holdKey(store: Store, once: Once, holdMs: number): Promise<Answer | null> {
  const { rowCount } = await store.pool.query(
    `INSERT INTO idempotency_keys AS held (api_key_id, key, fingerprint) VALUES ($1, $2, $3)
     ON CONFLICT (api_key_id, key) DO UPDATE SET created_at = now()
     WHERE held.status IS NULL AND held.fingerprint = excluded.fingerprint
       AND held.created_at < now() - $4 * interval '1 ms'`,
    [once.apiKeyId, once.key, once.fingerprint, holdMs],
  )
  return rowCount === 1 ? null : recallAnswer(store, once)
}

/**
 * The answer given before under this key. Throws where there is none yet, or the request is another
 * one.
 */
export async function recallAnswer(store: Store, once: Once): Promise<Answer> {
  const { rows } = await store.pool.query<Row>(
    'SELECT fingerprint, status, answer FROM idempotency_keys WHERE api_key_id = $1 AND key = $2',
    [once.apiKeyId, once.key],
  )
  const found = rows[0]
  if (found === undefined) throw new Fault('IDEMPOTENCY_KEY_BUSY', {})
  const { fingerprint, status, answer } = found
  if (!Buffer.isBuffer(fingerprint) || !fingerprint.equals(once.fingerprint)) {
    throw new Fault('IDEMPOTENCY_KEY_REUSED', {})
  }
  if (typeof status !== 'number') throw new Fault('IDEMPOTENCY_KEY_BUSY', {})
  return { status, body: answer }
}

export async function recordAnswer(store: Store, once: Once, answer: Answer): Promise<void> {
  await store.pool.query(
    `UPDATE idempotency_keys SET status = $3, answer = $4::jsonb
     WHERE api_key_id = $1 AND key = $2 AND status IS NULL`,
    [once.apiKeyId, once.key, answer.status, jsonText(answer.body)],
  )
}

/** Lets go of a key whose request failed for a reason that may pass. */
export async function releaseKey(store: Store, once: Once): Promise<void> {
  await store.pool.query(
    'DELETE FROM idempotency_keys WHERE api_key_id = $1 AND key = $2 AND status IS NULL',
    [once.apiKeyId, once.key],
  )
}

/** Forgets keys older than this; the hub promises them for 24 hours at least. */
export async function forgetKeys(store: Store, olderThan: Date): Promise<number> {
  const { rowCount } = await store.pool.query(
    'DELETE FROM idempotency_keys WHERE created_at < $1',
    [olderThan],
  )
  return rowCount ?? 0
}
