import type { PoolClient } from 'pg'

import { seenColumns } from './columns.ts'
import type { Row } from './pool.ts'
import { arrays, unnest } from './rows.ts'

/** What names a row of the seen-set. */
export type SeenName = Pick<SeenRow, 'relationship_id' | 'kind' | 'key'>

/** A number or key as it is burnt in the seen-set. */
export interface SeenRow extends Row {
  readonly relationship_id: string
  readonly kind: 'interchange' | 'business'
  readonly key: string
  readonly message_id: string
}

export function seenId(row: SeenName): string {
  return `${row.relationship_id}/${row.kind}/${row.key}`
}

/**
 * Burns these keys, in their order, and answers which of them were free: never seen, seen but
 * rejected, outside the window, or (control numbers) burnt by the same message before. Waits for
 * whoever burns the same key at the same time. Rows must differ in `seenId`.
 */
export async function burn(
  client: PoolClient,
  rows: readonly SeenRow[],
): Promise<ReadonlySet<string>> {
  if (rows.length === 0) return new Set()
  const names = Object.keys(seenColumns).join(', ')
  const { rows: burnt } = await client.query<SeenRow>({
    name: 'burn',
    text: `
      INSERT INTO seen AS s (${names})
      SELECT * FROM ${unnest(seenColumns, 1)} AS n (${names}) ORDER BY relationship_id, kind, key
      ON CONFLICT (relationship_id, kind, key) DO UPDATE SET
        sha256 = excluded.sha256, accepted = excluded.accepted, message_id = excluded.message_id,
        subject_id = excluded.subject_id, at = excluded.at, until = excluded.until
      WHERE NOT s.accepted OR s.until < excluded.at
        OR (s.kind = 'interchange' AND s.message_id = excluded.message_id)
      RETURNING relationship_id, kind, key`,
    values: arrays(seenColumns, rows),
  })
  return new Set(burnt.map(seenId))
}

const nameColumns = { relationship_id: 'uuid', kind: 'text', key: 'text' } as const

/** Which of these were burnt by acceptance and still are. */
export async function burntBefore(
  client: PoolClient,
  names: readonly SeenName[],
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set()
  const { rows } = await client.query<SeenRow>({
    name: 'burnt-before',
    text: `SELECT relationship_id, kind, key
      FROM ${unnest(nameColumns, 1)} AS n (relationship_id, kind, key)
      JOIN seen s USING (relationship_id, kind, key) WHERE s.accepted AND s.until > now()`,
    values: arrays(nameColumns, names),
  })
  return new Set(rows.map(seenId))
}
