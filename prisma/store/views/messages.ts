import type { Row } from '../pool.ts'
import type { Store } from '../index.ts'
import { afterId, idFloor, pageOf, partnersNamed } from './page.ts'
import type { Page, PageWanted } from './page.ts'
import { messageSeenBy, messageStatus } from './status.ts'
import type { Viewer } from './viewer.ts'

export interface MessagesWanted extends PageWanted {
  readonly status?: string | undefined
  readonly direction?: string | undefined
  readonly stream?: string | undefined
  /** Id, name or identifier of a partner. */
  readonly partner?: string | undefined
  readonly since?: Date | undefined
}

export interface MessageItem {
  readonly id: string
  readonly direction: string
  readonly stream: string | null
  readonly status: string
  readonly standard: string | null
  readonly partner: string | null
  readonly contentType: string
  readonly sizeBytes: number
  readonly receivedAt: Date
  readonly duplicateOf?: string
}

const list = `
  SELECT * FROM (
    SELECT m.id, m.direction, m.stream, ${messageStatus} AS status, m.standard, m.partner_id,
      m.content_type, m.size_bytes, m.received_at, m.duplicate_of
    FROM messages m
    WHERE ($1::uuid IS NULL OR m.id < $1)
      AND ${messageSeenBy('$2')}
      AND ($3::text IS NULL OR m.direction = $3)
      AND ($4::text IS NULL OR m.stream = $4)
      AND ($5::uuid[] IS NULL OR m.partner_id = ANY($5))
      AND ($6::timestamptz IS NULL OR m.received_at >= $6)
      AND ($7::uuid IS NULL OR m.id >= $7)
  ) AS seen
  WHERE ($8::text IS NULL OR status = $8)
  ORDER BY id DESC LIMIT $9`

export async function listMessages(
  store: Store,
  viewer: Viewer,
  wanted: MessagesWanted,
): Promise<Page<MessageItem>> {
  const partners =
    wanted.partner === undefined ? null : await partnersNamed(store, wanted.partner)
  const { rows } = await store.pool.query<Row & { id: string }>(list, [
    afterId(wanted),
    viewer.partnerId,
    wanted.direction,
    wanted.stream,
    partners,
    wanted.since,
    wanted.since === undefined ? null : idFloor(wanted.since),
    wanted.status,
    wanted.limit + 1,
  ])
  return pageOf(rows, wanted, toItem)
}

/**
 * Bytes as they are kept, for `readContent`; null where there is no such message for this viewer.
 */
export interface MessageContent {
  readonly id: string
  readonly sizeBytes: number
  readonly body: Buffer | null
  readonly encoding: 'identity' | 'gzip'
  readonly parts: number
}

export async function findContent(
  store: Store,
  viewer: Viewer,
  id: string,
): Promise<MessageContent | null> {
  const { rows } = await store.pool.query<Row>(
    `SELECT m.id, m.size_bytes, m.body, m.encoding, m.parts FROM messages m
     WHERE m.id = $1 AND ${messageSeenBy('$2')}`,
    [id, viewer.partnerId],
  )
  const [row] = rows
  if (row === undefined) return null
  return {
    id,
    sizeBytes: Number(row['size_bytes']),
    body: row['body'] as Buffer | null,
    encoding: row['encoding'] as MessageContent['encoding'],
    parts: row['parts'] as number,
  }
}

function toItem(row: Row & { id: string }): MessageItem {
  const duplicateOf = row['duplicate_of'] as string | null
  return {
    id: row.id,
    direction: row['direction'] as string,
    stream: row['stream'] as string | null,
    status: row['status'] as string,
    standard: row['standard'] as string | null,
    partner: row['partner_id'] as string | null,
    contentType: row['content_type'] as string,
    sizeBytes: Number(row['size_bytes']),
    receivedAt: row['received_at'] as Date,
    ...(duplicateOf === null ? {} : { duplicateOf }),
  }
}
