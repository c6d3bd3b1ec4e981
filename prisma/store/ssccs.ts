import type { PoolClient } from 'pg'

import { ssccKey } from '#core/exchange/known.ts'
import type { SsccKey } from '#core/exchange/known.ts'
import { sscc, ssccSerialsOf } from '#core/std/gs1.ts'
import { inTransaction } from './pool.ts'
import type { Row } from './pool.ts'
import { arrays, unnest } from './rows.ts'
import type { Store } from './index.ts'

/**
 * The serial shipping container code of each key: the one it has, or a new one. A number is not
 * used again within twelve months (GS1 General Specifications §4.3.3): once the range is through,
 * numbers come back only as they grow old enough; null where none is. A number given to a key that
 * nobody asks for again is void, which is no harm.
 */
export async function allocateSsccs(
  store: Store,
  keys: readonly SsccKey[],
): Promise<Map<string, string | null>> {
  if (keys.length === 0) return new Map()
  const found = await findSsccs(store.pool, keys)
  const missing = keys.filter((key) => !found.has(ssccKey(key)))
  if (missing.length === 0) return found
  const bySeries = Map.groupBy(missing, ({ companyPrefix, extension }) =>
    `${companyPrefix}/${extension}`)
  for (const [, wanted] of [...bySeries].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    for (const [key, code] of await allocate(store, wanted)) found.set(key, code)
  }
  return found
}

type Codes = Map<string, string | null>

const keyColumns = { company_prefix: 'text', key: 'text' } as const

async function findSsccs(
  client: Pick<PoolClient, 'query'>,
  keys: readonly SsccKey[],
): Promise<Codes> {
  const { rows } = await client.query<Row>({
    name: 'find-ssccs',
    text: `SELECT s.* FROM ${unnest(keyColumns, 1)} AS k (company_prefix, key)
      JOIN ssccs s USING (company_prefix, key)`,
    values: arrays(keyColumns, keys.map(({ companyPrefix: company_prefix, key }) =>
      ({ company_prefix, key }))),
  })
  return new Map(rows.map((row) =>
    [`${row['company_prefix'] as string}/${row['key'] as string}`, row['sscc'] as string]))
}

/** Keys of one series; whoever holds the series goes first, the next finds what it left. */
async function allocate(store: Store, keys: readonly SsccKey[]): Promise<Codes> {
  const [first] = keys
  if (first === undefined) return new Map()
  return inTransaction(store.pool, async (client) => {
    const series = await holdSeries(client, first)
    const found = await findSsccs(client, keys)
    const open = new Map(keys.map((key) => [ssccKey(key), key] as const)
      .filter(([key]) => !found.has(key)))
    let { next } = series
    for (const [id, { key }] of open) {
      const code = await give(client, first, next % (series.last + 1), key)
      found.set(id, code)
      if (code !== null) next = (next % (series.last + 1)) + 1
    }
    await client.query(
      'UPDATE sscc_series SET next = $3 WHERE company_prefix = $1 AND extension = $2',
      [first.companyPrefix, first.extension, next],
    )
    return found
  })
}

async function holdSeries(
  client: PoolClient,
  { companyPrefix, extension }: SsccKey,
): Promise<{ next: number; last: number }> {
  const last = ssccSerialsOf(companyPrefix) - 1
  await client.query(
    `INSERT INTO sscc_series (company_prefix, extension, next, last) VALUES ($1, $2, 1, $3)
     ON CONFLICT DO NOTHING`,
    [companyPrefix, extension, last],
  )
  const { rows } = await client.query<Row>(
    'SELECT next, last FROM sscc_series WHERE company_prefix = $1 AND extension = $2 FOR UPDATE',
    [companyPrefix, extension],
  )
  return { next: Number(rows[0]?.['next']), last: Number(rows[0]?.['last']) }
}

/** Null where that number was given within the last twelve months. */
async function give(
  client: PoolClient,
  { companyPrefix, extension }: SsccKey,
  serial: number,
  key: string,
): Promise<string | null> {
  const code = sscc(extension, companyPrefix, serial)
  const { rows } = await client.query<Row>(
    `INSERT INTO ssccs AS s (sscc, company_prefix, key, allocated_at) VALUES ($1, $2, $3, now())
     ON CONFLICT (sscc) DO UPDATE SET key = excluded.key, allocated_at = excluded.allocated_at
     WHERE s.allocated_at < now() - interval '12 months'
     RETURNING sscc`,
    [code, companyPrefix, key],
  )
  return rows.length === 0 ? null : code
}
