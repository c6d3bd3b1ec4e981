import { feedsOf } from '#connectors/_kit/contract.ts'
import type { Call, Connector, Feed, FeedPage } from '#connectors/_kit/contract.ts'
import { failed } from '#connectors/_kit/fate.ts'
import type { Verdict } from '#connectors/_kit/fate.ts'
import { limits } from '#config/limits.ts'
import { faultView } from '#core/errors/fault.ts'
import { storeFault } from '#prisma/store/failures.ts'
import type { ClaimedFeed } from '#prisma/store/feeds.ts'
import { Caller } from '#workers/calls/caller.ts'
import { converse } from '#workers/calls/converse.ts'
import { afterFailedLook, everyMs, recordsOf } from './decide.ts'
import type { PollEffects } from './effects.ts'

const bounds = limits.workers

/**
 * One look at a feed in hand, from its cursor on: each page is stored with the cursor that passes
 * it, so an end without a word costs a page that is read again and told nobody twice.
 */
export async function look(
  claimed: ClaimedFeed,
  connectors: ReadonlyMap<string, Connector>,
  effects: PollEffects,
): Promise<void> {
  const connector = connectors.get(claimed.endpoint.connector)
  const feed = feedOf(connector, claimed.feed)
  if (connector === undefined || feed === null) return unknownFeed(claimed, effects)
  await new Look(claimed, connector, feed, effects).run()
}

class Look {
  readonly #claimed: ClaimedFeed
  readonly #connector: Connector
  readonly #feed: Feed
  readonly #effects: PollEffects
  readonly #caller: Caller
  readonly #everyMs: number

  constructor(claimed: ClaimedFeed, connector: Connector, feed: Feed, effects: PollEffects) {
    const { endpoint, use } = claimed
    this.#claimed = claimed
    this.#connector = connector
    this.#feed = feed
    this.#effects = effects
    const reference = `${endpoint.id}:${claimed.feed}`
    this.#caller = new Caller(connector, endpoint, reference, effects)
    this.#everyMs = everyMs(feed, use, bounds.feedEveryMinMs)
  }

  async run(): Promise<void> {
    let { cursor } = this.#claimed
    for (let pages = 1; ; pages++) {
      const page = await this.#read(cursor)
      if ('fate' in page) return this.#failed(page)
      const isLast = !page.more || pages === bounds.feedPagesMax
      const stored = await this.#store(page, isLast)
      if (typeof stored !== 'boolean') return this.#failed(stored)
      if (!stored || isLast) return
      cursor = page.cursor
    }
  }

  async #read(cursor: unknown): Promise<FeedPage | Verdict> {
    const { settings } = this.#claimed.endpoint
    const now = new Date(this.#effects.nowMs()).toISOString()
    const context = { settings, now, pageMax: bounds.feedRecordsMax }
    const conversed = await converse(
      () => this.#feed.read(cursor, context),
      (call: Call) => call.effect === 'read'
        ? this.#caller.call(call.plan, this.#feed.timeoutMs)
        : Promise.resolve(failed('refused', 'feed_writes', 'a feed may only read')),
      bounds.conversationCallsMax,
    )
    return 'result' in conversed ? conversed.result : conversed.verdict
  }

  /** Whether the feed is still in this hand; a verdict where the page cannot be stored. */
  async #store(page: FeedPage, isLast: boolean): Promise<boolean | Verdict> {
    const waitMs = page.more ? 0 : this.#everyMs
    const next = isLast ? { do: 'wait', waitMs } as const : { do: 'go_on' } as const
    const records = recordsOf(page, this.#claimed.use)
    const stored = await this.#effects
      .recordPage(this.#claimed, { records, cursor: page.cursor }, next)
      .catch((error: unknown) => unstorable(error))
    if ('fate' in stored || !stored.held) return 'fate' in stored ? stored : false
    if (stored.stored > 0) this.#effects.ring('receive')
    if (isLast) this.#effects.ringLater(waitMs)
    return true
  }

  async #failed(verdict: Verdict): Promise<void> {
    const clean = this.#caller.clean(verdict)
    const { waitMs, park } = afterFailedLook({
      endpoint: this.#connector.title,
      feed: this.#claimed.feed,
      verdict: clean,
      failures: this.#claimed.failures + 1,
      everyMs: this.#everyMs,
    }, { failuresMax: bounds.feedFailuresMax, waitMaxMs: bounds.feedWaitMaxMs })
    const fault = { code: clean.code, says: clean.says }
    await this.#effects.recordFailed(this.#claimed, { fault, waitMs, park })
    this.#effects.ringLater(waitMs)
  }
}

/** What a page holds is at fault, not the database: somebody has to look at the feed. */
function unstorable(error: unknown): Verdict {
  if (!(error instanceof Error) || !('code' in error) || storeFault(error) !== null) throw error
  return failed('not_sent', 'page_not_stored', error.message)
}

async function unknownFeed(claimed: ClaimedFeed, effects: PollEffects): Promise<void> {
  const { endpoint: { id: endpoint, connector }, feed } = claimed
  const park = faultView('FEED_UNKNOWN', { endpoint, feed, connector })
  const { code, says } = park
  const waitMs = bounds.feedWaitMaxMs
  await effects.recordFailed(claimed, { fault: { code, says }, waitMs, park })
}

function feedOf(connector: Connector | undefined, name: string): Feed | null {
  const feeds = connector === undefined ? {} : feedsOf(connector)
  return Object.hasOwn(feeds, name) ? feeds[name] ?? null : null
}
