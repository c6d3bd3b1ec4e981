import type { PoolClient } from 'pg'

import type { Bell } from '#core/exchange/bell.ts'
import { Fault } from '#core/errors/fault.ts'
import { newId } from './ids.ts'
import { refreshMessageStatus } from './message-status.ts'
import { inTransaction } from './pool.ts'
import type { Row } from './pool.ts'
import { jsonText } from './rows.ts'
import { sendAgain } from './send-again.ts'
import type { SendAgain, SendAgainOptions } from './send-again.ts'
import type { Store } from './index.ts'

/** What a person decided of a parked item, and which bell wakes who goes on with it. */
export interface ParkedDecision {
  readonly status: 'resumed' | 'discarded' | 'skipped'
  readonly ring: Bell | null
}

type Action = 'resume' | 'discard' | 'skip' | SendAgain

/** Attempts a resumed delivery gets anew. */
export interface ResumeOptions {
  readonly attemptsMax: number
}

/**
 * Goes on with a parked item as if its cause were gone: a message is judged anew where its verdict
 * did not stand, a set is mapped anew, a delivery is tried anew (looked up first where its fate is
 * unknown), a bundle is enveloped anew. Throws PARKED_UNKNOWN, PARKED_ENDED and
 * PARKED_CHOICE_NEEDED.
 */
export async function resumeParked(
  store: Store,
  id: string,
  by: string,
  options: ResumeOptions,
): Promise<ParkedDecision> {
  return inTransaction(store.pool, async (client) => {
    const item = await endParked(client, id, by, 'resume')
    if (item['kind'] === 'delivery') {
      await client.query(
        `UPDATE delivery_work w SET next_at = now(), attempts_max = w.failures + $2,
           status = CASE WHEN (
             SELECT fate FROM delivery_attempts a WHERE a.delivery_id = w.delivery_id
             ORDER BY number DESC LIMIT 1) = 'unknown' THEN 'unknown' ELSE 'due' END
         WHERE w.delivery_id = $1`,
        [item['delivery_id'], options.attemptsMax],
      )
      return { status: 'resumed', ring: 'deliver' }
    }
    if (item['kind'] === 'bundle') {
      await client.query(
        `INSERT INTO outgoing_work (bundle_id, relationship_id)
         SELECT bundle_id, relationship_id FROM outgoing_sets WHERE bundle_id = $1 LIMIT 1`,
        [item['bundle_id']],
      )
      return { status: 'resumed', ring: 'envelope' }
    }
    // Only what was seen and settled elsewhere stands on a document and is taken up by this.
    if (item['kind'] === 'document') return { status: 'resumed', ring: null }
    if (item['kind'] === 'feed') {
      await client.query(
        `UPDATE feed_work SET next_at = now(), failures = 0
         WHERE endpoint_id = $1 AND feed = $2 AND token IS NULL`,
        [item['endpoint_id'], item['feed']],
      )
      return { status: 'resumed', ring: 'poll' }
    }
    const messageId = item['message_id'] as string
    if (item['kind'] === 'set') await makeSetDue(client, messageId, item['set_id'])
    else await makeMessageDue(client, messageId)
    // Whoever has the message in hand decides without this: their commit is to come to nothing.
    await client.query(
      `INSERT INTO message_work (message_id) VALUES ($1)
       ON CONFLICT (message_id) DO UPDATE
       SET next_at = now(), attempts = 0, token = NULL, lease_until = NULL`,
      [messageId],
    )
    return { status: 'resumed', ring: 'receive' }
  })
}

/**
 * Sends the document of a parked item again, which ends it. Throws PARKED_UNKNOWN, PARKED_ENDED,
 * PARKED_CHOICE_NEEDED and what `sendAgain` throws.
 */
export async function sendParkedAgain(
  store: Store,
  id: string,
  how: SendAgain,
  options: SendAgainOptions,
): Promise<ParkedDecision> {
  return inTransaction(store.pool, async (client) => {
    const item = await endParked(client, id, options.by, how)
    const ring = await sendAgain(client, item['document_id'] as string, how, options)
    return { status: 'resumed', ring }
  })
}

async function makeMessageDue(client: PoolClient, messageId: string): Promise<void> {
  await client.query(
    `UPDATE messages SET status = 'received', finished_at = NULL WHERE id = $1`,
    [messageId],
  )
}

async function makeSetDue(client: PoolClient, messageId: string, setId: unknown): Promise<void> {
  await client.query(`UPDATE sets SET status = 'due' WHERE id = $1`, [setId])
  await refreshUnlessReceived(client, messageId)
}

/** A message that is to be judged anew stays so: its due sets are applied after that. */
async function refreshUnlessReceived(client: PoolClient, messageId: string): Promise<void> {
  const { rows } = await client.query<Row>(
    'SELECT status FROM messages WHERE id = $1 FOR UPDATE',
    [messageId],
  )
  if (rows[0]?.['status'] !== 'received') await refreshMessageStatus(client, [messageId])
}

/**
 * Ends a parked item for good: nothing of it is applied or sent. Throws PARKED_UNKNOWN and
 * PARKED_ENDED.
 */
