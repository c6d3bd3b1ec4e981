import type { PoolClient } from 'pg'

import type { Stream } from '#core/exchange/stream.ts'
import type { Row } from './pool.ts'

/** One series of control numbers of a relationship: ISA13, or GS06 per (GS02, GS03). */
export interface Series {
  readonly relationshipId: string
  readonly stream: Stream
  readonly kind: 'interchange' | 'group'
  readonly scope: string
}

/** The end of the range of ISA13 and GS06: nine digits (X12.5, data elements I12 and 28). */
export const lastNumber = 999_999_999

/**
 * Takes the next numbers of a series within the transaction that stores the bytes they are written
 * into: a rollback gives them back, so none is void. After the end of the range comes 1.
 */
export async function takeNumbers(
  client: PoolClient,
  series: Series,
  count: number,
): Promise<readonly number[]> {
  const { rows } = await client.query<Row>({
    name: 'take-numbers',
    text: `
      INSERT INTO number_series AS n (relationship_id, kind, scope, stream, next, last)
      VALUES ($1, $2, $3, $4, 1 + $5::bigint, $6)
      ON CONFLICT (relationship_id, kind, scope) DO UPDATE
        SET next = (n.next - 1 + $5) % n.last + 1
      RETURNING next, last`,
    values: [series.relationshipId, series.kind, series.scope, series.stream, count, lastNumber],
  })
  const next = Number(rows[0]?.['next'])
  const last = Number(rows[0]?.['last'])
  const first = (((next - 1 - count) % last) + last) % last
  return Array.from({ length: count }, (_, index) => ((first + index) % last) + 1)
}
