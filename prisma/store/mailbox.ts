import { isUtf8 } from 'node:buffer'

import { readWhole } from './content.ts'
import type { Row } from './pool.ts'
import type { Store } from './index.ts'
import { afterId, pageOf } from './views/page.ts'
import type { Page, PageWanted } from './views/page.ts'

/** A message laid down for a partner that collects instead of being delivered to. */
export interface MailboxItem {
  readonly id: string
  readonly messageId: string
  readonly placedAt: Date
  /** When it was first listed, this time not counted. */
  readonly collectedAt?: Date
  readonly sizeBytes: number
  /** Null where it is larger than a list should hold: read it from the message. */
  readonly content: string | null
}

export interface MailboxWanted extends PageWanted {
  readonly contentBytesMax: number
}

/**
 * What lies in a mailbox, newest first. Listing takes nothing away, so a reader that dies loses
 * nothing; it only notes when each item was handed out first.
 */
export async function listMailbox(
  store: Store,
  endpointName: string,
  wanted: MailboxWanted,
): Promise<Page<MailboxItem>> {
  const { rows } = await store.pool.query<Row & { id: string }>(
    `SELECT i.id, i.message_id, i.placed_at, i.collected_at, m.size_bytes, m.encoding, m.parts,
       m.body
     FROM mailbox_items i
     JOIN endpoints e ON e.id = i.endpoint_id AND e.name = $1
     JOIN messages m ON m.id = i.message_id
     WHERE ($2::uuid IS NULL OR i.id < $2)
     ORDER BY i.id DESC LIMIT $3`,
    [endpointName, afterId(wanted), wanted.limit + 1],
  )
  const page = pageOf(rows, wanted, (row) => row)
  await store.pool.query(
    `UPDATE mailbox_items SET collected_at = now()
     WHERE id = ANY($1::uuid[]) AND collected_at IS NULL`,
    [page.items.map(({ id }) => id)],
  )
  const items: MailboxItem[] = []
  for (const row of page.items) items.push(await toItem(store, row, wanted.contentBytesMax))
  return { items, next: page.next }
}

async function toItem(
  store: Store,
  row: Row & { id: string },
  contentBytesMax: number,
): Promise<MailboxItem> {
  const messageId = row['message_id'] as string
  const sizeBytes = Number(row['size_bytes'])
  const collectedAt = row['collected_at'] as Date | null
  const content = {
    id: messageId,
    body: row['body'] as Buffer | null,
    encoding: row['encoding'] as 'identity' | 'gzip',
    parts: row['parts'] as number,
  }
  return {
    id: row.id,
    messageId,
    placedAt: row['placed_at'] as Date,
    ...(collectedAt === null ? {} : { collectedAt }),
    sizeBytes,
    content: sizeBytes > contentBytesMax ? null : text(await readWhole(store, content)),
  }
}

/** Interchanges are ASCII, Latin-1 or UTF-8; in Latin-1 every byte is a character. */
function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString(isUtf8(bytes) ? 'utf8' : 'latin1')
}
