import { faultView } from '#core/errors/fault.ts'
import * as columns from './columns.ts'
import { inTransaction } from './pool.ts'
import type { Row } from './pool.ts'
import { RowGatherer } from './receive-rows.ts'
import { insertRows } from './rows.ts'
import type { Store } from './index.ts'

/**
 * Alarms for what was to be acknowledged by now: its document is overdue and a person is told,
 * once. A set that another one of its document has replaced is no longer awaited. Answers how many
 * were looked at.
 */
export async function alarmOverdue(
  store: Store,
  { setsMax, now }: { readonly setsMax: number; readonly now: Date },
): Promise<number> {
  const { rowCount } = await store.pool.query({
    name: 'any-overdue',
    text: 'SELECT FROM outgoing_sets WHERE acknowledge_by < now() LIMIT 1',
  })
  if (rowCount === 0) return 0
  return inTransaction(store.pool, async (client) => {
    const { rows } = await client.query<Row>({
      name: 'claim-overdue',
      text: `
        SELECT s.id, s.stream, s.message_id, s.document_id, s.type, s.control, s.acknowledge_by,
          d.kind, d.number, d.partner_id, NOT EXISTS (
            SELECT FROM outgoing_sets n WHERE n.document_id = s.document_id AND n.id > s.id
          ) AS is_newest
        FROM outgoing_sets s JOIN documents d ON d.id = s.document_id
        WHERE s.acknowledge_by < now()
        ORDER BY s.acknowledge_by LIMIT $1 FOR UPDATE OF s SKIP LOCKED`,
      values: [setsMax],
    })
    await client.query({
      name: 'await-no-more',
      text: 'UPDATE outgoing_sets SET acknowledge_by = NULL WHERE id = ANY($1::uuid[])',
      values: [rows.map((row) => row['id'])],
    })
    const newest = rows.filter((row) => row['is_newest'] === true)
    await client.query({
      name: 'documents-overdue',
      text: `UPDATE documents SET outcome = 'overdue' WHERE id = ANY($1::uuid[])`,
      values: [newest.map((row) => row['document_id'])],
    })
    const gather = new RowGatherer(now, 0, new Map())
    for (const row of newest) parkOverdue(row, gather)
    await insertRows(client, 'parked', columns.parkedColumns, gather.parked)
    await insertRows(client, 'events', columns.eventColumns, gather.events)
    return rows.length
  })
}

function parkOverdue(row: Row, gather: RowGatherer): void {
  const fault = faultView('ACKNOWLEDGEMENT_OVERDUE', {
    kind: row['kind'] as string,
    number: row['number'] as string,
    type: row['type'] as string,
    control: row['control'] as string,
    by: (row['acknowledge_by'] as Date).toISOString(),
  })
  const { stream, document_id, partner_id } = row
  const more = { stream, document_id, partner_id, subject_id: document_id }
  gather.park(row['message_id'] as string, 'document', { fault, owner: 'partner-manager' }, more)
}
