import { createHash } from 'node:crypto'

import { recallAnswer } from './idempotency.ts'
import { openBatch } from './intake-batch.ts'
import type { BatchLimits } from './intake-batch.ts'
import { HeldBytes, Reading } from './intake-reading.ts'
import type { ReadingLimits, Whole } from './intake-reading.ts'
import { commitUpload, removeUpload } from './intake-upload.ts'
import type { Arrival } from './intake-commit.ts'
import type { Store } from './index.ts'

export interface IntakeLimits extends BatchLimits, ReadingLimits {
  /** Of all bodies together: what is read of them and not yet stored. */
  readonly heldBytesMax: number
}

/** Who brings a message, and how it is labelled. */
export interface Bringer {
  readonly apiKeyId: string
  /** Null for a key that may post on behalf of any sender. */
  readonly partnerId: string | null
  readonly contentType: string
  readonly idempotencyKey: string | null
  readonly receivedAt: Date
}

export interface Taken {
  readonly id: string
  /** The same request came before under this key; `id` is the message it made then. */
  readonly replayed: boolean
}

export interface Intake {
  /**
   * Takes a message in, to the last byte. When it resolves, bytes, sender and time are committed
   * (DESIGN §1.1). When it rejects, no message was made, unless the fault is DATABASE_UNAVAILABLE:
   * then the commit itself may or may not have happened. Throws BODY_MISSING, BODY_TOO_LARGE,
   * UPLOAD_EXPIRED, HUB_BUSY, the faults of the idempotency key, and what the database throws.
   */
  take(body: AsyncIterable<Buffer>, bringer: Bringer): Promise<Taken>
}

/**
 * The way in for messages: one per process, so that what arrives together is committed together.
 */
export function openIntake(store: Store, limits: IntakeLimits): Intake {
  const commitTogether = openBatch(store, limits)
  const held = new HeldBytes(limits.heldBytesMax)
  return {
    async take(body, bringer) {
      const reading = new Reading(store, held, limits)
      try {
        for await (const chunk of body) await reading.add(chunk)
        const arrival = label(await reading.end(), bringer)
        const stored = await (reading.isUpload
          ? commitUpload(store, arrival)
          : commitTogether(arrival))
        if (stored || arrival.once === null) return { id: arrival.id, replayed: false }
        return { id: answeredId(await recallAnswer(store, arrival.once)), replayed: true }
      } catch (error) {
        // Where even this fails the parts stay for `removeOrphanParts`; the first error is the one
        // to tell.
        if (reading.isUpload) await removeUpload(store, reading.id).catch(() => undefined)
        throw error
      } finally {
        reading.close()
      }
    },
  }
}

function label(whole: Whole, bringer: Bringer): Arrival {
  const { idempotencyKey: key, partnerId, ...rest } = bringer
  // Other routes hash method and path; no such text starts like this, so a key never matches across
  // routes.
  const fingerprint = createHash('sha256').update('message\n').update(whole.sha256).digest()
  return {
    ...whole,
    ...rest,
    senderPartnerId: partnerId,
    once: key === null ? null : { apiKeyId: bringer.apiKeyId, key, fingerprint },
  }
}

function answeredId(answer: { readonly body: unknown }): string {
  const { id } = answer.body as { readonly id: string }
  return id
}
