import type { RecordSource } from '#core/exchange/record.ts'
import { readWhole } from './content.ts'
import type { StoredContent } from './content.ts'
import { storeFault } from './failures.ts'
import { newId } from './ids.ts'
import { inTransaction } from './pool.ts'
import type { Row } from './pool.ts'
import type { Store } from './index.ts'

/** A message taken in hand: nobody else touches it while the lease lasts. */
export type ClaimedMessage = Claim & Content

interface Claim {
  readonly id: string
  readonly token: string
  /** Claims that did not end cleanly, this one included. */
  readonly attempts: number
  /** How the last unclean end was seen, where somebody saw it. */
  readonly ended: string | null
  /** `received`: it is to be judged. `working`: its verdict stands, sets of it are due. */
  readonly status: 'received' | 'working'
  readonly receivedAt: Date
  readonly senderPartnerId: string | null
  /** What told it, where it is a record and no partner's message. */
  readonly source: RecordSource | null
}

/** The bytes, or why what is kept of them cannot be read. */
type Content =
  | { readonly bytes: Uint8Array; readonly unreadable: null }
  | { readonly bytes: null; readonly unreadable: string }

export interface ClaimLimits {
  readonly messagesMax: number
  readonly bytesMax: number
  readonly leaseMs: number
  readonly leaseRenewMs: number
}

/**
 * Takes what is due, oldest first: at most so many messages and about so many bytes. The claim is
 * committed before anything is done with it, so that an end without a word leaves its trace in
 * `attempts`. A message that was in hand when processing ended comes alone: it ends nobody with it,
 * and others that end count nothing against it. One that cannot be read says so and holds up
 * nobody; that the database is away or busy rejects.
 */
export async function claimMessages(
  store: Store,
  limits: ClaimLimits,
): Promise<readonly ClaimedMessage[]> {
  const token = newId()
  const { rows } = await store.pool.query<Row>({
    name: 'claim-messages',
    text: `
      WITH free AS (
        SELECT message_id, next_at, attempts FROM message_work
        WHERE next_at <= now() AND (lease_until IS NULL OR lease_until < now())
        ORDER BY next_at, message_id LIMIT $1 FOR UPDATE SKIP LOCKED
      ), placed AS (
        SELECT *, row_number() OVER oldest AS place, first_value(attempts) OVER oldest AS leading
        FROM free WINDOW oldest AS (ORDER BY next_at, message_id)
      ), sized AS (
        SELECT p.message_id, m.status, m.received_at, m.sender_partner_id, m.body, m.encoding,
          m.parts, sum(m.size_bytes) OVER (ORDER BY p.place) - m.size_bytes AS before_bytes,
          ${sourceOf('p.message_id')} AS source
        FROM placed p JOIN messages m ON m.id = p.message_id
        WHERE p.place = 1 OR (p.attempts = 0 AND p.leading = 0)
      )
      UPDATE message_work w
      SET attempts = attempts + 1, token = $2, lease_until = now() + $3 * interval '1 ms'
      FROM sized WHERE w.message_id = sized.message_id AND sized.before_bytes < $4
      RETURNING w.message_id AS id, w.attempts, w.ended, sized.status, sized.received_at,
        sized.sender_partner_id, sized.body, sized.encoding, sized.parts, sized.source`,
    values: [limits.messagesMax, token, limits.leaseMs, limits.bytesMax],
  })
  // A large message may take longer to read than a lease lasts.
  const renewal = setInterval(() => {
    renewMessageLeases(store, token, limits.leaseMs).catch(() => undefined)
  }, limits.leaseRenewMs)
  try {
    return await Promise.all(rows.map(async (row) => claimed(store, token, row)))
  } finally {
    clearInterval(renewal)
  }
}

/**
 * A RecordSource as JSON, null for a partner's message. What a record becomes is looked up now: a
 * feed that is put right applies to what it told before.
 */
