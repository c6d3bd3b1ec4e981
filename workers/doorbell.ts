import { bells } from '#core/exchange/bell.ts'
import type { Bell, Ring } from '#core/exchange/bell.ts'
import { random, sleep } from './effects/clock.ts'

/** One look at what is due; answers whether to look again at once. */
export type Drain = () => Promise<boolean>

export interface DoorbellOptions {
  readonly drains: Readonly<Record<Bell, Drain>>
  /** Drains of one bell that may run side by side. */
  readonly lanes: Readonly<Record<Bell, number>>
  /** How often to look without a ring. */
  readonly sweepMs: number
  readonly failed: (bell: Bell, error: unknown) => void
}

/**
 * Rings and sweeps (DESIGN §4): a ring wakes a lane that sleeps, or makes a busy one look once
 * more. A lost ring costs one sweep. Every lane drains once at the start.
 */
export class Doorbell {
  readonly #stopping = new AbortController()
  readonly #lanes: readonly Lane[]

  constructor(options: DoorbellOptions) {
    this.#lanes = bells.flatMap((bell) =>
      Array.from({ length: options.lanes[bell] }, () =>
        new Lane(bell, options, this.#stopping.signal)))
  }

  readonly ring: Ring = (bell) => {
    // One lane is woken: it loops while there is work, and wakes the next when there is more than
    // it can hold.
    const lanes = this.#lanes.filter((lane) => lane.bell === bell)
    const lane = lanes.find(({ asleep }) => asleep) ?? lanes[0]
    lane?.wake()
  }

  /** Rings, and resolves when somebody here looked; at once when it is stopping. */
  async answered(bell: Bell): Promise<void> {
    const lanes = this.#lanes.filter((lane) => lane.bell === bell)
    const lane = lanes.find(({ asleep }) => asleep) ?? lanes[0]
    await Promise.race([lane?.looked(), Promise.all(lanes.map(({ ended }) => ended))])
  }

  /** Takes nothing new; resolves when what is in hand is done. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#lanes.map(({ ended }) => ended))
  }
}

/** One loop over one drain. */
class Lane {
  readonly bell: Bell
  readonly ended: Promise<void>
  readonly #options: DoorbellOptions
  readonly #stopping: AbortSignal
  #rung = true
  #sleeping = false
  #waiting: (() => void)[] = []
  #waking = new AbortController()

  constructor(bell: Bell, options: DoorbellOptions, stopping: AbortSignal) {
    this.bell = bell
    this.#options = options
    this.#stopping = stopping
    this.ended = this.#loop()
  }

  /** Wakes it; resolves after the next look that begins from now on. */
  async looked(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#waiting.push(() => resolve(undefined))
    this.wake()
    return promise
  }

  get asleep(): boolean {
    return this.#sleeping && !this.#rung
  }

  wake(): void {
    this.#rung = true
    this.#waking.abort()
  }

  async #loop(): Promise<void> {
    while (!this.#stopping.aborted) {
      this.#rung = false
      const waiting = this.#waiting
      this.#waiting = []
      const more = await this.#drain()
      for (const tell of waiting) tell()
      if (more || this.#wasRung()) continue
      this.#waking = new AbortController()
      // Jittered, so that many hubs do not sweep in step.
      const sweepMs = this.#options.sweepMs * (0.75 + random() / 2)
      this.#sleeping = true
      await sleep(sweepMs, AbortSignal.any([this.#waking.signal, this.#stopping]))
      this.#sleeping = false
    }
  }

  /** Rung while it drained: the ring may be for what came after its look. */
  #wasRung(): boolean {
    return this.#rung
  }

  /** A failure is told, and waited out by the next sweep: most often the database is away. */
  async #drain(): Promise<boolean> {
    try {
      return await this.#options.drains[this.bell]()
    } catch (error) {
      this.#options.failed(this.bell, error)
      return false
    }
  }
}
