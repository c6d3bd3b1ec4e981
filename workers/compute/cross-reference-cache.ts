import { limits } from '#config/limits.ts'
import { nowMs } from '#workers/effects/clock.ts'

/**
 * Cross-references this thread was told of lately, so that a busy partner's items are not asked for
 * with every message. Only what was found is kept, and not for long: a key that is added counts at
 * the next run.
 */
export class CrossReferenceCache {
  readonly #entries = new Map<string, { readonly value: unknown; readonly untilMs: number }>()

  /** Keeps what was found; what was not is null and is forgotten at once. */
  keep(told: ReadonlyMap<string, unknown>): void {
    if (this.#entries.size > limits.workers.crossReferenceCacheMax) this.#entries.clear()
    const untilMs = nowMs() + limits.workers.crossReferenceCacheMs
    for (const [key, value] of told) {
      if (value === null) this.#entries.delete(key)
      else this.#entries.set(key, { value, untilMs })
    }
  }

  /** Undefined where it is not remembered, or too long ago. */
  get(key: string): unknown {
    const entry = this.#entries.get(key)
    return entry === undefined || entry.untilMs <= nowMs() ? undefined : entry.value
  }
}
