import type { Store } from '../index.ts'
import type { Row } from '../pool.ts'

/** How an endpoint is doing, over all workers. */
export interface EndpointStanding {
  readonly endpointId: string
  /** Open: nothing is sent before `openUntil`. Half open: one call may find out. */
  readonly circuit: 'closed' | 'open' | 'half_open'
  /** Calls in a row that were not answered. */
  readonly failures: number
  readonly openUntil: Date | null
  /** What the last call came to that was not answered; null where it is doing well. */
  readonly fault: { readonly code: string; readonly says: string } | null
  readonly sending: number
  /** Deliveries that wait for their turn, those of unknown fate included; parked ones are not. */
  readonly due: number
  readonly parked: number
  readonly feeds: readonly FeedStanding[]
}

export interface FeedStanding {
  readonly feed: string
  /** When it was last read without a fault, RFC 3339; null where it never was. */
  readonly readAt: string | null
  readonly nextAt: string
  readonly failures: number
  readonly fault: { readonly code: string; readonly says: string } | null
}

/** Of these endpoints, in their order; one that is gone is left out. */
export async function endpointStanding(
  store: Store,
  endpointIds: readonly string[],
): Promise<readonly EndpointStanding[]> {
  const { rows } = await store.pool.query<Row>({
    name: 'endpoint-standing',
    text: `
      SELECT e.id AS endpoint_id, coalesce(s.failures, 0) AS failures, s.open_until, s.fault,
        CASE WHEN s.open_until IS NULL THEN 'closed' WHEN s.open_until > now() THEN 'open'
          ELSE 'half_open' END AS circuit,
        work.sending, work.due, work.parked, feeds.feeds
      FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, place)
      JOIN endpoints e ON e.id = wanted.id LEFT JOIN endpoint_state s ON s.endpoint_id = e.id
      CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE status = 'sending')::int AS sending,
          count(*) FILTER (WHERE status IN ('due', 'unknown'))::int AS due,
          count(*) FILTER (WHERE status = 'parked')::int AS parked
        FROM delivery_work w WHERE w.endpoint_id = e.id
      ) work
      CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_agg(jsonb_build_object('feed', f.feed, 'readAt', f.read_at,
          'nextAt', f.next_at, 'failures', f.failures, 'fault', f.fault) ORDER BY f.feed), '[]')
          AS feeds
        FROM feed_work f WHERE f.endpoint_id = e.id AND e.feeds ? f.feed
      ) feeds
      ORDER BY wanted.place`,
    values: [endpointIds],
  })
  return rows.map((row) => ({
    endpointId: row['endpoint_id'] as string,
    circuit: row['circuit'] as EndpointStanding['circuit'],
    failures: row['failures'] as number,
    openUntil: row['open_until'] as Date | null,
    fault: row['fault'] as EndpointStanding['fault'],
    sending: row['sending'] as number,
    due: row['due'] as number,
    parked: row['parked'] as number,
    feeds: row['feeds'] as readonly FeedStanding[],
  }))
}
