import type { PoolClient } from 'pg'

import { envelope, findUnfit, groupsOf } from '#core/exchange/envelope.ts'
import type { CodecLimits } from '#core/codecs/x12/types.ts'
import type { Bundle, Enveloped } from '#core/exchange/envelope.ts'
import type { OutgoingBody } from '#core/exchange/outcome.ts'
import type { Relationship } from '#core/exchange/relationship.ts'
import * as columns from './columns.ts'
import { takeNumbers } from './number-series.ts'
import { inTransaction } from './pool.ts'
import type { Row } from './pool.ts'
import { relationshipOf } from './receive-known.ts'
import { RowGatherer } from './receive-rows.ts'
import { arrays, insertRows, unnest } from './rows.ts'
import type { Store } from './index.ts'

/** A bundle of outgoing sets with where it came from. */
interface StoredBundle extends Bundle {
  readonly id: string
  readonly sourceMessageId: string
  readonly documentId: string | null
  readonly setIds: readonly string[]
}

export interface EnvelopeOptions {
  readonly bundlesMax: number
  /** Of the deliveries that are made. */
  readonly attemptsMax: number
  /** The time the envelopes bear. */
  readonly now: Date
  /** Of the check of what leaves. */
  readonly codec: CodecLimits
}

/** Relationships that have sets waiting for an envelope, the one that waits longest first. */
export async function relationshipsToEnvelope(
  store: Store,
  relationshipsMax: number,
): Promise<readonly string[]> {
  const { rows } = await store.pool.query<Row>({
    name: 'relationships-to-envelope',
    text: `SELECT relationship_id AS id FROM outgoing_work
      GROUP BY relationship_id ORDER BY min(position) LIMIT $1`,
    values: [relationshipsMax],
  })
  return rows.map((row) => row['id'] as string)
}

/**
 * The envelope step for one relationship: takes numbers, wraps up to so many bundles, stores the
 * bytes and makes their deliveries due, in one transaction. Whoever holds the relationship's series
 * goes first; others pass by, so numbers and lane positions rise together. Answers how many bundles
 * were wrapped.
 */
export async function envelopeRelationship(
  store: Store,
  relationshipId: string,
  options: EnvelopeOptions,
): Promise<number> {
  return inTransaction(store.pool, async (client) => {
    const { rows: held } = await client.query<Row>({
      name: 'hold-envelopes',
      text: `SELECT pg_try_advisory_xact_lock(
          hashtextextended('envelope:' || $1::text, 0)) AS held`,
      values: [relationshipId],
    })
    if (held[0]?.['held'] !== true) return 0
    const bundles = await nextBundles(client, relationshipId, options.bundlesMax)
    if (bundles.length === 0) return 0
    const relationship = await loadRelationship(client, relationshipId)
    const fit = await parkUnfit(client, relationship, bundles, options)
    const enveloped = await wrap(client, relationship, fit, options.now)
    await writeEnvelopes(client, relationship, fit, enveloped, options)
    return bundles.length
  })
}

async function nextBundles(
  client: PoolClient,
  relationshipId: string,
  bundlesMax: number,
): Promise<readonly StoredBundle[]> {
  const { rows } = await client.query<Row>({
    name: 'next-bundles',
    text: `
      SELECT s.* FROM (
        SELECT bundle_id, position FROM outgoing_work
        WHERE relationship_id = $1 ORDER BY position LIMIT $2 FOR UPDATE
      ) w JOIN outgoing_sets s ON s.bundle_id = w.bundle_id
      ORDER BY w.position, s.position`,
    values: [relationshipId, bundlesMax],
  })
  const byBundle = Map.groupBy(rows, (row) => row['bundle_id'] as string)
  return [...byBundle].map(([id, sets]) => ({
    id,
    sourceMessageId: sets[0]?.['source_message_id'] as string,
    documentId: (sets[0]?.['document_id'] ?? null) as string | null,
    setIds: sets.map((row) => row['id'] as string),
    sets: sets.map((row) => ({
      type: row['type'] as string,
      functionalId: row['functional_id'] as string,
      release: row['release'] as string,
      segments: row['body'] as OutgoingBody['segments'],
    })),
  }))
}

async function loadRelationship(client: PoolClient, id: string): Promise<Relationship> {
  const { rows } = await client.query<Row>({
    name: 'load-relationship',
    text: `SELECT r.*, (
        SELECT jsonb_agg(to_jsonb(a)) FROM agreements a WHERE a.relationship_id = r.id
      ) AS agreements FROM relationships r WHERE r.id = $1`,
    values: [id],
  })
  const [row] = rows
  if (row === undefined) throw new Error(`relationship ${id} is gone`)
  return relationshipOf(row)
}

/**
 * Sets aside what cannot be sent as it is: a person is told, and the others go on. Answers these.
 */
