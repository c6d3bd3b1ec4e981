import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'

import { bells, coalesced } from '#core/exchange/bell.ts'
import type { Bell, RemoteBell } from '#core/exchange/bell.ts'

export interface QueueBellOptions {
  readonly url: string
  /** Whose rings these are: processes of several databases may share one Redis. */
  readonly fleet: string
  /**
   * Rings of one bell that are answered side by side, over all processes. BullMQ answers one at a
   * time for each deduplication id, so each is an id of its own.
   */
  readonly slots: number
  /** Answered side by side by this process. */
  readonly concurrency: number
  /** How often somebody in the fleet looks at everything without a ring. */
  readonly sweepMs: number
  /** A Redis that has not answered for so long is away. */
  readonly answerMs: number
  readonly log: {
    error(facts: object, message: string): void
    info(facts: object, message: string): void
  }
}

const sweep = 'sweep'
/** After a worker's death its ring is taken up by another: a lease's length, and a look. */
const lockMs = { lockDuration: 5_000, stalledInterval: 2_000 }
const forgotten = { removeOnComplete: true, removeOnFail: true }
/**
 * BullMQ asks for the version once, and where Redis goes just then it never works again. The doctor
 * asks instead (redis-look.ts).
 */
const unasked = { skipVersionCheck: true }

/**
 * The doorbell as a BullMQ queue on Redis or Valkey: an API process rings, a worker answers. It
 * holds nothing that matters: flushed, away or slow, it costs what the sweeps take longer.
 */
export function openQueueBell(options: QueueBellOptions): RemoteBell {
  const { url, answerMs } = options
  const name = `crossdock-bell-${options.fleet}`
  const state = new State(options.log)
  // A ring must not wait for a Redis that is away or hangs: it fails and is left to the sweep.
  const ringing = connect(url, { enableOfflineQueue: false, commandTimeout: answerMs }, state)
  const queue = new Queue(name, { connection: ringing, ...unasked })
  queue.on('error', state.down)
  let turn = 0
  const ring = coalesced(
    (bell) => queue.add(bell, {}, {
      ...forgotten,
      deduplication: { id: `${bell}-${turn++ % options.slots}`, keepLastIfActive: true },
    }),
    state.tell,
  )
  // Where nobody rings, nobody would see it go or come back.
  const pulse = setInterval(() => {
    ringing.ping().then(state.up, state.down)
  }, answerMs)
  let answering: Answering | null = null
  return {
    ring,
    listen: (answer) => {
      answering = answerRings(options, queue, ringing, answer, state)
    },
    hush: () => answering?.hush(),
    isUp: () => state.isUp,
    close: async () => {
      clearInterval(pulse)
      state.mute()
      await answering?.close()
      await queue.close().catch(() => undefined)
      ringing.disconnect()
    },
  }
}

interface Answering {
  hush(): void
  close(): Promise<void>
}

function answerRings(
  { url, concurrency, sweepMs }: QueueBellOptions,
  queue: Queue,
  ringing: Redis,
  answer: (bell: Bell) => Promise<void>,
  state: State,
): Answering {
  // BullMQ's workers block on their connection and may not give up on it. They block for five
  // seconds at most, so that one on which nothing comes for much longer is made anew.
  const patient = { maxRetriesPerRequest: null, socketTimeout: silenceMaxMs }
  const connection = connect(url, patient, state)
  const worker = new Worker(queue.name, async ({ name }) => {
    const wanted = name === sweep ? bells : bells.filter((bell) => bell === name)
    await Promise.all(wanted.map(async (bell) => answer(bell)))
  }, { connection, concurrency, ...lockMs, ...unasked })
  worker.on('error', state.down)
  // Said again and again: a Redis that was flushed or started anew has forgotten it.
  const schedule = (): void => {
    if (ringing.status !== 'ready') return
    queue.upsertJobScheduler(sweep, { every: sweepMs }, { name: sweep, opts: forgotten })
      .then(state.up, state.down)
  }
  schedule()
  ringing.on('ready', schedule)
  const timer = setInterval(schedule, sweepMs)
  let closing: Promise<void> | null = null
  const hush = (): void => {
    clearInterval(timer)
    ringing.off('ready', schedule)
    // Without Redis nothing that it waits for would come.
    closing ??= worker.close(!state.isUp).catch(() => undefined)
  }
  return {
    hush,
    close: async () => {
      hush()
      await closing
      connection.disconnect()
    },
  }
}

const silenceMaxMs = 20_000

function connect(url: string, more: object, state: State): Redis {
  const redis = new Redis(url, { ...more, retryStrategy: (times) => Math.min(times * 100, 2_000) })
  redis.on('error', state.down)
  redis.on('ready', () => state.up())
  return redis
}

/** Tells once that rings are lost, and once that they arrive again; not for every ring. */
class State {
  isUp = false
  #told = false
  #muted = false
  readonly #log: QueueBellOptions['log']

  constructor(log: QueueBellOptions['log']) {
    this.#log = log
  }

  /** What is closed breaks off; that is nothing to tell. */
  mute(): void {
    this.#muted = true
  }

  readonly tell = (error: unknown): void => {
    if (error === null) this.up()
    else this.down(error)
  }

  readonly up = (): void => {
    if (this.#muted) return
    if (this.#told) this.#log.info({}, 'Redis answers again')
    this.#told = false
    this.isUp = true
  }

  readonly down = (error: unknown): void => {
    if (this.#muted) return
    if (!this.#told) this.#log.error({ err: error }, 'Redis takes no rings; sweeps go on')
    this.#told = true
    this.isUp = false
  }
}
