import { createHash } from 'node:crypto'
import type { PoolClient } from 'pg'

import { Fault } from '#core/errors/fault.ts'
import type { Bell } from '#core/exchange/bell.ts'
import * as columns from './columns.ts'
import { newId } from './ids.ts'
import { inTransaction } from './pool.ts'
import type { Row } from './pool.ts'
import { RowGatherer } from './receive-rows.ts'
import { insertRows } from './rows.ts'
import type { Store } from './index.ts'

/** Resend: the same bytes under the same numbers. Regenerate: made anew, under new ones. */
export type SendAgain = 'resend' | 'regenerate'

export interface SendAgainOptions {
  /** Id of the API key that asked. */
  readonly by: string
  /** Of the delivery that is made. */
  readonly attemptsMax: number
  readonly now: Date
}

/**
 * Sends a document of ours again, and answers which bell wakes who does it. What was parked of it
 * for its partner's word or silence is over. Throws NOT_FOUND, DOCUMENT_NOT_OURS,
 * DOCUMENT_NOT_SENT, DOCUMENT_STILL_DUE and DOCUMENT_WITHOUT_ORDER.
 */
export async function sendDocumentAgain(
  store: Store,
  documentId: string,
  how: SendAgain,
  options: SendAgainOptions,
): Promise<Bell> {
  return inTransaction(store.pool, async (client) => sendAgain(client, documentId, how, options))
}

/** The same within the transaction that ends a parked item. */
export async function sendAgain(
  client: PoolClient,
  documentId: string,
  how: SendAgain,
  options: SendAgainOptions,
): Promise<Bell> {
  const sets = await lockSets(client, documentId)
  const document = await loadOurs(client, documentId)
  await refuseWhileDue(client, document, sets)
  const gather = new RowGatherer(options.now, options.attemptsMax, new Map())
  const isResend = how === 'resend'
  const bell = isResend
    ? await resend(client, document, sets, gather)
    : await regenerate(client, document, gather)
  const { by } = options
  const facts = { by }
  const more = { stream: document['stream'], subject_id: documentId }
  gather.event(document['message_id'] as string, toldAs[how], facts, more)
  await insertRows(client, 'deliveries', columns.deliveryColumns, gather.deliveries)
  await insertRows(client, 'delivery_work', columns.deliveryWorkColumns, gather.deliveryWork)
  await insertRows(client, 'events', columns.eventColumns, gather.events)
  await client.query(
    `UPDATE parked SET status = 'resumed', ended_at = now(), ended_by = $2
     WHERE document_id = $1 AND kind = ANY($3::text[]) AND status = 'open'`,
    // What could not be sent as it was made is over with what is made anew.
    [documentId, by, isResend ? ['document'] : ['document', 'bundle']],
  )
  return bell
}

const toldAs = { resend: 'resent', regenerate: 'regenerated' } as const

/** The sets that were made of it, the newest last; two who send it again meet here. */
async function lockSets(client: PoolClient, documentId: string): Promise<readonly Row[]> {
  const { rows } = await client.query<Row>(
    `SELECT id, bundle_id, message_id, relationship_id, source_message_id FROM outgoing_sets
     WHERE document_id = $1 ORDER BY id FOR UPDATE`,
    [documentId],
  )
  return rows
}

async function loadOurs(client: PoolClient, documentId: string): Promise<Row> {
  const { rows } = await client.query<Row>(
    'SELECT *, body::text AS text FROM documents WHERE id = $1 FOR UPDATE',
    [documentId],
  )
  const [document] = rows
  if (document === undefined) throw new Fault('NOT_FOUND', { what: 'document', id: documentId })
  if (document['direction'] !== 'out') throw new Fault('DOCUMENT_NOT_OURS', factsOf(document))
  return document
}

function factsOf(document: Row): { kind: string; number: string } {
  return { kind: document['kind'] as string, number: document['number'] as string }
}

/** What is on its way is left alone: it would be there twice, or overtake itself. */
async function refuseWhileDue(
  client: PoolClient,
  document: Row,
  sets: readonly Row[],
): Promise<void> {
  const newest = sets.at(-1)
  const { rows } = await client.query<Row>(
    `SELECT EXISTS (SELECT FROM outgoing_work WHERE bundle_id = $1) AS unwrapped, EXISTS (
        SELECT FROM deliveries d JOIN delivery_work w ON w.delivery_id = d.id
        WHERE d.message_id = $2
      ) OR EXISTS (
        SELECT FROM message_sources s JOIN message_work w USING (message_id)
        WHERE s.document_id = $3
      ) AS due`,
    [newest?.['bundle_id'] ?? null, newest?.['message_id'] ?? null, document['id']],
  )
  const unwrapped = rows[0]?.['unwrapped'] === true
  if (unwrapped && sets.length === 1) throw new Fault('DOCUMENT_NOT_SENT', factsOf(document))
  if (unwrapped || rows[0]?.['due'] === true) {
    throw new Fault('DOCUMENT_STILL_DUE', factsOf(document))
  }
}

/** Whatever was said of it before, it is awaited again from its delivery on. */
async function resend(
  client: PoolClient,
  document: Row,
  sets: readonly Row[],
  gather: RowGatherer,
): Promise<Bell> {
  const newest = sets.findLast((set) => set['message_id'] !== null)
  if (newest === undefined) throw new Fault('DOCUMENT_NOT_SENT', factsOf(document))
  const messageId = newest['message_id'] as string
  const relationshipId = newest['relationship_id'] as string
  const { rows } = await client.query<Row>('SELECT endpoint_id FROM relationships WHERE id = $1', [
    relationshipId,
  ])
  gather.delivery({
    stream: document['stream'],
    endpoint_id: rows[0]?.['endpoint_id'] as string,
    operation: 'send',
    reference: messageId,
    lane: `relationship:${relationshipId}`,
    message_id: messageId,
    source_message_id: newest['source_message_id'],
    document_id: document['id'],
    partner_id: document['partner_id'],
  })
  await client.query(
    `UPDATE outgoing_sets SET outcome = NULL, acknowledged_at = NULL
     WHERE message_id = $1 AND outcome = 'rejected'`,
    [messageId],
  )
  const more = { stream: document['stream'], subject_id: document['id'] }
  gather.event(messageId, toldAs.resend, {}, more)
  return 'deliver'
}

/**
 * The document itself comes in again as a message of ours: receiving it makes a new set of it, as
 * today's mapping and cross-references have it.
 */
async function regenerate(
  client: PoolClient,
  document: Row,
  gather: RowGatherer,
): Promise<Bell> {
  const { rows } = await client.query<Row>(
    `SELECT id FROM documents WHERE trade_id = $1 AND kind = 'order' AND direction = 'in'
     ORDER BY created_at, id LIMIT 1`,
    [document['trade_id']],
  )
  const [order] = rows
  if (order === undefined) throw new Fault('DOCUMENT_WITHOUT_ORDER', factsOf(document))
  const id = newId()
  const { stream } = document
  const body = Buffer.from(document['text'] as string)
  await insertRows(client, 'messages', columns.messageColumns, [{
    id, stream, direction: 'in', status: 'received', content_type: 'application/json',
    size_bytes: body.length, sha256: createHash('sha256').update(body).digest(),
    encoding: 'identity', body, parts: 0, received_at: gather.now,
  }])
  await client.query(
    `INSERT INTO message_sources (message_id, stream, document_id, key, kind, reference)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, stream, document['id'], document['number'], document['kind'], order['id']],
  )
  await client.query('INSERT INTO message_work (message_id) VALUES ($1)', [id])
  return 'receive'
}
