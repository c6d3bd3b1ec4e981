import type { ClientBase } from 'pg'
import { newId } from './ids.ts'
import { lastNumber } from './number-series.ts'

/** Numbers of one series that were passed over, both ends included. */
export interface VoidNumbers {
  /** Null for SSCCs, which belong to a company prefix. */
  readonly relationshipId: string | null
  readonly kind: 'interchange' | 'group' | 'sscc'
  /** As in number_series; for SSCCs the company prefix and the extension digit. */
  readonly scope: string
  readonly first: number
  readonly last: number
}

/** A series of either table, as this file needs it; numbers come as text. */
interface Series {
  readonly relationshipId: string | null
  readonly kind: VoidNumbers['kind']
  readonly scope: string
  readonly next: string
  readonly least: string
  readonly last: string
}

/**
 * Passes over the next `count` numbers of every series, of control numbers and of SSCCs, and
 * records them with the reason. Within the caller's transaction, on a database that no hub works
 * on.
 */
export async function skipNumbers(
  client: ClientBase, count: number, reason: string,
): Promise<VoidNumbers[]> {
  if (count === 0) return []
  await beginMissing(client)
  const { rows } = await client.query<Series>(allSeries)
  const voided = rows.flatMap((series) => voidIn(series, count))
  await client.query(
    'UPDATE number_series SET next = (next - 1 + $1) % last + 1', [count])
  await client.query('UPDATE sscc_series SET next = (next + $1) % (last + 1)', [count])
  await record(client, voided, reason)
  return voided
}

/**
 * A relationship that has sent nothing yet may have begun its series since; the scopes are those
 * that envelope.ts takes numbers of.
 */
async function beginMissing(client: ClientBase): Promise<void> {
  await client.query(`
    INSERT INTO number_series (relationship_id, kind, scope, stream, next, last)
    SELECT r.id, s.kind, s.scope, r.stream, 1, $1
    FROM relationships r, LATERAL (VALUES
      ('interchange', ''), ('group', r.our_group_id || '/' || r.their_group_id)
    ) AS s (kind, scope)
    ON CONFLICT DO NOTHING`, [lastNumber])
}

/** Serial numbers of SSCCs count from 0, and their next may stand one past the last (ssccs.ts). */
const allSeries = `
  SELECT relationship_id AS "relationshipId", kind, scope, next, last, 1::bigint AS least
  FROM number_series
  UNION ALL
  SELECT NULL, 'sscc', company_prefix || ' ' || extension, next % (last + 1), last, 0
  FROM sscc_series
  ORDER BY kind, "relationshipId", scope`

/** One stretch, or two where the range ends within it and begins anew. */
function voidIn(series: Series, count: number): VoidNumbers[] {
  const { relationshipId, kind, scope } = series
  const [next, least, last] = [Number(series.next), Number(series.least), Number(series.last)]
  const skipped = Math.min(count, last - least + 1)
  const upTo = Math.min(next + skipped - 1, last)
  const begunAnew = skipped - (upTo - next + 1)
  const stretches = [{ first: next, last: upTo }]
  if (begunAnew > 0) stretches.push({ first: least, last: least + begunAnew - 1 })
  return stretches.map((stretch) => ({ relationshipId, kind, scope, ...stretch }))
}

async function record(
  client: ClientBase, voided: readonly VoidNumbers[], reason: string,
): Promise<void> {
  await client.query(
    `INSERT INTO void_numbers (id, relationship_id, kind, scope, first, last, reason, at)
     SELECT v.*, $7, now() FROM unnest(
       $1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[]) AS v`,
    [
      voided.map(() => newId()),
      voided.map(({ relationshipId }) => relationshipId),
      voided.map(({ kind }) => kind),
      voided.map(({ scope }) => scope),
      voided.map(({ first }) => first),
      voided.map(({ last }) => last),
      reason,
    ],
  )
}
