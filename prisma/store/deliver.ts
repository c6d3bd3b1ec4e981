import { newId } from './ids.ts'
import { inTransaction } from './pool.ts'
import type { Row } from './pool.ts'
import { jsonText, storable } from './rows.ts'
import type { Store } from './index.ts'

/**
 * A delivery taken in hand, with all an attempt needs. Its intent is on record: an end without a
 * word is `unknown`.
 */
export interface ClaimedDelivery {
  readonly id: string
  readonly token: string
  /** How it stood before: never tried or not sent, or of unknown fate. */
  readonly before: 'due' | 'unknown'
  /** Attempts and look-ups so far, this one not included. */
  readonly attempts: number
  /** Those that the other side failed; an end of the hub is nobody's failure. */
  readonly failures: number
  /** Failures at which it is given up. */
  readonly attemptsMax: number
  /** The last time something may have been sent; null where nothing ever was. */
  readonly lastAttemptAt: Date | null
  readonly operation: string
  readonly reference: string
  readonly messageId: string
  readonly sourceMessageId: string
  readonly contentType: string
  readonly body: Buffer
  readonly endpoint: ClaimedEndpoint
}

export interface ClaimedEndpoint {
  readonly id: string
  readonly connector: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly secrets: Buffer | null
  readonly secretsKeyId: string | null
  /** Calls in a row that were not answered, as of the claim. */
  readonly failures: number
}

/** What became of one attempt or look-up. */
export interface AttemptRecord {
  readonly deliveryId: string
  readonly token: string
  readonly action: 'send' | 'look_up'
  readonly fate: 'delivered' | 'not_sent' | 'refused' | 'unknown' | 'missing'
  readonly httpStatus: number | null
  readonly code: string | null
  readonly says: string | null
  readonly startedAt: Date
  /** The last time something may have been sent, now or before; null where nothing was. */
  readonly sentAt: Date | null
}

/** What follows for the delivery. */
export type DeliveryNext =
  | { readonly status: 'delivered'; readonly result: unknown }
  | AfterFailure

export type AfterFailure =
  | { readonly status: 'due' | 'unknown'; readonly waitMs: number }
  | {
      readonly status: 'parked'
      readonly code: string
      readonly says: string
      readonly remedy: string
    }

export interface DeliveryClaimLimits {
  readonly deliveriesMax: number
  readonly leaseMs: number
  /** By connector: attempts under way at one endpoint, over all workers. */
  readonly inFlightMax: ReadonlyMap<string, number>
}

export interface ClaimedDeliveries {
  readonly deliveries: readonly ClaimedDelivery[]
  /** There was more than could be looked at. */
  readonly more: boolean
}

/**
 * Takes due deliveries: each lane's head only, seen by NOT EXISTS (DESIGN §3: plain ordering
 * reorders, locking a lane row doubles). One whose lease ran out has an unknown fate, and something
 * may have been sent as long as the lease ran. Built-in mailboxes are left to `placeInMailboxes`.
 *
 * Endpoints that are full or whose circuit is open are passed by; one whose circuit may be tried
 * gets a single delivery. Whoever claims for an endpoint holds its row meanwhile, so that several
 * workers together take no more than there is room for.
 */
export async function claimDeliveries(
  store: Store,
  limits: DeliveryClaimLimits,
): Promise<ClaimedDeliveries> {
  const token = newId()
  const { rows } = await store.pool.query<Row>({
    name: 'claim-deliveries',
    text: claimStatement,
    values: [
      limits.deliveriesMax, token, limits.leaseMs, [...limits.inFlightMax.keys()],
      [...limits.inFlightMax.values()],
    ],
  })
  const seen = Number(rows[0]?.['seen'] ?? 0)
  return {
    deliveries: rows.map((row) => claimed(row, token)),
    more: seen === limits.deliveriesMax,
  }
}

