import { seenKey, sentGroupKey } from '#core/exchange/known.ts'
import type {
  Known, Needs, SeenKey, SentGroupKey, SentInterchange, SentSet,
} from '#core/exchange/known.ts'
import type { Row } from './pool.ts'
import { loadSpoken } from './spoken.ts'
import { arrays, unnest } from './rows.ts'
import type { Store } from './index.ts'

type Sent = Pick<Known, 'sentGroups' | 'sentInterchanges' | 'contents' | 'spoken'>

/** What we sent under the numbers that acknowledgements name. */
export async function loadSent(
  store: Store,
  needs: Pick<Needs, keyof Sent>,
): Promise<Sent> {
  const [sentGroups, sentInterchanges, contents, spoken] = await Promise.all([
    loadGroups(store, needs.sentGroups),
    loadInterchanges(store, needs.sentInterchanges),
    loadContents(store, needs.contents),
    loadSpoken(store, needs.spoken),
  ])
  return { sentGroups, sentInterchanges, contents, spoken }
}

const setShape = `s.id, s.message_id, s.group_control, s.type, s.control, d.kind, d.number`

const groupColumns = { relationshipId: 'uuid', functionalId: 'text', groupControl: 'text' } as const

/** Where a number came round again, the group that was sent last is meant. */
async function loadGroups(
  store: Store,
  keys: readonly SentGroupKey[],
): Promise<Map<string, readonly SentSet[]>> {
  const found = new Map<string, SentSet[]>(keys.map((key) => [sentGroupKey(key), []]))
  if (keys.length === 0) return found
  const { rows } = await store.pool.query<Row>({
    name: 'load-sent-groups',
    text: `
      SELECT k.relationship_id, k.functional_id, ${setShape}
      FROM ${unnest(groupColumns, 1)} AS k (relationship_id, functional_id, group_control)
      CROSS JOIN LATERAL (
        SELECT l.bundle_id FROM outgoing_sets l WHERE l.relationship_id = k.relationship_id
          AND l.functional_id = k.functional_id AND l.group_control = k.group_control
        ORDER BY l.id DESC LIMIT 1
      ) last
      JOIN outgoing_sets s ON s.bundle_id = last.bundle_id
        AND s.functional_id = k.functional_id AND s.group_control = k.group_control
      LEFT JOIN documents d ON d.id = s.document_id
      ORDER BY s.position`,
    values: arrays(groupColumns, keys.map((key) => ({ ...key }))),
  })
  for (const row of rows) {
    const key = {
      relationshipId: row['relationship_id'] as string,
      functionalId: row['functional_id'] as string,
      groupControl: row['group_control'] as string,
    }
    found.get(sentGroupKey(key))?.push(setOf(row))
  }
  return found
}

const interchangeColumns = { relationshipId: 'uuid', control: 'text' } as const

/** ISA is fixed in width (X12.5 §3.1): ISA09 and ISA10 stand at bytes 70 and 77, from 0. */
async function loadInterchanges(
  store: Store,
  keys: readonly SeenKey[],
): Promise<Map<string, readonly SentInterchange[]>> {
  const found = new Map<string, SentInterchange[]>(keys.map((key) => [seenKey(key), []]))
  if (keys.length === 0) return found
  const { rows } = await store.pool.query<Row>({
    name: 'load-sent-interchanges',
    text: `
      SELECT s.relationship_id, s.interchange_control, ${setShape},
        convert_from(substring(m.body FROM 71 FOR 6), 'LATIN1') AS date,
        convert_from(substring(m.body FROM 78 FOR 4), 'LATIN1') AS time
      FROM ${unnest(interchangeColumns, 1)} AS k (relationship_id, interchange_control)
      JOIN outgoing_sets s USING (relationship_id, interchange_control)
      JOIN messages m ON m.id = s.message_id
      LEFT JOIN documents d ON d.id = s.document_id
      ORDER BY s.message_id DESC, s.position`,
    values: arrays(interchangeColumns, keys.map((key) => ({ ...key }))),
  })
  for (const [messageId, sets] of Map.groupBy(rows, (row) => row['message_id'] as string)) {
    const [first] = sets
    if (first === undefined) continue
    const key = {
      relationshipId: first['relationship_id'] as string,
      control: first['interchange_control'] as string,
    }
    found.get(seenKey(key))?.push({
      messageId,
      date: first['date'] as string,
      time: first['time'] as string,
      sets: sets.map(setOf),
    })
  }
  return found
}

async function loadContents(
  store: Store,
  ids: readonly string[],
): Promise<Map<string, Uint8Array>> {
  if (ids.length === 0) return new Map()
  const { rows } = await store.pool.query<Row>({
    name: 'load-sent-contents',
    text: `SELECT id, body FROM messages WHERE id = ANY($1::uuid[])`,
    values: [ids],
  })
  return new Map(rows.map((row) => [row['id'] as string, row['body'] as Buffer]))
}

function setOf(row: Row): SentSet {
  return {
    outgoingSetId: row['id'] as string,
    messageId: row['message_id'] as string,
    groupControl: row['group_control'] as string,
    type: row['type'] as string,
    control: row['control'] as string,
    document: row['kind'] === null
      ? null
      : { kind: row['kind'] as string, number: row['number'] as string },
  }
}
