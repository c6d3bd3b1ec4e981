/** What was opened and has to be closed again, the last first. */
export interface Closers {
  /** A close that takes longer than `timeoutMs` is left behind. */
  add(name: string, timeoutMs: number, close: () => Promise<void>): void
  /** Closes everything; what fails is told to `failed` and keeps nothing else open. */
  closeAll(): Promise<void>
}

interface Opened {
  readonly name: string
  readonly timeoutMs: number
  readonly close: () => Promise<void>
}

export function makeClosers(failed: (name: string, error: unknown) => void): Closers {
  const opened: Opened[] = []
  return {
    add(name, timeoutMs, close) {
      opened.push({ name, timeoutMs, close })
    },
    async closeAll() {
      for (let last = opened.pop(); last !== undefined; last = opened.pop()) {
        await within(last.timeoutMs, last.close).catch((error: unknown) => failed(last.name, error))
      }
    },
  }
}

async function within(timeoutMs: number, work: () => Promise<void>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`not done after ${timeoutMs} ms`)), timeoutMs)
  try {
    await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}