const claimStatement = `
  WITH bounds AS (
    SELECT * FROM unnest($4::text[], $5::integer[]) AS b (connector, in_flight_max)
  ), busy AS MATERIALIZED (
    SELECT endpoint_id, count(*) AS sending FROM delivery_work
    WHERE status = 'sending' AND lease_until >= now() GROUP BY endpoint_id
  ), shut AS MATERIALIZED (
    SELECT e.id FROM endpoints e LEFT JOIN bounds b ON b.connector = e.connector
      LEFT JOIN busy ON busy.endpoint_id = e.id LEFT JOIN endpoint_state s ON s.endpoint_id = e.id
    WHERE e.id IN (
        SELECT endpoint_id FROM busy
        UNION SELECT endpoint_id FROM endpoint_state WHERE open_until IS NOT NULL)
      AND (s.open_until > now() OR busy.sending >= CASE WHEN s.open_until IS NULL
        THEN b.in_flight_max ELSE 1 END)
  ), head AS (
    SELECT w.delivery_id, w.endpoint_id, w.next_at, w.position, w.status, w.attempts, w.failures,
      CASE w.status WHEN 'sending' THEN greatest(w.last_attempt_at, w.lease_until)
        ELSE w.last_attempt_at END AS last_attempt_at
    FROM delivery_work w JOIN endpoints e ON e.id = w.endpoint_id AND e.connector <> 'mailbox'
    WHERE w.next_at <= now()
      AND (w.status IN ('due', 'unknown') OR (w.status = 'sending' AND w.lease_until < now()))
      AND w.endpoint_id <> ALL (ARRAY(SELECT id FROM shut))
      AND (w.lane IS NULL OR NOT EXISTS (
        SELECT FROM delivery_work b WHERE b.lane = w.lane AND b.position < w.position))
    ORDER BY w.next_at, w.position LIMIT $1 FOR UPDATE OF w SKIP LOCKED
  ), gate AS MATERIALIZED (
    SELECT e.id, e.connector FROM endpoints e WHERE e.id IN (SELECT endpoint_id FROM head)
    ORDER BY e.id FOR NO KEY UPDATE
  ), room AS MATERIALIZED (
    SELECT g.id, coalesce(s.failures, 0) AS endpoint_failures,
      CASE WHEN s.open_until IS NULL THEN coalesce(b.in_flight_max, $1) ELSE 1 END
        - deliveries_sending(g.id) AS room
    FROM gate g LEFT JOIN bounds b ON b.connector = g.connector
      LEFT JOIN endpoint_state s ON s.endpoint_id = g.id
  ), placed AS (
    SELECT head.*, room.room, room.endpoint_failures, row_number() OVER (
        PARTITION BY head.endpoint_id ORDER BY head.next_at, head.position) AS place
    FROM head JOIN room ON room.id = head.endpoint_id
  ), taken AS (
    UPDATE delivery_work w SET status = 'sending', token = $2, attempts = w.attempts + 1,
      last_attempt_at = now(), lease_until = now() + $3 * interval '1 ms'
    FROM placed WHERE w.delivery_id = placed.delivery_id AND placed.place <= placed.room
    RETURNING w.delivery_id, w.attempts_max, placed.status AS before, placed.attempts,
      placed.failures, placed.last_attempt_at, placed.endpoint_failures
  )
  SELECT taken.*, (SELECT count(*) FROM head) AS seen, d.operation, d.reference, d.message_id,
    d.source_message_id, m.content_type, m.body,
    e.id AS endpoint_id, e.connector, e.settings, e.secrets, e.secrets_key_id
  FROM taken JOIN deliveries d ON d.id = taken.delivery_id
  JOIN messages m ON m.id = d.message_id JOIN endpoints e ON e.id = d.endpoint_id`

export async function renewDeliveryLeases(
  store: Store,
  deliveries: readonly ClaimedDelivery[],
  leaseMs: number,
): Promise<void> {
  await store.pool.query(
    // What is locked is being recorded or taken over; waiting for it here could be waiting in a
    // circle.
    `WITH held AS (
       SELECT w.delivery_id FROM delivery_work w
       JOIN unnest($1::uuid[], $2::uuid[]) AS n (id, token)
         ON w.delivery_id = n.id AND w.token = n.token
       FOR UPDATE OF w SKIP LOCKED
     )
     UPDATE delivery_work w SET lease_until = now() + $3 * interval '1 ms'
     FROM held WHERE w.delivery_id = held.delivery_id`,
    [deliveries.map(({ id }) => id), deliveries.map(({ token }) => token), leaseMs],
  )
}

/**
 * Lets go of attempts that are still under way: their fate is unknown, and whoever comes next looks
 * them up.
 */
export async function letGoOfDeliveries(
  store: Store,
  deliveries: readonly ClaimedDelivery[],
): Promise<void> {
  await store.pool.query(
    `UPDATE delivery_work w SET lease_until = now()
     FROM unnest($1::uuid[], $2::uuid[]) AS n (id, token)
     WHERE w.delivery_id = n.id AND w.token = n.token`,
    [deliveries.map(({ id }) => id), deliveries.map(({ token }) => token)],
  )
}

