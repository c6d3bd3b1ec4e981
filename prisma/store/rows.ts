import type { PoolClient } from 'pg'

import type { Row } from './pool.ts'

/** The columns of one table as an insert writes them, each with its SQL type. */
export type Columns = Readonly<Record<string, ColumnType>>
export type ColumnType =
  | 'uuid'
  | 'text'
  | 'bigint'
  | 'integer'
  | 'boolean'
  | 'bytea'
  | 'jsonb'
  | 'timestamptz'

/**
 * Inserts many rows with one statement: one array a column, unnested by the server. What PostgreSQL
 * cannot hold in text (NUL, unpaired surrogates) is replaced by U+FFFD; the bytes as they came stay
 * in the message.
 */
export async function insertRows(
  client: PoolClient,
  table: string,
  columns: Columns,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return
  const names = Object.keys(columns)
  await client.query({
    name: `insert-${table}`,
    text: `INSERT INTO ${table} (${names.join(', ')}) SELECT * FROM ${unnest(columns, 1)}`,
    values: arrays(columns, rows),
  })
}

/** `unnest($1::uuid[], $2::text[], …)` for these columns, numbering parameters from `first`. */
export function unnest(columns: Columns, first: number): string {
  const list = Object.values(columns).map((type, index) => `$${first + index}::${type}[]`)
  return `unnest(${list.join(', ')})`
}

/** The parameters that go with `unnest`: one array per column. */
export function arrays(columns: Columns, rows: readonly Row[]): unknown[][] {
  return Object.entries(columns).map(([name, type]) => rows.map((row) => fit(row[name], type)))
}

/** jsonb as text PostgreSQL takes. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'string' ? storable(inner) : inner)
}

function fit(value: unknown, type: ColumnType): unknown {
  if (value === null || value === undefined) return null
  if (type === 'jsonb') return jsonText(value)
  return typeof value === 'string' ? storable(value) : value
}

/** Text as PostgreSQL takes it. */
export function storable(text: string): string {
  return text.includes('\0') || !text.isWellFormed()
    ? text.replaceAll('\0', '\uFFFD').toWellFormed()
    : text
}
