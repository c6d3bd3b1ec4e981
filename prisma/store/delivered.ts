import { awaitSent } from './awaited.ts'
import type { AttemptRecord } from './deliver.ts'
import { newId } from './ids.ts'
import type { Row } from './pool.ts'
import { arrays, unnest } from './rows.ts'
import type { Columns } from './rows.ts'
import type { Store } from './index.ts'

/** An attempt that arrived, and what the other side answered. */
export interface Delivered {
  readonly attempt: AttemptRecord
  readonly result: unknown
}

const columns: Columns = {
  delivery_id: 'uuid',
  token: 'uuid',
  action: 'text',
  http_status: 'integer',
  started_at: 'timestamptz',
  result: 'jsonb',
  event_id: 'uuid',
}

/**
 * Records attempts that arrived, with one statement, so one round trip and one fsync for all of
 * them. Answers for each whether it was still in its holder's hand; where it was not, the next
 * holder has taken it as unknown and nothing is recorded.
 */
export async function recordDelivered(
  store: Store,
  delivered: readonly Delivered[],
): Promise<readonly boolean[]> {
  const { rows } = await store.pool.query<Row>({
    name: 'record-delivered',
    text: `
      WITH arrived AS (
        SELECT n.*, w.attempts
        FROM ${unnest(columns, 1)} AS n (${Object.keys(columns).join(', ')})
        JOIN delivery_work w ON w.delivery_id = n.delivery_id AND w.token = n.token
        ORDER BY n.delivery_id FOR UPDATE OF w
      ), done AS (
        DELETE FROM delivery_work w USING arrived WHERE w.delivery_id = arrived.delivery_id
      ), sent AS (
        UPDATE deliveries d SET status = 'delivered', attempts = arrived.attempts,
          result = arrived.result, finished_at = now()
        FROM arrived WHERE d.id = arrived.delivery_id
        RETURNING d.stream, d.message_id, d.source_message_id, arrived.*
      ), told AS (
        UPDATE messages m SET status = 'delivered', finished_at = now()
        FROM sent WHERE m.id = sent.message_id
      ), ${awaitSent}, attempted AS (
        INSERT INTO delivery_attempts
          (delivery_id, number, action, stream, fate, http_status, started_at, ended_at)
        SELECT delivery_id, attempts, action, stream, 'delivered', http_status, started_at, now()
        FROM sent
      )
      INSERT INTO events (id, stream, message_id, subject_id, kind, at)
      SELECT event_id, stream, source_message_id, delivery_id, 'delivered', now() FROM sent
      RETURNING subject_id`,
    values: arrays(columns, delivered.map(({ attempt, result }) => ({
      delivery_id: attempt.deliveryId,
      token: attempt.token,
      action: attempt.action,
      http_status: attempt.httpStatus,
      started_at: attempt.startedAt,
      result,
      event_id: newId(),
    }))),
  })
  const recorded = new Set(rows.map((row) => row['subject_id']))
  return delivered.map(({ attempt }) => recorded.has(attempt.deliveryId))
}