/**
 * Records an attempt that did not arrive and what follows from it, if the delivery is still in this
 * holder's hand; else the record is dropped, for the next holder has taken it as unknown. Answers
 * whether it was recorded.
 */
export async function recordFailed(
  store: Store,
  attempt: AttemptRecord,
  next: AfterFailure,
): Promise<boolean> {
  return inTransaction(store.pool, async (client) => {
    const { rows } = await client.query<Row>({
      name: 'hold-delivery',
      text: `SELECT w.attempts, d.stream, d.message_id, d.source_message_id, d.partner_id
        FROM delivery_work w JOIN deliveries d ON d.id = w.delivery_id
        WHERE w.delivery_id = $1 AND w.token = $2 FOR UPDATE OF w`,
      values: [attempt.deliveryId, attempt.token],
    })
    const [held] = rows
    if (held === undefined) return false
    await client.query({
      name: 'record-attempt',
      text: `INSERT INTO delivery_attempts
          (delivery_id, number, action, stream, fate, http_status, code, says, started_at, ended_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, now())`,
      values: [
        attempt.deliveryId, held['attempts'], attempt.action, held['stream'], attempt.fate,
        attempt.httpStatus, attempt.code, says(attempt.says), attempt.startedAt,
      ],
    })
    await client.query({
      name: 'delivery-next',
      text: `UPDATE delivery_work SET status = $2, token = NULL, lease_until = NULL,
          next_at = now() + $3 * interval '1 ms', last_attempt_at = $4,
          failures = failures + $5 WHERE delivery_id = $1`,
      values: [
        attempt.deliveryId, next.status, next.status === 'parked' ? 0 : next.waitMs, attempt.sentAt,
        attempt.fate === 'missing' ? 0 : 1,
      ],
    })
    if (next.status === 'parked') {
      await client.query({
        name: 'park-delivery',
        text: `INSERT INTO parked (id, stream, kind, message_id, delivery_id, partner_id, owner,
            code, says, remedy, at, created_at)
          VALUES ($1, $2, 'delivery', $3, $4, $5, 'operator', $6, $7, $8, (
            SELECT jsonb_build_object('byte', s.byte, 'segment', 1, 'tag', 'ST') FROM deliveries d
            JOIN documents o ON o.id = d.document_id JOIN sets s ON s.id = o.set_id
            WHERE d.id = $4), now())`,
        values: [
          newId(), held['stream'], held['source_message_id'], attempt.deliveryId,
          held['partner_id'], next.code, says(next.says), says(next.remedy),
        ],
      })
      await addEvent(client, held, 'parked', attempt.deliveryId, { code: next.code })
    }
    return true
  })
}

/** The other side's words may stand in it. */
function says(text: string | null): string | null {
  return text === null ? null : storable(text)
}

async function addEvent(
  client: { query: (text: string, values: unknown[]) => Promise<unknown> },
  held: Row,
  kind: string,
  deliveryId: string,
  facts: Row,
): Promise<void> {
  await client.query(
    `INSERT INTO events (id, stream, message_id, subject_id, kind, facts, at)
     VALUES ($1, $2, $3, $4, $5, $6, now())`,
    [newId(), held['stream'], held['source_message_id'], deliveryId, kind, jsonText(facts)],
  )
}

function claimed(row: Row, token: string): ClaimedDelivery {
  return {
    id: row['delivery_id'] as string,
    token,
    before: row['before'] === 'due' ? 'due' : 'unknown',
    attempts: row['attempts'] as number,
    failures: row['failures'] as number,
    attemptsMax: row['attempts_max'] as number,
    lastAttemptAt: row['last_attempt_at'] as Date | null,
    operation: row['operation'] as string,
    reference: row['reference'] as string,
    messageId: row['message_id'] as string,
    sourceMessageId: row['source_message_id'] as string,
    contentType: row['content_type'] as string,
    body: row['body'] as Buffer,
    endpoint: {
      id: row['endpoint_id'] as string,
      connector: row['connector'] as string,
      settings: row['settings'] as Readonly<Record<string, unknown>>,
      secrets: row['secrets'] as Buffer | null,
      secretsKeyId: row['secrets_key_id'] as string | null,
      failures: row['endpoint_failures'] as number,
    },
  }
}
