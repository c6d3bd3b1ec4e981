import { limits } from '#config/limits.ts'
import type { Connector } from '#connectors/_kit/contract.ts'
import type { ClaimedDelivery } from '#prisma/store/deliver.ts'
import { UnderWay } from '#workers/under-way.ts'
import type { DeliverEffects } from './effects.ts'
import { attempt } from './perform.ts'

const bounds = limits.workers

/** Deliveries under way. */
export class Deliverer {
  readonly #connectors: ReadonlyMap<string, Connector>
  readonly #effects: DeliverEffects
  readonly #underWay: UnderWay<ClaimedDelivery>

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
    this.#underWay = new UnderWay(bounds.deliverInFlightMax, failed, ended)
  }

  /** Places and claims what is due and sets it going. Answers whether more may be due. */
  async deliverDue(): Promise<boolean> {
    const placed = await this.#effects.placeInMailboxes()
    const room = Math.min(bounds.claimDeliveriesMax, this.#underWay.room)
    if (room <= 0) return false
    const { deliveries, more } = await this.#effects.claim(room)
    for (const delivery of deliveries) {
      this.#underWay.start(delivery, () => attempt(delivery, this.#connectors, this.#effects))
    }
    return placed === bounds.mailboxItemsMax || more
  }

  /** Renews what is under way. */
  async renew(): Promise<void> {
    const { items } = this.#underWay
    if (items.length > 0) await this.#effects.renew(items)
  }

  /**
   * Resolves when nothing is under way, or at the signal: what is still under way then is let go
   * of.
   */
  async finish(deadline: AbortSignal): Promise<void> {
    const left = await this.#underWay.finish(deadline)
    if (left.length > 0) await this.#effects.letGo(left)
  }
}
