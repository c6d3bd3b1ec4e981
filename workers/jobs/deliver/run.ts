import { limits } from '#config/limits.ts'
import type { Connector } from '#connectors/_kit/contract.ts'
import type { ClaimedDelivery } from '#prisma/store/deliver.ts'
import type { DeliverEffects } from './effects.ts'
import { attempt } from './perform.ts'

const bounds = limits.workers

/**
 * Deliveries under way. Claiming and attempting are apart: a slow endpoint holds its own deliveries
 * up and leaves room for others as long as there is any.
 */
export class Deliverer {
  readonly #connectors: ReadonlyMap<string, Connector>
  readonly #effects: DeliverEffects
  readonly #underWay = new Map<ClaimedDelivery, Promise<void>>()
  readonly #failed: (error: unknown, delivery: ClaimedDelivery) => void
  readonly #ended: () => void

  /**
   * `failed` is told of attempts that broke off: their lease runs out and they are looked up.
   * `ended`: room again.
   */
  constructor(
    connectors: ReadonlyMap<string, Connector>,
    effects: DeliverEffects,
    failed: (error: unknown, delivery: ClaimedDelivery) => void,
    ended: () => void,
  ) {
    this.#connectors = connectors
    this.#effects = effects
    this.#failed = failed
    this.#ended = ended
  }

  /** Places and claims what is due and sets it going. Answers whether more may be due. */
  async deliverDue(): Promise<boolean> {
    const placed = await this.#effects.placeInMailboxes()
    const left = bounds.deliverInFlightMax - this.#underWay.size
    const room = Math.min(bounds.claimDeliveriesMax, left)
    if (room <= 0) return false
    const { deliveries, more } = await this.#effects.claim(room)
    for (const delivery of deliveries) this.#start(delivery)
    return placed === bounds.mailboxItemsMax || more
  }

  /** Renews what is under way. */
  async renew(): Promise<void> {
    if (this.#underWay.size > 0) await this.#effects.renew([...this.#underWay.keys()])
  }

  /**
   * Resolves when nothing is under way, or at the signal: what is still under way then is let go
   * of.
   */
  async finish(deadline: AbortSignal): Promise<void> {
    const { promise: tooLate, resolve } = Promise.withResolvers<undefined>()
    deadline.addEventListener('abort', () => resolve(undefined), { once: true })
    while (this.#underWay.size > 0 && !deadline.aborted) {
      await Promise.race([Promise.all(this.#underWay.values()), tooLate])
    }
    if (this.#underWay.size > 0) await this.#effects.letGo([...this.#underWay.keys()])
  }

  #start(delivery: ClaimedDelivery): void {
    const done = attempt(delivery, this.#connectors, this.#effects)
      .catch((error: unknown) => {
        this.#failed(error, delivery)
      })
      .finally(() => {
        this.#underWay.delete(delivery)
        this.#ended()
      })
    this.#underWay.set(delivery, done)
  }
}
