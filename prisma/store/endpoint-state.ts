import type { PoolClient } from 'pg'

import { inTransaction } from './pool.ts'
import type { Row } from './pool.ts'
import { jsonText } from './rows.ts'
import type { Store } from './index.ts'

/** How an endpoint has been doing over all workers. */
export interface EndpointCircuit {
  /** Calls in a row that were not answered. */
  readonly failures: number
  /** Nothing is sent before this; null while it is closed. */
  readonly openUntilMs: number | null
}

/** What a call that was not answered came to. */
export interface CallFault {
  readonly code: string
  readonly says: string
}

/**
 * Changes an endpoint's circuit by what `decide` makes of it and of the database's time. Where it
 * opens, what is due there waits until it may be tried again: nothing is sent, so nothing fails.
 */
export async function changeCircuit(
  store: Store,
  endpointId: string,
  fault: CallFault | null,
  decide: (circuit: EndpointCircuit, nowMs: number) => EndpointCircuit,
): Promise<void> {
  await inTransaction(store.pool, async (client) => {
    const held = await holdState(client, endpointId)
    if (held === null) return
    const openUntil = held.row['open_until'] as Date | null
    const before = {
      failures: held.row['failures'] as number,
      openUntilMs: openUntil?.getTime() ?? null,
    }
    const { failures, openUntilMs } = decide(before, held.nowMs)
    const until = openUntilMs === null ? null : new Date(openUntilMs)
    await client.query(
      `UPDATE endpoint_state SET failures = $2, open_until = $3, fault = $4
       WHERE endpoint_id = $1`,
      [endpointId, failures, until, fault === null ? null : jsonText(fault)],
    )
    if (until !== null && openUntilMs !== before.openUntilMs) {
      await client.query(
        `UPDATE delivery_work SET next_at = $2
         WHERE endpoint_id = $1 AND status IN ('due', 'unknown') AND next_at < $2`,
        [endpointId, until],
      )
    }
  })
}

/** Takes the next turn of an endpoint with a rate limit, as `decide` gives it out. */
export async function takeEndpointTurn(
  store: Store,
  endpointId: string,
  decide: (freeAtMs: number | null, nowMs: number) => {
    readonly waitMs: number
    readonly freeAtMs: number
  },
): Promise<number> {
  return inTransaction(store.pool, async (client) => {
    const held = await holdState(client, endpointId)
    if (held === null) return 0
    const freeAt = held.row['free_at'] as Date | null
    const { waitMs, freeAtMs } = decide(freeAt?.getTime() ?? null, held.nowMs)
    await client.query('UPDATE endpoint_state SET free_at = $2 WHERE endpoint_id = $1', [
      endpointId, new Date(freeAtMs),
    ])
    return waitMs
  })
}

/** The row of one endpoint, made where there is none; null where the endpoint is gone. */
async function holdState(
  client: PoolClient,
  endpointId: string,
): Promise<{ readonly row: Row; readonly nowMs: number } | null> {
  await client.query({
    name: 'make-endpoint-state',
    text: `INSERT INTO endpoint_state (endpoint_id) SELECT id FROM endpoints WHERE id = $1
      ON CONFLICT DO NOTHING`,
    values: [endpointId],
  })
  await client.query({
    name: 'hold-endpoint-state',
    text: 'SELECT FROM endpoint_state WHERE endpoint_id = $1 FOR UPDATE',
    values: [endpointId],
  })
  // Read once it is held: by then the time of others that held it is over.
  const { rows } = await client.query<Row>({
    name: 'read-endpoint-state',
    text: `SELECT failures, open_until, free_at, clock_timestamp() AS now
      FROM endpoint_state WHERE endpoint_id = $1`,
    values: [endpointId],
  })
  const [row] = rows
  return row === undefined ? null : { row, nowMs: (row['now'] as Date).getTime() }
}

/** An access token, and whose it is: a hash of the address and credentials it was fetched with. */
export interface StoredToken {
  readonly value: string
  readonly expiresAtMs: number | null
  readonly of: string
}

const tokenTable = 'endpoint_state'

/** The token that any worker fetched last; null where there is none. */
export async function loadEndpointToken(
  store: Store,
  endpointId: string,
): Promise<StoredToken | null> {
  const { rows } = await store.pool.query<Row>({
    name: 'load-endpoint-token',
    text: `SELECT token, token_key_id FROM endpoint_state
      WHERE endpoint_id = $1 AND token IS NOT NULL`,
    values: [endpointId],
  })
  const [row] = rows
  // One that was sealed with another key is fetched anew: it is worth nothing by itself.
  if (row?.['token_key_id'] !== store.secrets.keyId) return null
  const sealed = { sealed: row['token'] as Buffer, keyId: store.secrets.keyId }
  const { value = '', expiresAtMs = '', of = '' } =
    store.secrets.open(sealed, { table: tokenTable, id: endpointId })
  return { value, expiresAtMs: expiresAtMs === '' ? null : Number(expiresAtMs), of }
}

/** Shares a token with all workers, sealed. */
export async function saveEndpointToken(
  store: Store,
  endpointId: string,
  { value, expiresAtMs, of }: StoredToken,
): Promise<void> {
  const { sealed, keyId } = store.secrets.seal(
    { value, expiresAtMs: expiresAtMs === null ? '' : String(expiresAtMs), of },
    { table: tokenTable, id: endpointId },
  )
  await store.pool.query(
    `INSERT INTO endpoint_state (endpoint_id, token, token_key_id)
     SELECT id, $2, $3 FROM endpoints WHERE id = $1
     ON CONFLICT (endpoint_id) DO UPDATE SET token = $2, token_key_id = $3`,
    [endpointId, sealed, keyId],
  )
}
