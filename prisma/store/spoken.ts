import { spokenKey } from '#core/exchange/known.ts'
import type { SpokenKey, SpokenOf } from '#core/exchange/known.ts'
import type { Row } from './pool.ts'
import { arrays, unnest } from './rows.ts'
import type { Store } from './index.ts'

const columns = {
  key: 'text', relationshipId: 'uuid', setType: 'text', groupControl: 'text', setControl: 'text',
  numbers: 'jsonb',
} as const

/**
 * The documents that a partner's words mean: the one a set of ours was made of, by its numbers;
 * where they name none, those of the relationship that bear one of the numbers, in the order of the
 * numbers, ours before theirs and the last before others.
 */
export async function loadSpoken(
  store: Store,
  keys: readonly SpokenKey[],
): Promise<Map<string, readonly SpokenOf[]>> {
  const found = new Map<string, SpokenOf[]>(keys.map((key) => [spokenKey(key), []]))
  if (keys.length === 0) return found
  const { rows } = await store.pool.query<Row>({
    name: 'load-spoken',
    text: `
      WITH k AS (
        SELECT * FROM ${unnest(columns, 1)}
          AS k (key, relationship_id, set_type, group_control, set_control, numbers)
      ), sets AS (
        SELECT k.key, s.document_id FROM k CROSS JOIN LATERAL (
          SELECT s.document_id FROM outgoing_sets s
          WHERE s.relationship_id = k.relationship_id AND s.group_control = k.group_control
            AND s.control = k.set_control AND s.document_id IS NOT NULL
            AND (k.set_type IS NULL OR s.type = k.set_type)
          ORDER BY s.id DESC LIMIT 1
        ) s
      ), numbered AS (
        SELECT DISTINCT ON (k.key, n.place) k.key, d.id AS document_id, n.place
        FROM k CROSS JOIN LATERAL jsonb_array_elements_text(k.numbers)
          WITH ORDINALITY AS n (number, place)
        JOIN documents d ON d.number = n.number AND d.relationship_id = k.relationship_id
          AND d.kind <> 'business-acknowledgement'
        WHERE NOT EXISTS (SELECT FROM sets WHERE sets.key = k.key)
        ORDER BY k.key, n.place, d.direction DESC, d.id DESC
      ), meant AS (
        SELECT key, document_id, 0 AS place FROM sets
        UNION ALL SELECT key, document_id, place FROM numbered
      )
      SELECT meant.key, d.id, d.trade_id, d.kind, d.number
      FROM meant JOIN documents d ON d.id = meant.document_id ORDER BY meant.key, meant.place`,
    values: arrays(columns, keys.map((key) =>
      ({ ...key, key: spokenKey(key), numbers: [...key.numbers] }))),
  })
  for (const row of rows) {
    found.get(row['key'] as string)?.push({
      documentId: row['id'] as string,
      tradeId: row['trade_id'] as string,
      kind: row['kind'] as string,
      number: row['number'] as string,
    })
  }
  return found
}
