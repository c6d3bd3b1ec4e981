import { limits } from '#config/limits.ts'
import type { Connector } from '#connectors/_kit/contract.ts'
import type { ClaimedFeed } from '#prisma/store/feeds.ts'
import { UnderWay } from '#workers/under-way.ts'
import type { PollEffects } from './effects.ts'
import { look } from './perform.ts'

const bounds = limits.workers

/** Feeds that are being read. */
export class Poller {
  readonly #connectors: ReadonlyMap<string, Connector>
  readonly #effects: PollEffects
  readonly #underWay: UnderWay<ClaimedFeed>

  /** `failed` is told of looks that broke off: they are begun anew once their lease ends. */
  constructor(
    connectors: ReadonlyMap<string, Connector>,
    effects: PollEffects,
    failed: (error: unknown, feed: ClaimedFeed) => void,
  ) {
    this.#connectors = connectors
    this.#effects = effects
    this.#underWay = new UnderWay(bounds.claimFeedsMax, failed, () => undefined)
  }

  /** Claims feeds that are due and sets them going. Answers whether more may be due. */
  async pollDue(): Promise<boolean> {
    const { room } = this.#underWay
    if (room <= 0) return false
    const { feeds, more } = await this.#effects.claim(room)
    for (const feed of feeds) {
      this.#underWay.start(feed, () => look(feed, this.#connectors, this.#effects))
    }
    return more
  }

  async renew(): Promise<void> {
    const { items } = this.#underWay
    if (items.length > 0) await this.#effects.renew(items)
  }

  /** Resolves when nothing is read any more, or at the signal: the rest is let go of. */
  async finish(deadline: AbortSignal): Promise<void> {
    const left = await this.#underWay.finish(deadline)
    if (left.length > 0) await this.#effects.letGo(left)
  }
}