export async function discardParked(store: Store, id: string, by: string): Promise<ParkedDecision> {
  return inTransaction(store.pool, async (client) => {
    const item = await endParked(client, id, by, 'discard')
    if (item['kind'] === 'delivery') return endDelivery(client, item, 'discarded')
    // What could not leave, or was refused, stays as it is.
    if (item['kind'] === 'bundle' || item['kind'] === 'document') {
      return { status: 'discarded', ring: null }
    }
    // Nothing of a feed can be discarded: it is tried on, and shown again where that fails.
    if (item['kind'] === 'feed') return { status: 'discarded', ring: null }
    const messageId = item['message_id'] as string
    if (item['kind'] === 'set') {
      await client.query(`UPDATE sets SET status = 'rejected' WHERE id = $1`, [item['set_id']])
    } else {
      // Of a settled one only a TA1 needed somebody: its sets are not what is parked.
      await client.query(
        `WITH held AS (
           UPDATE interchanges SET settled = true WHERE id = $2 AND NOT settled RETURNING id
         )
         UPDATE sets SET status = 'rejected' WHERE message_id = $1 AND group_id IN (
           SELECT g.id FROM groups g JOIN held ON held.id = g.interchange_id
           WHERE g.message_id = $1)`,
        [messageId, item['interchange_id']],
      )
    }
    await refreshUnlessReceived(client, messageId)
    return { status: 'discarded', ring: null }
  })
}

/**
 * Lets a lane go on without its parked head. Only deliveries stand in lanes.
 * Throws PARKED_UNKNOWN, PARKED_ENDED and PARKED_NOT_IN_LANE.
 */
export async function skipParked(store: Store, id: string, by: string): Promise<ParkedDecision> {
  return inTransaction(store.pool, async (client) => {
    const item = await endParked(client, id, by, 'skip')
    if (item['kind'] !== 'delivery') {
      throw new Fault('PARKED_NOT_IN_LANE', { kind: item['kind'] as string })
    }
    return endDelivery(client, item, 'skipped')
  })
}

const endedAs = {
  resume: 'resumed', resend: 'resumed', regenerate: 'resumed', discard: 'discarded',
  skip: 'skipped',
} as const

async function endParked(
  client: PoolClient,
  id: string,
  by: string,
  action: Action,
): Promise<Row> {
  // In the order in which a commit of receive takes its locks: the message's work comes first.
  await client.query(
    `SELECT FROM message_work w JOIN parked p ON p.message_id = w.message_id
     WHERE p.id = $1 FOR UPDATE OF w`,
    [id],
  )
  await client.query(
    `SELECT FROM outgoing_sets s JOIN parked p ON p.document_id = s.document_id
     WHERE p.id = $1 ORDER BY s.id FOR UPDATE OF s`,
    [id],
  )
  const { rows } = await client.query<Row>('SELECT * FROM parked WHERE id = $1 FOR UPDATE', [id])
  const [item] = rows
  if (item === undefined) throw new Fault('PARKED_UNKNOWN', { id })
  if (item['status'] !== 'open') {
    throw new Fault('PARKED_ENDED', { id, status: item['status'] as string })
  }
  refuseUnfit(item, action)
  await client.query(
    'UPDATE parked SET status = $2, ended_at = now(), ended_by = $3 WHERE id = $1',
    [id, endedAs[action], by],
  )
  // Events stand on messages, and what is parked of a feed has none.
  if (item['message_id'] === null) return item
  await client.query(
    `INSERT INTO events (id, stream, message_id, subject_id, kind, facts, at)
     VALUES ($1, $2, $3, $4, $5, $6, now())`,
    [
      newId(), item['stream'], item['message_id'],
      item['set_id'] ?? item['delivery_id'] ?? item['document_id'],
      endedAs[action], jsonText({ code: item['code'], by }),
    ],
  )
  return item
}

/** A document is sent again or left; all else is gone on with as it stands. */
function refuseUnfit(item: Row, action: Action): void {
  const kind = item['kind'] as string
  const code = item['code'] as string
  if (action === 'resend' || action === 'regenerate') {
    if (kind === 'document') return
    if (kind === 'bundle' && action === 'regenerate' && item['document_id'] !== null) return
    throw new Fault('PARKED_CHOICE_NEEDED', { kind, code, action, choices: 'resume or discard' })
  }
  if (action === 'resume' && unanswered.has(code)) {
    const choices = 'resend, regenerate or discard'
    throw new Fault('PARKED_CHOICE_NEEDED', { kind, code, action, choices })
  }
}

/** What only sending again, or leaving it, can answer. */
const unanswered: ReadonlySet<string> = new Set(['OUTBOUND_REJECTED', 'ACKNOWLEDGEMENT_OVERDUE'])

async function endDelivery(
  client: PoolClient,
  item: Row,
  status: 'discarded' | 'skipped',
): Promise<ParkedDecision> {
  await client.query(
    `WITH gone AS (DELETE FROM delivery_work WHERE delivery_id = $1 RETURNING attempts),
       ended AS (
         UPDATE deliveries
         SET status = $2, attempts = (SELECT attempts FROM gone), finished_at = now()
         WHERE id = $1 RETURNING message_id
       )
     UPDATE messages SET status = $2, finished_at = now()
     WHERE id IN (SELECT message_id FROM ended)`,
    [item['delivery_id'], status],
  )
  return { status, ring: 'deliver' }
}
