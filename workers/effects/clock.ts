/** Milliseconds since 1970. */
export function nowMs(): number {
  return Date.now()
}

/** Resolves after so many milliseconds; at once when `signal` is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve()
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const timer = setTimeout(done, ms)
  signal?.addEventListener('abort', done, { once: true })
  function done(): void {
    clearTimeout(timer)
    signal?.removeEventListener('abort', done)
    resolve(undefined)
  }
  return promise
}

/** Acts once, later; the process may end before that. */
export function later(ms: number, act: () => void): void {
  setTimeout(act, ms).unref()
}

/** A number from 0 up to 1, to spread what would otherwise march in step. */
export function random(): number {
  return Math.random()
}

/** Tries again and again for so many milliseconds; rejects with the last failure. */
export async function patiently<T>(attempt: () => Promise<T>, forMs: number): Promise<T> {
  const untilMs = nowMs() + forMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (nowMs() + patienceStepMs > untilMs) throw error
      await sleep(patienceStepMs)
    }
  }
}

const patienceStepMs = 200