function sourceOf(messageId: string): string {
  return `(
    SELECT jsonb_build_object('stream', s.stream, 'documentId', s.document_id, 'key', s.key,
      'kind', s.kind, 'reference', s.reference, 'endpoint', CASE WHEN e.id IS NOT NULL THEN
        jsonb_build_object('id', e.id, 'name', e.name, 'connector', e.connector,
          'partnerId', e.partner_id, 'use', (
            SELECT f.value -> 'records' -> s.kind FROM jsonb_each(e.feeds) f
            WHERE f.value -> 'records' ? s.kind LIMIT 1)) END)
    FROM message_sources s LEFT JOIN endpoints e ON e.id = s.endpoint_id
    WHERE s.message_id = ${messageId})`
}

/** A clean release takes the claim back; an unclean end keeps it counted. */
export type Release =
  | { readonly clean: true; readonly waitMs: number }
  | { readonly clean: false; readonly ended: string }

/** Keeps what is in hand from being taken as lost. */
export async function renewMessageLeases(
  store: Store,
  token: string,
  leaseMs: number,
): Promise<void> {
  await store.pool.query(
    `UPDATE message_work SET lease_until = now() + $2 * interval '1 ms' WHERE token = $1`,
    [token, leaseMs],
  )
}

/** Gives messages back to whoever comes next, after a wait or at once. */
export async function releaseMessages(
  store: Store,
  token: string,
  ids: readonly string[],
  release: Release,
): Promise<void> {
  await store.pool.query(
    `UPDATE message_work
     SET token = NULL, lease_until = NULL, attempts = attempts - $3,
       next_at = now() + $4 * interval '1 ms', ended = coalesce($5, ended)
     WHERE token = $1 AND message_id = ANY($2::uuid[])`,
    release.clean
      ? [token, ids, 1, release.waitMs, null]
      : [token, ids, 0, 0, release.ended],
  )
}

/**
 * Corrects the count of unclean ends, for a stretch in which an end says nothing of the message.
 */
export async function countEnds(
  store: Store,
  token: string,
  messageId: string,
  by: 1 | -1,
): Promise<void> {
  await store.pool.query(
    'UPDATE message_work SET attempts = attempts + $3 WHERE token = $1 AND message_id = $2',
    [token, messageId, by],
  )
}

/** Gives back all that is held under these tokens, unbegun or not: for a hub that must stop now. */
export async function giveBackMessages(store: Store, tokens: readonly string[]): Promise<void> {
  await store.pool.query(
    `UPDATE message_work SET token = NULL, lease_until = NULL, attempts = attempts - 1
     WHERE token = ANY($1::uuid[])`,
    [tokens],
  )
}

/**
 * Ends every lease at once: for a hub that starts on its own embedded database, where no other
 * holder can live.
 */
export async function takeOverLeases(store: Store): Promise<void> {
  await inTransaction(store.pool, async (client) => {
    await client.query(
      'UPDATE message_work SET lease_until = NULL, token = NULL WHERE token IS NOT NULL',
    )
    await client.query(
      `UPDATE delivery_work SET lease_until = now(), token = NULL WHERE status = 'sending'`,
    )
    await client.query(
      'UPDATE feed_work SET lease_until = NULL, token = NULL WHERE token IS NOT NULL',
    )
  })
}

async function claimed(store: Store, token: string, row: Row): Promise<ClaimedMessage> {
  const id = row['id'] as string
  return {
    id,
    token,
    attempts: row['attempts'] as number,
    ended: row['ended'] as string | null,
    status: row['status'] === 'working' ? 'working' : 'received',
    receivedAt: row['received_at'] as Date,
    senderPartnerId: row['sender_partner_id'] as string | null,
    source: row['source'] as RecordSource | null,
    ...(await contentOf(store, {
      id,
      body: row['body'] as Buffer | null,
      encoding: row['encoding'] as StoredContent['encoding'],
      parts: row['parts'] as number,
    })),
  }
}

async function contentOf(store: Store, stored: StoredContent): Promise<Content> {
  try {
    return { bytes: await readWhole(store, stored), unreadable: null }
  } catch (error) {
    if (storeFault(error) !== null) throw error
    return { bytes: null, unreadable: error instanceof Error ? error.message : String(error) }
  }
}
