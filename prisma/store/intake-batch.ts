import { Fault } from '#core/errors/fault.ts'
import { wasUndone } from './failures.ts'
import { commitArrivals } from './intake-commit.ts'
import type { Arrival } from './intake-commit.ts'
import type { Store } from './index.ts'

export interface BatchLimits {
  readonly batchRowsMax: number
  readonly batchBytesMax: number
  readonly pendingMax: number
}

/**
 * Resolves once the message is committed: true, or false where its idempotency key was used before.
 */
export type CommitTogether = (arrival: Arrival) => Promise<boolean>

interface Pending {
  readonly arrival: Arrival
  readonly settle: PromiseWithResolvers<boolean>
}

/**
 * Commits together what arrives together: while one batch is on its way the next one gathers, so
 * the fsync is shared exactly when there is something to share, and a message that comes alone
 * waits for nobody. Order is kept. One message that cannot be stored does not fail the others.
 */
export function openBatch(store: Store, limits: BatchLimits): CommitTogether {
  const queue: Pending[] = []
  let draining = false

  async function drain(): Promise<void> {
    draining = true
    while (queue.length > 0) await commitBatch(store, takeBatch(queue, limits))
    draining = false
  }

  return (arrival) => {
    if (queue.length >= limits.pendingMax) {
      throw new Fault('HUB_BUSY', { what: `${queue.length} messages wait to be stored` })
    }
    const settle = Promise.withResolvers<boolean>()
    queue.push({ arrival, settle })
    if (!draining) void drain()
    return settle.promise
  }
}

function takeBatch(queue: Pending[], limits: BatchLimits): Pending[] {
  let bytes = 0
  let count = 0
  for (const { arrival } of queue) {
    bytes += bytesOf(arrival)
    if (count === limits.batchRowsMax || (count > 0 && bytes > limits.batchBytesMax)) break
    count += 1
  }
  return queue.splice(0, count)
}

function bytesOf(arrival: Arrival): number {
  return (arrival.body ?? arrival.lastPart ?? Buffer.of()).length
}

/** Never rejects: each message has its own promise. */
async function commitBatch(store: Store, batch: readonly Pending[]): Promise<void> {
  try {
    const stored = await commitArrivals(store.pool, batch.map(({ arrival }) => arrival))
    for (const { arrival, settle } of batch) settle.resolve(stored.has(arrival.id))
  } catch (error) {
    if (batch.length > 1 && wasUndone(error)) {
      for (const pending of batch) await commitBatch(store, [pending])
      return
    }
    for (const { settle } of batch) settle.reject(error)
  }
}
