import type { PoolClient } from 'pg'

import { Fault } from '#core/errors/fault.ts'
import type { ClaimedFeed } from './feeds.ts'
import { commitArrivals } from './intake-commit.ts'
import { HeldBytes, Reading } from './intake-reading.ts'
import type { ReadingLimits, Whole } from './intake-reading.ts'
import { removeUpload } from './intake-upload.ts'
import { inTransaction } from './pool.ts'
import type { Row } from './pool.ts'
import { arrays, jsonText, storable, unnest } from './rows.ts'
import type { Store } from './index.ts'

/** One thing the other side told of. */
export interface PageRecord {
  readonly key: string
  readonly kind: string
  readonly reference: string
  /** JSON. */
  readonly body: unknown
}

export interface Page {
  readonly records: readonly PageRecord[]
  readonly cursor: unknown
}

/** What follows a page: the next one at once, under the same lease, or a wait. */
export type AfterPage = { readonly do: 'go_on' } | { readonly do: 'wait'; readonly waitMs: number }

export interface PageLimits extends ReadingLimits {
  readonly heldBytesMax: number
}

export type PageStored = { readonly held: false } | { readonly held: true; readonly stored: number }

/**
 * Stores what a page tells and where the next one begins, in one transaction, if the feed is still
 * in this hand: each record that was not seen before becomes a message that is due. What was shown
 * to a person of this feed is over with it. Throws BODY_TOO_LARGE, HUB_BUSY and UPLOAD_EXPIRED.
 */
export async function recordPage(
  store: Store,
  feed: ClaimedFeed,
  page: Page,
  next: AfterPage,
  limits: PageLimits,
): Promise<PageStored> {
  const readings: ReadRecord[] = []
  try {
    await readAll(store, await freshOf(store, feed, page.records), limits, readings)
    return await inTransaction(store.pool, async (client) => {
      if (!(await moveCursor(client, feed, page.cursor, next))) return { held: false }
      return { held: true, stored: await storeRecords(client, feed, readings) }
    })
  } finally {
    for (const { reading } of readings) reading.close()
    // Of what was stored the upload is over, and this finds nothing.
    for (const { reading } of readings) if (reading.isUpload) await removeUpload(store, reading.id)
  }
}

interface ReadRecord {
  readonly record: PageRecord
  readonly reading: Reading
  readonly whole: Whole
}

/** Records whose key was not seen; a key that comes twice in a page counts once. */
async function freshOf(
  store: Store,
  feed: ClaimedFeed,
  records: readonly PageRecord[],
): Promise<readonly PageRecord[]> {
  if (records.length === 0) return []
  const storables = records.map((record) => ({ ...record, key: storable(record.key) }))
  const { rows } = await store.pool.query<Row>({
    name: 'seen-records',
    text: 'SELECT key FROM message_sources WHERE endpoint_id = $1 AND key = ANY($2::text[])',
    values: [feed.endpoint.id, storables.map(({ key }) => key)],
  })
  const seen = new Set(rows.map((row) => row['key'] as string))
  return storables.filter(({ key }) => !seen.has(key) && seen.add(key))
}

/** Each as a message is read that comes in at the door: large ones in parts. */
async function readAll(
  store: Store,
  records: readonly PageRecord[],
  limits: PageLimits,
  readings: ReadRecord[],
): Promise<void> {
  const held = new HeldBytes(limits.heldBytesMax)
  for (const record of records) {
    const reading = new Reading(store, held, limits)
    await reading.add(Buffer.from(JSON.stringify(record.body ?? null), 'utf8'))
    readings.push({ record, reading, whole: await reading.end() })
  }
}

/** False where another hand has the feed. */
async function moveCursor(
  client: PoolClient,
  feed: ClaimedFeed,
  cursor: unknown,
  next: AfterPage,
): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'move-cursor',
    text: `
      WITH over AS (
        UPDATE parked SET status = 'resumed', ended_at = now()
        WHERE endpoint_id = $1 AND feed = $2 AND kind = 'feed' AND status = 'open'
          AND EXISTS (SELECT FROM feed_work WHERE endpoint_id = $1 AND feed = $2 AND token = $3)
      )
      UPDATE feed_work SET cursor = $4, read_at = now(), failures = 0, fault = NULL,
        next_at = now() + coalesce($5, 0) * interval '1 ms',
        token = CASE WHEN $5::bigint IS NULL THEN token END,
        lease_until = CASE WHEN $5::bigint IS NULL THEN lease_until END
      WHERE endpoint_id = $1 AND feed = $2 AND token = $3`,
    values: [
      feed.endpoint.id, feed.feed, feed.token, jsonText(cursor ?? null),
      next.do === 'wait' ? next.waitMs : null,
    ],
  })
  return rowCount === 1
}

const sourceColumns = {
  message_id: 'uuid', key: 'text', kind: 'text', reference: 'text', stream: 'text',
} as const

/** Answers how many there were that another feed of the endpoint had not stored meanwhile. */
async function storeRecords(
  client: PoolClient,
  feed: ClaimedFeed,
  readings: readonly ReadRecord[],
): Promise<number> {
  if (readings.length === 0) return 0
  const { stream, receivedAt } = await sourceOf(client, feed.endpoint.id)
  const { rows } = await client.query<Row>({
    name: 'store-sources',
    text: `
      INSERT INTO message_sources (message_id, endpoint_id, key, kind, reference, stream)
      SELECT message_id, $1, key, kind, reference, stream
      FROM ${unnest(sourceColumns, 2)} AS n (${Object.keys(sourceColumns).join(', ')})
      ORDER BY key ON CONFLICT DO NOTHING RETURNING message_id`,
    values: [feed.endpoint.id, ...arrays(sourceColumns, readings.map(({ record, whole }) => ({
      message_id: whole.id, key: record.key, kind: record.kind, reference: record.reference, stream,
    })))],
  })
  const kept = new Set(rows.map((row) => row['message_id'] as string))
  const stored = readings.filter(({ whole }) => kept.has(whole.id))
  await endUploads(client, stored)
  await commitArrivals(client, stored.map(({ whole }) => ({
    ...whole, contentType: 'application/json', apiKeyId: null, senderPartnerId: null, receivedAt,
    once: null,
  })))
  return stored.length
}

async function sourceOf(
  client: PoolClient,
  endpointId: string,
): Promise<{ readonly stream: string; readonly receivedAt: Date }> {
  const { rows } = await client.query<Row>(
    'SELECT stream, now() AS received_at FROM endpoints WHERE id = $1', [endpointId])
  const [row] = rows
  if (row === undefined) throw new Error(`endpoint ${endpointId} is gone`)
  return { stream: row['stream'] as string, receivedAt: row['received_at'] as Date }
}

/** What stands in parts becomes a message: no sweeper clears it away any more. */
async function endUploads(client: PoolClient, stored: readonly ReadRecord[]): Promise<void> {
  const uploads = stored.filter(({ reading }) => reading.isUpload).map(({ whole }) => whole.id)
  if (uploads.length === 0) return
  const { rowCount } = await client.query(
    'DELETE FROM uploads WHERE message_id = ANY($1::uuid[])', [uploads])
  if (rowCount !== uploads.length) throw new Fault('UPLOAD_EXPIRED', {})
}