async function parkUnfit(
  client: PoolClient,
  relationship: Relationship,
  bundles: readonly StoredBundle[],
  { now, attemptsMax, codec }: EnvelopeOptions,
): Promise<readonly StoredBundle[]> {
  const { stream, partnerId: partner_id } = relationship
  const gather = new RowGatherer(now, attemptsMax, new Map())
  const unfit = bundles.filter((bundle) => {
    const park = findUnfit(bundle, relationship, now, codec)
    if (park === null) return false
    const { id: bundle_id, documentId: document_id } = bundle
    const more = { stream, bundle_id, document_id, partner_id, subject_id: document_id }
    gather.park(bundle.sourceMessageId, 'bundle', park, more)
    return true
  })
  if (unfit.length === 0) return bundles
  await insertRows(client, 'parked', columns.parkedColumns, gather.parked)
  await insertRows(client, 'events', columns.eventColumns, gather.events)
  await endWork(client, unfit)
  return bundles.filter((bundle) => !unfit.includes(bundle))
}

async function wrap(
  client: PoolClient,
  relationship: Relationship,
  bundles: readonly StoredBundle[],
  now: Date,
): Promise<readonly Enveloped[]> {
  if (bundles.length === 0) return []
  const { id: relationshipId, stream, ourGroupId, theirGroupId } = relationship
  const groupCounts = bundles.map((bundle) => groupsOf(bundle).length)
  const groupsAll = groupCounts.reduce((sum, count) => sum + count, 0)
  const scope = `${ourGroupId}/${theirGroupId}`
  const interchanges = await takeNumbers(
    client, { relationshipId, stream, kind: 'interchange', scope: '' }, bundles.length)
  const groups = await takeNumbers(
    client, { relationshipId, stream, kind: 'group', scope }, groupsAll)
  let taken = 0
  return bundles.map((bundle, index) => {
    const count = groupCounts[index] ?? 0
    const numbers = {
      interchange: interchanges[index] ?? 0,
      groups: groups.slice(taken, taken + count),
    }
    taken += count
    return envelope(bundle, relationship, numbers, now)
  })
}

async function writeEnvelopes(
  client: PoolClient,
  relationship: Relationship,
  bundles: readonly StoredBundle[],
  enveloped: readonly Enveloped[],
  options: EnvelopeOptions,
): Promise<void> {
  if (bundles.length === 0) return
  const gather = new RowGatherer(options.now, options.attemptsMax, new Map())
  const numbered: Row[] = []
  for (const [index, bundle] of bundles.entries()) {
    const made = enveloped[index]
    if (made === undefined) throw new Error('a bundle without its envelope')
    const messageId = gatherEnvelope(relationship, bundle, made, gather)
    for (const [at, id] of bundle.setIds.entries()) {
      const { groupControl, control } = made.sets[at] ?? {}
      numbered.push({
        id, message_id: messageId, group_control: groupControl, control,
        interchange_control: made.control,
      })
    }
  }
  await insertRows(client, 'messages', columns.messageColumns, gather.messages)
  await insertRows(client, 'deliveries', columns.deliveryColumns, gather.deliveries)
  await insertRows(client, 'delivery_work', columns.deliveryWorkColumns, gather.deliveryWork)
  await insertRows(client, 'events', columns.eventColumns, gather.events)
  await markEnveloped(client, bundles, numbered)
}

/** The outbound message with its delivery in the relationship's lane. Answers the message's id. */
function gatherEnvelope(
  relationship: Relationship,
  bundle: StoredBundle,
  made: Enveloped,
  gather: RowGatherer,
): string {
  const { stream, partnerId, endpointId } = relationship
  const messageId = gather.outbound(Buffer.from(made.bytes), {
    stream,
    standard: relationship.standard,
    content_type: 'application/edi-x12',
    partner_id: partnerId,
    relationship_id: relationship.id,
  })
  gather.delivery({
    stream,
    endpoint_id: endpointId,
    operation: 'send',
    reference: messageId,
    lane: `relationship:${relationship.id}`,
    message_id: messageId,
    source_message_id: bundle.sourceMessageId,
    document_id: bundle.documentId,
    partner_id: partnerId,
  })
  const subject = { stream, subject_id: messageId }
  gather.event(bundle.sourceMessageId, 'enveloped', { control: made.control }, subject)
  return messageId
}

const numberedColumns = {
  id: 'uuid',
  message_id: 'uuid',
  group_control: 'text',
  control: 'text',
  interchange_control: 'text',
} as const

/** The sets know their numbers, acknowledgements their message, and the work is done. */
async function markEnveloped(
  client: PoolClient,
  bundles: readonly StoredBundle[],
  numbered: readonly Row[],
): Promise<void> {
  const names = Object.keys(numberedColumns).join(', ')
  await client.query({
    name: 'number-sets',
    text: `UPDATE outgoing_sets s SET message_id = n.message_id,
        group_control = n.group_control, control = n.control,
        interchange_control = n.interchange_control
      FROM ${unnest(numberedColumns, 1)} AS n (${names}) WHERE s.id = n.id`,
    values: arrays(numberedColumns, numbered),
  })
  await client.query({
    name: 'answer-enveloped',
    text: `UPDATE acknowledgements a SET message_id = s.message_id FROM outgoing_sets s
      WHERE s.id = ANY($1::uuid[]) AND a.outgoing_set_id = s.id AND a.direction = 'out'`,
    values: [numbered.map((row) => row['id'])],
  })
  await endWork(client, bundles)
}

async function endWork(client: PoolClient, bundles: readonly StoredBundle[]): Promise<void> {
  await client.query({
    name: 'bundles-done',
    text: 'DELETE FROM outgoing_work WHERE bundle_id = ANY($1::uuid[])',
    values: [bundles.map(({ id }) => id)],
  })
}
