import type { FeedUse } from '#core/exchange/endpoint.ts'
import type { FaultView } from '#core/errors/fault.ts'
import type { ClaimedEndpoint } from './deliver.ts'
import { newId } from './ids.ts'
import { inTransaction } from './pool.ts'
import type { Row } from './pool.ts'
import { jsonText } from './rows.ts'
import type { Store } from './index.ts'

/** A feed taken in hand: nobody else reads it while the lease lasts. */
export interface ClaimedFeed {
  readonly feed: string
  readonly token: string
  /** Where reading goes on; null where it was never read. */
  readonly cursor: unknown
  /** Looks in a row that failed. */
  readonly failures: number
  readonly use: FeedUse
  readonly endpoint: ClaimedEndpoint
}

export interface ClaimedFeeds {
  readonly feeds: readonly ClaimedFeed[]
  readonly more: boolean
}

/**
 * Takes feeds that are due, the one that waits longest first; a feed that was configured since the
 * last look is made due by the way. One that is configured no longer keeps its cursor, for it may
 * come back. Endpoints whose circuit is open are left alone.
 */
export async function claimFeeds(
  store: Store,
  limits: { readonly feedsMax: number; readonly leaseMs: number },
): Promise<ClaimedFeeds> {
  const made = await makeFeeds(store)
  const token = newId()
  const { rows } = await store.pool.query<Row>({
    name: 'claim-feeds',
    text: `
      WITH free AS (
        SELECT w.endpoint_id, w.feed FROM feed_work w
        JOIN endpoints e ON e.id = w.endpoint_id AND e.feeds ? w.feed
        LEFT JOIN endpoint_state s ON s.endpoint_id = w.endpoint_id
        WHERE w.next_at <= now() AND (w.lease_until IS NULL OR w.lease_until < now())
          AND (s.open_until IS NULL OR s.open_until <= now())
        ORDER BY w.next_at LIMIT $1 FOR UPDATE OF w SKIP LOCKED
      )
      UPDATE feed_work w SET token = $2, lease_until = now() + $3 * interval '1 ms'
      FROM free JOIN endpoints e ON e.id = free.endpoint_id
      LEFT JOIN endpoint_state s ON s.endpoint_id = e.id
      WHERE w.endpoint_id = free.endpoint_id AND w.feed = free.feed
      RETURNING w.feed, w.cursor, w.failures, e.feeds -> w.feed AS use, e.id AS endpoint_id,
        e.connector, e.settings, e.secrets, e.secrets_key_id,
        coalesce(s.failures, 0) AS endpoint_failures`,
    values: [limits.feedsMax, token, limits.leaseMs],
  })
  return {
    feeds: rows.map((row) => claimedFeed(row, token)),
    more: made || rows.length === limits.feedsMax,
  }
}

/** Nearly always there is none to make, and this is a look at the few endpoints that have feeds. */
async function makeFeeds(store: Store): Promise<boolean> {
  const { rowCount } = await store.pool.query({
    name: 'make-feeds',
    text: `
      INSERT INTO feed_work (endpoint_id, feed)
      SELECT e.id, f.feed FROM endpoints e, jsonb_object_keys(e.feeds) AS f (feed)
      WHERE e.feeds <> '{}' AND NOT EXISTS (
        SELECT FROM feed_work w WHERE w.endpoint_id = e.id AND w.feed = f.feed)
      ON CONFLICT DO NOTHING`,
  })
  return rowCount !== null && rowCount > 0
}

function claimedFeed(row: Row, token: string): ClaimedFeed {
  return {
    feed: row['feed'] as string,
    token,
    cursor: row['cursor'],
    failures: row['failures'] as number,
    use: row['use'] as FeedUse,
    endpoint: {
      id: row['endpoint_id'] as string,
      connector: row['connector'] as string,
      settings: row['settings'] as ClaimedEndpoint['settings'],
      secrets: row['secrets'] as Buffer | null,
      secretsKeyId: row['secrets_key_id'] as string | null,
      failures: row['endpoint_failures'] as number,
    },
  }
}

export async function renewFeedLeases(
  store: Store,
  feeds: readonly ClaimedFeed[],
  leaseMs: number,
): Promise<void> {
  await store.pool.query(
    `UPDATE feed_work SET lease_until = now() + $2 * interval '1 ms'
     WHERE token = ANY($1::uuid[]) AND lease_until IS NOT NULL`,
    [[...new Set(feeds.map(({ token }) => token))], leaseMs],
  )
}

/** Lets go of feeds that are still being read: whoever comes next reads on from their cursor. */
export async function letGoOfFeeds(store: Store, feeds: readonly ClaimedFeed[]): Promise<void> {
  await store.pool.query(
    `UPDATE feed_work SET token = NULL, lease_until = NULL WHERE token = ANY($1::uuid[])`,
    [[...new Set(feeds.map(({ token }) => token))]],
  )
}

/** Why a look failed, when it is tried again, and what a person is shown of it. */
export interface FailedLook {
  readonly fault: { readonly code: string; readonly says: string }
  readonly waitMs: number
  /** Null while it may yet come right by itself. */
  readonly park: FaultView | null
}

/** Gives a feed back whose look failed, if it is still in this hand. Its cursor stays. */
export async function recordFailedLook(
  store: Store,
  feed: ClaimedFeed,
  failed: FailedLook,
): Promise<boolean> {
  return inTransaction(store.pool, async (client) => {
    const { rowCount } = await client.query({
      name: 'feed-failed',
      text: `UPDATE feed_work SET token = NULL, lease_until = NULL, failures = failures + 1,
          fault = $4, next_at = now() + $5 * interval '1 ms'
        WHERE endpoint_id = $1 AND feed = $2 AND token = $3`,
      values: [
        feed.endpoint.id, feed.feed, feed.token, jsonText(failed.fault), failed.waitMs,
      ],
    })
    if (rowCount !== 1) return false
    if (failed.park === null) return true
    const { code, says, remedy } = failed.park
    await client.query({
      name: 'park-feed',
      text: `INSERT INTO parked (id, stream, kind, endpoint_id, feed, partner_id, owner, code, says,
          remedy, created_at)
        SELECT $1, e.stream, 'feed', e.id, $3, e.partner_id, 'operator', $4, $5, $6, now()
        FROM endpoints e WHERE e.id = $2
        ON CONFLICT (endpoint_id, feed) WHERE kind = 'feed' AND status = 'open'
        DO UPDATE SET code = $4, says = $5, remedy = $6`,
      values: [newId(), feed.endpoint.id, feed.feed, code, says, remedy],
    })
    return true
  })
}
