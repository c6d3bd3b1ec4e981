import { availableParallelism } from 'node:os'

import { connectors } from '#connectors/index.ts'
import { limits } from '#config/limits.ts'
import type { Bell, Ring } from '#core/exchange/bell.ts'
import { giveBackMessages, takeOverLeases } from '#prisma/store/receive-claim.ts'
import type { Store } from '#prisma/store/index.ts'
import { openComputePool } from './compute/pool.ts'
import type { ComputeFiles } from './compute/pool.ts'
import { CallMemory, callEffects } from './calls/effects.ts'
import { Doorbell } from './doorbell.ts'
import { nowMs, sleep } from './effects/clock.ts'
import { openHttpClient } from './effects/http.ts'
import { deliverEffects } from './jobs/deliver/effects.ts'
import { Deliverer } from './jobs/deliver/run.ts'
import { envelopeDue, envelopeEffects } from './jobs/envelope/perform.ts'
import { overdueDue } from './jobs/overdue/perform.ts'
import { pollEffects } from './jobs/poll/effects.ts'
import { Poller } from './jobs/poll/run.ts'
import { receiveEffects } from './jobs/receive/effects.ts'
import { receive } from './jobs/receive/perform.ts'

/** Where the workers tell what went wrong; ids, never payloads. */
export interface WorkerLog {
  error(facts: object, message: string): void
  info(facts: object, message: string): void
}

export interface WorkerOptions {
  readonly store: Store
  readonly log: WorkerLog
  /**
   * The hub's own listener, e.g. `http://127.0.0.1:8080`: the one local address allowed by default.
   * Null where none is known: then endpoints of the sandbox cannot be reached.
   */
  readonly hub: string | null
  /** True where no other hub can be at this database: all leases are taken over at once. */
  readonly alone: boolean
  /** What threads and child processes run; tests may give worse. */
  readonly computeFiles?: ComputeFiles
}

export interface Workers {
  /** Wakes the job behind a bell. */
  readonly ring: Ring
  /** The same for a ring from elsewhere; resolves when somebody here looked. */
  readonly answer: (bell: Bell) => Promise<void>
  /**
   * Takes nothing new, finishes what is in hand within so many milliseconds, gives the rest back.
   */
  stop(deadlineMs: number): Promise<void>
}

/** Receives, envelopes, delivers and polls; each drains once by itself before any ring. */
export async function startWorkers(options: WorkerOptions): Promise<Workers> {
  const { store, log } = options
  const bounds = limits.workers
  if (options.alone) await takeOverLeases(store)
  const compute = openComputePool(
    {
      threads: Math.max(1, availableParallelism() - 1),
      messageTimeMs: bounds.messageTimeMs,
      messageTimePerMibMs: bounds.messageTimePerMibMs,
      memoryMb: bounds.computeMemoryMb,
    },
    options.computeFiles,
  )
  const http = openHttpClient({
    answerBytesMax: bounds.answerBytesMax,
    socketsMax: bounds.deliverInFlightMax,
  })
  const ring: Ring = (bell) => doorbell.ring(bell)
  const held = new Set<string>()
  const receiving = holding(receiveEffects(store, compute, ring), held)
  const calls = callEffects(store, http, options.hub, new CallMemory())
  const enveloping = envelopeEffects(store, ring)
  const deliverer = new Deliverer(
    connectors,
    deliverEffects(store, calls, connectors),
    (error, delivery) =>
      log.error({ err: error, deliveryId: delivery.id, messageId: delivery.sourceMessageId },
        'an attempt broke off; it is looked up once its lease ends'),
    () => ring('deliver'),
  )
  const polling = pollEffects(store, calls, ring)
  const poller = new Poller(connectors, polling, (error, { endpoint, feed }) =>
    log.error({ err: error, endpointId: endpoint.id, feed },
      'a look at a feed broke off; it is begun anew once its lease ends'))
  const renewal = setInterval(() => {
    Promise.all([deliverer.renew(), poller.renew()])
      .catch((error: unknown) => log.error({ err: error }, 'leases not renewed'))
  }, bounds.leaseRenewMs)
  const doorbell = new Doorbell({
    drains: {
      receive: () => receive(receiving),
      envelope: async () =>
        (await Promise.all([envelopeDue(enveloping), overdueDue(store)])).some((more) => more),
      deliver: () => deliverer.deliverDue(),
      poll: () => poller.pollDue(),
    },
    lanes: { receive: bounds.receiveLanes, envelope: 1, deliver: 1, poll: 1 },
    sweepMs: bounds.sweepMs,
    failed: (bell, error) => log.error({ err: error, bell }, 'a look at what is due failed'),
  })
  return {
    ring,
    answer: (bell) => doorbell.answered(bell),
    stop: async (deadlineMs) => {
      const startedMs = nowMs()
      const deadline = AbortSignal.timeout(deadlineMs)
      await Promise.race([doorbell.stop(), sleep(deadlineMs)])
      await Promise.all([deliverer.finish(deadline), poller.finish(deadline)])
      clearInterval(renewal)
      if (held.size > 0) await giveBackMessages(store, [...held])
      await compute.close()
      http.close()
      log.info({ tookMs: nowMs() - startedMs }, 'workers stopped')
    },
  }
}

/** Notes which claims are in hand, so that a stop that cannot wait for them gives them back. */
function holding(
  effects: ReturnType<typeof receiveEffects>,
  held: Set<string>,
): ReturnType<typeof receiveEffects> {
  return {
    ...effects,
    claim: async () => {
      const claimed = await effects.claim()
      const [first] = claimed
      if (first !== undefined) held.add(first.token)
      return claimed
    },
    done: (token) => {
      held.delete(token)
    },
  }
}
