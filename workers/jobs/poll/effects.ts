import { limits } from '#config/limits.ts'
import { recordPage } from '#prisma/store/feed-pages.ts'
import type { AfterPage, Page, PageStored } from '#prisma/store/feed-pages.ts'
import {
  claimFeeds,
  letGoOfFeeds,
  recordFailedLook,
  renewFeedLeases,
} from '#prisma/store/feeds.ts'
import type { ClaimedFeed, ClaimedFeeds, FailedLook } from '#prisma/store/feeds.ts'
import type { Store } from '#prisma/store/index.ts'
import type { Bell } from '#core/exchange/bell.ts'
import type { CallEffects } from '#workers/calls/effects.ts'
import { later } from '#workers/effects/clock.ts'

/** All that polling does to the world; the crash tests die at each. */
export interface PollEffects extends CallEffects {
  claim(feedsMax: number): Promise<ClaimedFeeds>
  renew(feeds: readonly ClaimedFeed[]): Promise<void>
  letGo(feeds: readonly ClaimedFeed[]): Promise<void>
  /** `held` is false where the feed was taken out of this hand meanwhile. */
  recordPage(feed: ClaimedFeed, page: Page, next: AfterPage): Promise<PageStored>
  recordFailed(feed: ClaimedFeed, failed: FailedLook): Promise<boolean>
  ring(bell: Bell): void
  /** Rings when the feed is due again: the sweeper alone may come later. */
  ringLater(ms: number): void
}

export function pollEffects(
  store: Store,
  calls: CallEffects,
  ring: (bell: Bell) => void,
): PollEffects {
  const { leaseMs, feedPageBytesMax: heldBytesMax } = limits.workers
  const { messageBytesMax, inlineBytesMax, partBytes } = limits.api
  const pageLimits = { heldBytesMax, messageBytesMax, inlineBytesMax, partBytes }
  return {
    ...calls,
    claim: (feedsMax) => claimFeeds(store, { feedsMax, leaseMs }),
    renew: (feeds) => renewFeedLeases(store, feeds, leaseMs),
    letGo: (feeds) => letGoOfFeeds(store, feeds),
    recordPage: (feed, page, next) => recordPage(store, feed, page, next, pageLimits),
    recordFailed: (feed, failed) => recordFailedLook(store, feed, failed),
    ring,
    ringLater: (ms) => later(ms, () => ring('poll')),
  }
}
