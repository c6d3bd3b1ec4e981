import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'

import { bells, coalesced } from '#core/exchange/bell.ts'
import type { Bell, RemoteBell } from '#core/exchange/bell.ts'

export interface QueueBellOptions {
  readonly url: string
  /**
   * Rings of one bell that are answered side by side, over all processes. BullMQ answers one at a
   * time for each deduplication id, so each is an id of its own.
   */
  readonly slots: number
  /** Answered side by side by this process. */
  readonly concurrency: number
  /** How often somebody in the fleet looks at everything without a ring. */
  readonly sweepMs: number
  readonly log: {
    error(facts: object, message: string): void
    info(facts: object, message: string): void
  }
}

const queueName = 'crossdock-bell'
const sweep = 'sweep'
/** After a worker's death its ring is taken up by another: a lease's length, and a look. */
const lockMs = { lockDuration: 5_000, stalledInterval: 2_000 }
const forgotten = { removeOnComplete: true, removeOnFail: true }

/**
 * The doorbell as a BullMQ queue on Redis or Valkey: an API process rings, a worker answers. It
 * holds nothing that matters: flushed, away or slow, it costs what the sweeps take longer.
 */
export function openQueueBell(options: QueueBellOptions): RemoteBell {
  const state = new State(options.log)
  // A ring must not wait for a Redis that is away: it fails at once and is left to the sweep.
  const ringing = connect(options.url, { enableOfflineQueue: false }, state)
  const queue = new Queue(queueName, { connection: ringing })
  queue.on('error', state.down)
  let turn = 0
  const ring = coalesced(
    (bell) => queue.add(bell, {}, {
      ...forgotten,
      deduplication: { id: `${bell}-${turn++ % options.slots}`, keepLastIfActive: true },
    }),
    (error) => (error === null ? state.up() : state.down(error)),
  )
  let answering: Answering | null = null
  return {
    ring,
    listen: (answer) => {
      answering = answerRings(options, queue, answer, state)
    },
    isUp: () => state.isUp,
    close: async () => {
      await answering?.close()
      await queue.close().catch(() => undefined)
      ringing.disconnect()
    },
  }
}

interface Answering {
  close(): Promise<void>
}

function answerRings(
  options: QueueBellOptions,
  queue: Queue,
  answer: (bell: Bell) => Promise<void>,
  state: State,
): Answering {
  // BullMQ's workers block on their connection and may not give up on it.
  const connection = connect(options.url, { maxRetriesPerRequest: null }, state)
  const worker = new Worker(queueName, async ({ name }) => {
    const wanted = name === sweep ? bells : bells.filter((bell) => bell === name)
    await Promise.all(wanted.map(async (bell) => answer(bell)))
  }, { connection, concurrency: options.concurrency, ...lockMs })
  worker.on('error', state.down)
  // Said again and again: a Redis that was flushed has forgotten it.
  const schedule = (): void => {
    queue.upsertJobScheduler(sweep, { every: options.sweepMs }, { name: sweep, opts: forgotten })
      .then(state.up, state.down)
  }
  schedule()
  const timer = setInterval(schedule, options.sweepMs)
  return {
    close: async () => {
      clearInterval(timer)
      await worker.close(true).catch(() => undefined)
      connection.disconnect()
    },
  }
}

function connect(url: string, more: object, state: State): Redis {
  const redis = new Redis(url, { ...more, retryStrategy: (times) => Math.min(times * 100, 2_000) })
  redis.on('error', state.down)
  redis.on('ready', () => state.up())
  return redis
}

/** Tells once that Redis went, and once that it came back; not for every ring. */
class State {
  isUp = false
  #told = false
  readonly #log: QueueBellOptions['log']

  constructor(log: QueueBellOptions['log']) {
    this.#log = log
  }

  readonly up = (): void => {
    if (this.#told) this.#log.info({}, 'Redis answers again')
    this.#told = false
    this.isUp = true
  }

  readonly down = (error: unknown): void => {
    if (!this.#told) this.#log.error({ err: error }, 'Redis is away; sweeps go on')
    this.#told = true
    this.isUp = false
  }
}
