import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

import type { Row } from './pool.ts'
import type { Store } from './index.ts'

/**
 * How the bytes of one message are kept: in its row, or cut into parts; each gzipped by itself or
 * not at all.
 */
export interface StoredContent {
  readonly id: string
  readonly body: Buffer | null
  readonly encoding: 'identity' | 'gzip'
  readonly parts: number
}

const unzip = promisify(gunzip)

/** The bytes of a message as they came, part by part; decompressed off the event loop. */
export async function* readContent(
  store: Store,
  content: StoredContent,
): AsyncGenerator<Uint8Array> {
  if (content.body !== null) yield await plain(content.body, content.encoding)
  for (let number = 1; number <= content.parts; number++) {
    const { rows } = await store.pool.query<Row>({
      name: 'read-part',
      text: 'SELECT body FROM message_parts WHERE message_id = $1 AND number = $2',
      values: [content.id, number],
    })
    const part = rows[0]?.['body']
    if (!Buffer.isBuffer(part)) throw new Error(`message ${content.id} has lost part ${number}`)
    yield await plain(part, content.encoding)
  }
}

/** The same in one piece, for messages small enough to hold. */
export async function readWhole(store: Store, content: StoredContent): Promise<Uint8Array> {
  if (content.body !== null) return plain(content.body, content.encoding)
  return Buffer.concat(await Array.fromAsync(readContent(store, content)))
}

async function plain(bytes: Buffer, encoding: StoredContent['encoding']): Promise<Buffer> {
  return encoding === 'gzip' ? unzip(bytes) : bytes
}
