import type { Row } from '../pool.ts'
import type { Store } from '../index.ts'
import { afterId, pageOf, partnersNamed } from './page.ts'
import type { Page, PageWanted } from './page.ts'
import { deliveryStatus } from './status.ts'
import type { Viewer } from './viewer.ts'

export interface DeliveriesWanted extends PageWanted {
  readonly status?: string | undefined
  /** Name of an endpoint. */
  readonly endpoint?: string | undefined
  readonly stream?: string | undefined
  /** Id of the message that goes out, or of the one that caused it. */
  readonly message?: string | undefined
  /** Id, name or identifier of a partner. */
  readonly partner?: string | undefined
}

export interface DeliveryItem {
  readonly id: string
  readonly endpoint: string
  readonly operation: string
  readonly reference: string
  readonly stream: string
  readonly status: string
  readonly attempts: number
  /** When it is tried next; null where nothing is due. */
  readonly nextAt: Date | null
  readonly messageId: string
  readonly sourceMessageId: string
  readonly documentId: string | null
  readonly partner: string | null
  readonly createdAt: Date
  readonly finishedAt: Date | null
}

export interface DeliveryView extends DeliveryItem {
  /** What the other side gave back, for example the id of the sale. */
  readonly result: unknown
  readonly history: readonly AttemptView[]
}

export interface AttemptView {
  readonly number: number
  readonly action: string
  readonly fate: string
  readonly httpStatus: number | null
  readonly code: string | null
  readonly says: string | null
  readonly startedAt: Date
  readonly endedAt: Date | null
}

const columns = `d.id, e.name AS endpoint, d.operation, d.reference, d.stream,
  ${deliveryStatus} AS status, coalesce(w.attempts, d.attempts) AS attempts,
  CASE WHEN w.status <> 'parked' THEN w.next_at END AS next_at,
  d.message_id, d.source_message_id, d.document_id, d.partner_id, d.created_at, d.finished_at`
const from = `deliveries d JOIN endpoints e ON e.id = d.endpoint_id
  LEFT JOIN delivery_work w ON w.delivery_id = d.id`

export async function listDeliveries(
  store: Store,
  viewer: Viewer,
  wanted: DeliveriesWanted,
): Promise<Page<DeliveryItem>> {
  const partners =
    wanted.partner === undefined ? null : await partnersNamed(store, wanted.partner)
  const { rows } = await store.pool.query<Row & { id: string }>(
    `SELECT ${columns} FROM ${from}
     WHERE ($1::uuid IS NULL OR d.id < $1)
       AND ($2::uuid IS NULL OR d.partner_id = $2)
       AND ($3::text IS NULL OR ${deliveryStatus} = $3)
       AND ($4::text IS NULL OR e.name = $4)
       AND ($5::text IS NULL OR d.stream = $5)
       AND ($6::uuid IS NULL OR d.message_id = $6 OR d.source_message_id = $6)
       AND ($7::uuid[] IS NULL OR d.partner_id = ANY($7))
     ORDER BY d.id DESC LIMIT $8`,
    [
      afterId(wanted),
      viewer.partnerId,
      wanted.status,
      wanted.endpoint,
      wanted.stream,
      wanted.message,
      partners,
      wanted.limit + 1,
    ],
  )
  return pageOf(rows, wanted, toItem)
}

export async function findDelivery(
  store: Store,
  viewer: Viewer,
  id: string,
): Promise<DeliveryView | null> {
  const { rows } = await store.pool.query<Row & { id: string }>(
    `SELECT ${columns}, d.result FROM ${from}
     WHERE d.id = $1 AND ($2::uuid IS NULL OR d.partner_id = $2)`,
    [id, viewer.partnerId],
  )
  const [row] = rows
  if (row === undefined) return null
  const history = await store.prisma.deliveryAttempt.findMany({
    where: { deliveryId: id },
    omit: { deliveryId: true, stream: true },
    orderBy: { number: 'asc' },
  })
  return { ...toItem(row), result: row['result'], history }
}

function toItem(row: Row & { id: string }): DeliveryItem {
  return {
    id: row.id,
    endpoint: row['endpoint'] as string,
    operation: row['operation'] as string,
    reference: row['reference'] as string,
    stream: row['stream'] as string,
    status: row['status'] as string,
    attempts: row['attempts'] as number,
    nextAt: row['next_at'] as Date | null,
    messageId: row['message_id'] as string,
    sourceMessageId: row['source_message_id'] as string,
    documentId: row['document_id'] as string | null,
    partner: row['partner_id'] as string | null,
    createdAt: row['created_at'] as Date,
    finishedAt: row['finished_at'] as Date | null,
  }
}
