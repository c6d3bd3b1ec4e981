import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'

import { Fault } from '#core/errors/fault.ts'
import { newId } from './ids.ts'
import { beginUpload, storePart } from './intake-upload.ts'
import type { Store } from './index.ts'

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

/** A body may come byte by byte, and each chunk costs more than its bytes. */
const chunksMax = 1_000

/** Bytes of all bodies that are read and not yet stored. */
export class HeldBytes {
  readonly #bytesMax: number
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Throws HUB_BUSY where so many more are too many; they do not count then. */
  take(bytes: number): void {
    if (this.#bytes + bytes > this.#bytesMax) {
      throw new Fault('HUB_BUSY', { what: `${this.#bytes} bytes of messages are in memory` })
    }
    this.#bytes += bytes
  }

  give(bytes: number): void {
    this.#bytes -= bytes
  }
}

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
  isUpload = false
  readonly #store: Store
  readonly #held: HeldBytes
  readonly #limits: ReadingLimits
  readonly #hash = createHash('sha256')
  #chunks: Buffer[] = []
  #chunkBytes = 0
  #sizeBytes = 0
  #parts = 0
  #encoding: 'identity' | 'gzip' | null = null

  constructor(store: Store, held: HeldBytes, limits: ReadingLimits) {
    this.#store = store
    this.#held = held
    this.#limits = limits
  }

  async add(chunk: Buffer): Promise<void> {
    const { messageBytesMax, partBytes } = this.#limits
    this.#sizeBytes += chunk.length
    if (this.#sizeBytes > messageBytesMax) {
      throw new Fault('BODY_TOO_LARGE', { bytesMax: messageBytesMax })
    }
    this.#held.take(chunk.length)
    this.#chunkBytes += chunk.length
    this.#hash.update(chunk)
    this.#chunks.push(chunk)
    if (this.#chunks.length > chunksMax) this.#chunks = [Buffer.concat(this.#chunks)]
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

  /** Lets go of what it held; once its message is stored, or is not going to be. */
  close(): void {
    this.#held.give(this.#chunkBytes)
  }

  async #storePart(): Promise<void> {
    const held = Buffer.concat(this.#chunks)
    const part = await this.#encode(held.subarray(0, this.#limits.partBytes))
    if (!this.isUpload) {
      await beginUpload(this.#store, this.id)
      this.isUpload = true
    }
    this.#parts += 1
    await storePart(this.#store, this.id, this.#parts, part)
    this.#chunks = [held.subarray(this.#limits.partBytes)]
    this.#chunkBytes -= this.#limits.partBytes
    this.#held.give(this.#limits.partBytes)
  }

  /** Each part is a gzip member of its own; the first one decides for the whole message. */
  async #encode(part: Buffer): Promise<Buffer> {
    if (this.#encoding === 'identity') return part
    const zipped = await zip(part, { level: constants.Z_BEST_SPEED })
    this.#encoding ??= zipped.length < part.length * worthwhileRatio ? 'gzip' : 'identity'
    return this.#encoding === 'gzip' ? zipped : part
  }
}
