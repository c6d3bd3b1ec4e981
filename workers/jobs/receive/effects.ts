import type { Bell } from '#core/exchange/bell.ts'
import type { Known, Needs } from '#core/exchange/known.ts'
import { limits } from '#config/limits.ts'
import { attemptsMax } from '#config/retry.ts'
import {
  claimMessages,
  countEnds,
  releaseMessages,
  renewMessageLeases,
} from '#prisma/store/receive-claim.ts'
import type { ClaimedMessage, Release } from '#prisma/store/receive-claim.ts'
import { commitDecisions } from '#prisma/store/receive-commit.ts'
import type { CommitResult } from '#prisma/store/receive-commit.ts'
import { loadKnown } from '#prisma/store/receive-known.ts'
import type { DecidedMessage } from '#prisma/store/receive-rows.ts'
import { loadDueSets, loadSettled } from '#prisma/store/receive-standing.ts'
import type { DueSet } from '#prisma/store/receive-standing.ts'
import type { Store } from '#prisma/store/index.ts'
import { nowMs, patiently } from '#workers/effects/clock.ts'
import type { ComputePool } from '#workers/compute/pool.ts'
import type { ComputeTask, ThreadAnswer } from '#workers/compute/task.ts'

/** All that receiving does to the world; the crash tests die at each. */
export interface ReceiveEffects {
  claim(): Promise<readonly ClaimedMessage[]>
  renew(token: string): Promise<void>
  loadSettled(messageIds: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<number>>>
  loadDueSets(messageId: string): Promise<readonly DueSet[]>
  loadKnown(needs: Needs): Promise<Known>
  computeBatch(tasks: readonly ComputeTask[]): Promise<readonly ThreadAnswer[]>
  computeAlone(task: ComputeTask): Promise<ThreadAnswer>
  countEnds(token: string, messageId: string, by: 1 | -1): Promise<void>
  commit(token: string, decided: readonly DecidedMessage[]): Promise<CommitResult>
  release(token: string, ids: readonly string[], release: Release): Promise<void>
  ring(bell: Bell): void
  /** The claim is worked off: nothing is held under its token. */
  done(token: string): void
}

export function receiveEffects(
  store: Store,
  pool: ComputePool,
  ring: (bell: Bell) => void,
): ReceiveEffects {
  const bounds = limits.workers
  const claim = {
    messagesMax: bounds.claimMessagesMax,
    bytesMax: bounds.claimBytesMax,
    leaseMs: bounds.leaseMs,
    leaseRenewMs: bounds.leaseRenewMs,
  }
  return {
    claim: () => claimMessages(store, claim),
    renew: (token) => renewMessageLeases(store, token, bounds.leaseMs),
    loadSettled: (messageIds) => loadSettled(store, messageIds),
    loadDueSets: (messageId) => loadDueSets(store, messageId, bounds.setsPerPieceMax),
    loadKnown: (needs) => loadKnown(store, needs),
    computeBatch: (tasks) => pool.batch(tasks),
    computeAlone: (task) => pool.alone(task),
    countEnds: (token, messageId, by) => countEnds(store, token, messageId, by),
    commit: (token, decided) =>
      commitDecisions(store, token, decided, { attemptsMax, now: new Date(nowMs()) }),
    // The database may be what failed: what is in hand is worth waiting for it as long as the lease
    // lasts.
    release: (token, ids, release) =>
      patiently(() => releaseMessages(store, token, ids, release), bounds.leaseMs),
    ring,
    done: () => undefined,
  }
}
