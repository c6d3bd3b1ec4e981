import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'

import { Fault } from '#core/errors/fault.ts'
import { newId } from './ids.ts'
import type { Uploads } from './intake-upload.ts'

export interface ReadingLimits {
  readonly messageBytesMax: number
  readonly inlineBytesMax: number
  readonly partBytes: number
}

/**
 * A message as it was read: small ones whole in `body`, others in parts, the last of them not
 * stored yet.
 */
export interface Whole {
  readonly id: string
  readonly sizeBytes: number
  readonly sha256: Buffer
  readonly encoding: 'identity' | 'gzip'
  readonly body: Buffer | null
  readonly lastPart: Buffer | null
  readonly parts: number
}

const zip = promisify(gzip)

/** What gzip must save to be worth undoing at each read. */
const worthwhileRatio = 0.9

/**
 * One body while it arrives. It is cut into parts that are stored as they fill up, each by itself,
 * so that a slow client holds memory for two parts and no transaction. The last part waits for the
 * commit of the message.
 */
export class Reading {
  readonly id = newId()
  /** Parts of it stand in the database already. */
  uploads = false
  readonly #uploads: Uploads
  readonly #limits: ReadingLimits
  readonly #hash = createHash('sha256')
  #chunks: Buffer[] = []
  #chunkBytes = 0
  #sizeBytes = 0
  #parts = 0
  #encoding: 'identity' | 'gzip' | null = null

  constructor(uploads: Uploads, limits: ReadingLimits) {
    this.#uploads = uploads
    this.#limits = limits
  }

  async add(chunk: Buffer): Promise<void> {
    const { messageBytesMax, partBytes } = this.#limits
    this.#sizeBytes += chunk.length
    if (this.#sizeBytes > messageBytesMax) {
      throw new Fault('BODY_TOO_LARGE', { bytesMax: messageBytesMax })
    }
    this.#hash.update(chunk)
    this.#chunks.push(chunk)
    this.#chunkBytes += chunk.length
    while (this.#chunkBytes > partBytes) await this.#storePart()
  }

  async end(): Promise<Whole> {
    if (this.#sizeBytes === 0) throw new Fault('BODY_MISSING', {})
    const rest = Buffer.concat(this.#chunks)
    const inline = this.#sizeBytes <= this.#limits.inlineBytesMax
    const lastPart = inline ? null : await this.#encode(rest)
    return {
      id: this.id,
      sizeBytes: this.#sizeBytes,
      sha256: this.#hash.digest(),
      encoding: this.#encoding ?? 'identity',
      body: inline ? rest : null,
      lastPart,
      parts: inline ? 0 : this.#parts + 1,
    }
  }

  /** Frees its place among the uploads. */
  close(): void {
    if (this.uploads) this.#uploads.end()
  }

  async #storePart(): Promise<void> {
    const held = Buffer.concat(this.#chunks)
    const part = await this.#encode(held.subarray(0, this.#limits.partBytes))
    if (!this.uploads) {
      await this.#uploads.begin(this.id)
      this.uploads = true
    }
    this.#parts += 1
    await this.#uploads.storePart(this.id, this.#parts, part)
    this.#chunks = [held.subarray(this.#limits.partBytes)]
    this.#chunkBytes -= this.#limits.partBytes
  }

  /** Each part is a gzip member of its own; the first one decides for the whole message. */
  async #encode(part: Buffer): Promise<Buffer> {
    if (this.#encoding === 'identity') return part
    const zipped = await zip(part, { level: constants.Z_BEST_SPEED })
    this.#encoding ??= zipped.length < part.length * worthwhileRatio ? 'gzip' : 'identity'
    return this.#encoding === 'gzip' ? zipped : part
  }
}
