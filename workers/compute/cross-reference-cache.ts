import { limits } from '#config/limits.ts'
import type { Known } from '#core/exchange/known.ts'
import { nowMs } from '#workers/effects/clock.ts'

/**
 * Cross-references this thread was told of lately, so that a busy partner's items are not asked for
 * with every message. Only what was found is kept, and not for long: a key that is added counts at
 * the next run.
 */
export class CrossReferenceCache {
  readonly #entries = new Map<string, { readonly value: unknown; readonly untilMs: number }>()

  /** What was told now together with what is still remembered. */
  join(told: Known): Known {
    const now = nowMs()
    const untilMs = now + limits.workers.crossReferenceCacheMs
    for (const [key, value] of told.crossReferences) {
      if (value !== null) this.#entries.set(key, { value, untilMs })
    }
    const crossReferences = new Map<string, unknown>()
    for (const [key, entry] of this.#entries) {
      if (entry.untilMs > now) crossReferences.set(key, entry.value)
      else this.#entries.delete(key)
    }
    if (this.#entries.size > limits.workers.crossReferenceCacheMax) this.#entries.clear()
    for (const [key, value] of told.crossReferences) crossReferences.set(key, value)
    return { ...told, crossReferences }
  }
}
