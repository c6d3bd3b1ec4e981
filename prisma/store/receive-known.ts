import { crossReferenceKey } from '#core/exchange/outcome.ts'
import type { CrossReferenceKey } from '#core/exchange/outcome.ts'
import type { SeenInterchange } from '#core/exchange/duplicates.ts'
import { seenKey, tradeKey } from '#core/exchange/known.ts'
import type { Known, Needs, SeenKey, Trade, TradeKey } from '#core/exchange/known.ts'
import { agreementSettings, pairKey, relationshipSettings } from '#core/exchange/relationship.ts'
import type {
  Agreement,
  AgreementSettings,
  Pair,
  Relationship,
  RelationshipSettings,
} from '#core/exchange/relationship.ts'
import type { Stream } from '#core/exchange/stream.ts'
import { isUuid } from './ids.ts'
import type { Row } from './pool.ts'
import { arrays, unnest } from './rows.ts'
import { loadSent } from './sent.ts'
import { allocateSsccs } from './ssccs.ts'
import type { Store } from './index.ts'

/**
 * Looks up all that a run asked for; what is not there is told as absent, so that nothing is asked
 * twice.
 */
export async function loadKnown(store: Store, needs: Needs): Promise<Known> {
  const [relationships, seen, crossReferences, trades, ssccs, sent] = await Promise.all([
    loadRelationships(store, needs.pairs),
    loadSeen(store, needs.seen),
    loadCrossReferences(store, needs.crossReferences),
    loadTrades(store, needs.trades),
    allocateSsccs(store, needs.ssccs),
    loadSent(store, needs),
  ])
  return { relationships, seen, crossReferences, trades, ssccs, ...sent }
}

const pairColumns = {
  standard: 'text',
  theirQualifier: 'text',
  theirId: 'text',
  ourQualifier: 'text',
  ourId: 'text',
} as const

async function loadRelationships(
  store: Store,
  pairs: readonly Pair[],
): Promise<Map<string, Relationship[]>> {
  const found = new Map<string, Relationship[]>(pairs.map((pair) => [pairKey(pair), []]))
  if (pairs.length === 0) return found
  const { rows } = await store.pool.query<Row>({
    name: 'load-relationships',
    text: `
      SELECT r.*, coalesce(a.agreements, '[]') AS agreements
      FROM ${unnest(pairColumns, 1)}
        AS p (standard, their_qualifier, their_id, our_qualifier, our_id)
      JOIN relationships r USING (standard, their_qualifier, their_id, our_qualifier, our_id)
      LEFT JOIN LATERAL (
        SELECT jsonb_agg(to_jsonb(agreements)) AS agreements FROM agreements
        WHERE relationship_id = r.id
      ) a ON true`,
    values: arrays(pairColumns, pairs.map((pair) => ({ ...pair }))),
  })
  for (const row of rows) {
    const relationship = relationshipOf(row)
    found.get(pairKey(relationship))?.push(relationship)
  }
  return found
}

const tradeColumns = { stream: 'text', reference: 'uuid' } as const

/** Orders that came in, by the id of their document. */
async function loadTrades(
  store: Store,
  keys: readonly TradeKey[],
): Promise<Map<string, Trade | null>> {
  const found = new Map<string, Trade | null>(keys.map((key) => [tradeKey(key), null]))
  const named = keys.filter(({ reference }) => isUuid(reference))
  if (named.length === 0) return found
  const { rows } = await store.pool.query<Row>({
    name: 'load-trades',
    text: `
      SELECT d.id AS document_id, d.trade_id, d.body AS order, left(g.release, 6) AS release, r.*, (
        SELECT jsonb_agg(to_jsonb(a)) FROM agreements a WHERE a.relationship_id = r.id
      ) AS agreements
      FROM ${unnest(tradeColumns, 1)} AS k (stream, id)
      JOIN documents d ON d.id = k.id AND d.stream = k.stream
        AND d.kind = 'order' AND d.direction = 'in'
      JOIN relationships r ON r.id = d.relationship_id
      JOIN sets s ON s.id = d.set_id JOIN groups g ON g.id = s.group_id`,
    values: arrays(tradeColumns, named.map(({ stream, reference }) => ({ stream, reference }))),
  })
  for (const row of rows) {
    const relationship = relationshipOf(row)
    const key = { stream: relationship.stream, reference: row['document_id'] as string }
    found.set(tradeKey(key), {
      tradeId: row['trade_id'] as string,
      order: row['order'],
      release: row['release'] as string,
      relationship,
    })
  }
  return found
}

