import type { Feed, FeedPage, FeedRecord } from '#connectors/_kit/contract.ts'
import type { Verdict } from '#connectors/_kit/fate.ts'
import { faultView } from '#core/errors/fault.ts'
import type { FaultView } from '#core/errors/fault.ts'
import type { FeedUse } from '#core/exchange/endpoint.ts'

/** How long after a look the next one begins, in milliseconds. */
export function everyMs(feed: Feed, use: FeedUse, leastMs: number): number {
  const wanted = use.everySeconds === undefined ? feed.everyMs : use.everySeconds * 1000
  return Math.max(wanted, leastMs)
}

/** What the endpoint reads of a page: a kind that it does not list is passed over. */
export function recordsOf(page: FeedPage, use: FeedUse): readonly FeedRecord[] {
  return page.records.filter(({ kind }) => Object.hasOwn(use.records, kind))
}

/** A look that failed, as far as what follows needs it. */
export interface FailedLook {
  readonly endpoint: string
  readonly feed: string
  readonly verdict: Verdict
  /** In a row, this one included. */
  readonly failures: number
  readonly everyMs: number
}

export interface FailureBounds {
  readonly failuresMax: number
  readonly waitMaxMs: number
}

/**
 * When a feed that failed is tried again, and what a person is shown of it: at once where it is
 * refused, else when it went on for a while.
 */
export function afterFailedLook(
  { endpoint, feed, verdict, failures, everyMs: pace }: FailedLook,
  { failuresMax, waitMaxMs }: FailureBounds,
): { readonly waitMs: number; readonly park: FaultView | null } {
  const backoffMs = Math.min(pace * 2 ** Math.min(failures, 30), waitMaxMs)
  const waitMs = Math.max(backoffMs, verdict.waitMs ?? 0)
  const reason = verdict.says
  if (verdict.fate === 'refused') {
    return { waitMs, park: faultView('FEED_REFUSED', { endpoint, feed, reason }) }
  }
  if (failures < failuresMax) return { waitMs, park: null }
  return { waitMs, park: faultView('FEED_FAILING', { endpoint, feed, failures, reason }) }
}
