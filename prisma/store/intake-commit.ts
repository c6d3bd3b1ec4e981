import type { Pool, PoolClient } from 'pg'

import type { Once } from './idempotency.ts'
import type { Row } from './pool.ts'
import { arrays, unnest } from './rows.ts'
import type { Columns } from './rows.ts'

/**
 * A message that arrived whole. Its bytes are in `body`, or in the parts stored before and
 * `lastPart`.
 */
export interface Arrival {
  readonly id: string
  readonly contentType: string
  readonly sizeBytes: number
  readonly sha256: Buffer
  readonly encoding: 'identity' | 'gzip'
  readonly body: Buffer | null
  readonly lastPart: Buffer | null
  readonly parts: number
  /** Null where no key brought it: we asked for it ourselves. */
  readonly apiKeyId: string | null
  readonly senderPartnerId: string | null
  readonly receivedAt: Date
  readonly once: Once | null
}

const columns: Columns = {
  id: 'uuid',
  content_type: 'text',
  size_bytes: 'bigint',
  sha256: 'bytea',
  encoding: 'text',
  body: 'bytea',
  last_part: 'bytea',
  parts: 'integer',
  api_key_id: 'uuid',
  sender_partner_id: 'uuid',
  received_at: 'timestamptz',
  key: 'text',
  fingerprint: 'bytea',
}

/**
 * One statement, so one round trip and one fsync for all of them. Keys are taken in sorted order,
 * as two hubs that take the same ones would otherwise wait for each other.
 */
const statement = `
  WITH arrived AS (
    SELECT * FROM ${unnest(columns, 1)} AS a (${Object.keys(columns).join(', ')})
  ), claimed AS (
    INSERT INTO idempotency_keys (api_key_id, key, fingerprint, status, answer)
    SELECT api_key_id, key, fingerprint, 202, jsonb_build_object('id', id)
    FROM arrived WHERE key IS NOT NULL ORDER BY api_key_id, key
    ON CONFLICT DO NOTHING
    RETURNING (answer->>'id')::uuid AS id
  ), kept AS (
    SELECT * FROM arrived WHERE key IS NULL OR id IN (SELECT id FROM claimed)
  ), parted AS (
    INSERT INTO message_parts (message_id, number, body)
    SELECT id, parts, last_part FROM kept WHERE last_part IS NOT NULL
  ), worked AS (
    INSERT INTO message_work (message_id) SELECT id FROM kept ORDER BY id
  )
  INSERT INTO messages (id, direction, status, content_type, size_bytes, sha256, encoding, body,
    parts, api_key_id, sender_partner_id, received_at)
  SELECT id, 'in', 'received', content_type, size_bytes, sha256, encoding, body, parts,
    api_key_id, sender_partner_id, received_at
  FROM kept
  RETURNING id`

/**
 * Writes the messages and what makes them due. Answers the ids written: one that is missing came
 * under an idempotency key that was used before.
 */
export async function commitArrivals(
  client: Pool | PoolClient,
  arrivals: readonly Arrival[],
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<Row>({
    name: 'commit-arrivals',
    text: statement,
    values: arrays(columns, arrivals.map(toRow)),
  })
  return new Set(rows.map((row) => row['id'] as string))
}

function toRow(arrival: Arrival): Row {
  return {
    id: arrival.id,
    content_type: arrival.contentType,
    size_bytes: arrival.sizeBytes,
    sha256: arrival.sha256,
    encoding: arrival.encoding,
    body: arrival.body,
    last_part: arrival.lastPart,
    parts: arrival.parts,
    api_key_id: arrival.apiKeyId,
    sender_partner_id: arrival.senderPartnerId,
    received_at: arrival.receivedAt,
    key: arrival.once?.key ?? null,
    fingerprint: arrival.once?.fingerprint ?? null,
  }
}