/** One relationship from its row, with its agreements as a JSON list beside it. */
export function relationshipOf(row: Row): Relationship {
  return {
    id: row['id'] as string,
    stream: row['stream'] as Stream,
    standard: 'x12',
    partnerId: row['partner_id'] as string,
    theirQualifier: row['their_qualifier'] as string,
    theirId: row['their_id'] as string,
    ourQualifier: row['our_qualifier'] as string,
    ourId: row['our_id'] as string,
    theirGroupId: row['their_group_id'] as string,
    ourGroupId: row['our_group_id'] as string,
    endpointId: row['endpoint_id'] as string,
    settings: relationshipSettings(row['settings'] as Partial<RelationshipSettings>),
    agreements: ((row['agreements'] ?? []) as Row[]).map(agreementOf),
  }
}

function agreementOf(row: Row): Agreement {
  return {
    id: row['id'] as string,
    direction: row['direction'] as Agreement['direction'],
    documentKind: row['document_kind'] as string,
    setType: row['set_type'] as string,
    release: row['release'] as string,
    mapping: row['mapping'] as string,
    settings: agreementSettings(row['settings'] as Partial<AgreementSettings>),
  }
}

const seenColumns = { relationshipId: 'uuid', control: 'text' } as const

async function loadSeen(
  store: Store,
  keys: readonly SeenKey[],
): Promise<Map<string, SeenInterchange | null>> {
  const found = new Map<string, SeenInterchange | null>(keys.map((key) => [seenKey(key), null]))
  if (keys.length === 0) return found
  const { rows } = await store.pool.query<Row>({
    name: 'load-seen',
    text: `
      SELECT s.* FROM ${unnest(seenColumns, 1)} AS k (relationship_id, key)
      JOIN seen s ON s.relationship_id = k.relationship_id
        AND s.kind = 'interchange' AND s.key = k.key`,
    values: arrays(seenColumns, keys.map((key) => ({ ...key }))),
  })
  for (const row of rows) {
    const key = {
      relationshipId: row['relationship_id'] as string,
      control: row['key'] as string,
    }
    found.set(seenKey(key), {
      messageId: row['message_id'] as string,
      interchangeId: row['subject_id'] as string,
      sha256: (row['sha256'] as Buffer).toString('hex'),
      accepted: row['accepted'] as boolean,
      untilMs: (row['until'] as Date).getTime(),
    })
  }
  return found
}

const crossReferenceColumns = {
  partnerId: 'uuid',
  stream: 'text',
  table: 'text',
  key: 'text',
  day: 'text',
} as const

/** Of several entries of a key that hold on that day, the one that began last. */
async function loadCrossReferences(
  store: Store,
  keys: readonly CrossReferenceKey[],
): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>(keys.map((key) => [crossReferenceKey(key), null]))
  if (keys.length === 0) return found
  const { rows } = await store.pool.query<Row>({
    name: 'load-cross-references',
    text: `
      SELECT k.*, e.value
      FROM ${unnest(crossReferenceColumns, 1)} AS k (partner_id, stream, name, key, day)
      JOIN cross_references c
        ON c.partner_id = k.partner_id AND c.stream = k.stream AND c.name = k.name
      CROSS JOIN LATERAL (
        SELECT value FROM cross_reference_entries
        WHERE cross_reference_id = c.id AND key = k.key AND valid_from <= k.day::date
          AND (valid_to IS NULL OR valid_to >= k.day::date)
        ORDER BY valid_from DESC LIMIT 1
      ) e`,
    values: arrays(crossReferenceColumns, keys.map((key) => ({ ...key }))),
  })
  for (const row of rows) {
    const key = {
      partnerId: row['partner_id'] as string,
      stream: row['stream'] as Stream,
      table: row['name'] as string,
      key: row['key'] as string,
      day: row['day'] as string,
    }
    found.set(crossReferenceKey(key), row['value'])
  }
  return found
}
