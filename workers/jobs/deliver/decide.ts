import type { Fate } from '#connectors/_kit/contract.ts'

/** A delivery in hand, as far as the next step needs it. */
export interface Known {
  /** How it stood before it was taken: of unknown fate, or not sent so far. */
  readonly before: 'due' | 'unknown'
  /** Attempts and look-ups that the other side failed, this one included. */
  readonly failures: number
  readonly attemptsMax: number
  /** How a write is safe to repeat; null where it is not, or cannot be looked up. */
  readonly safeBy: 'client_key' | 'natural_key' | 'lookup' | null
}

/**
 * The first step with a delivery in hand: what may have arrived is looked for before anything is
 * sent.
 */
export function firstStep(known: Known): 'send' | 'look_up' | 'park' {
  if (known.before === 'due') return 'send'
  if (known.safeBy === 'lookup') return 'look_up'
  return known.safeBy === null ? 'park' : 'send'
}

/**
 * After a look-up found nothing: the other side may still be at it for a while after the attempt
 * began.
 */
export function afterMiss(
  sinceAttemptMs: number,
  settleMs: number,
): { readonly do: 'send' } | { readonly do: 'wait'; readonly waitMs: number } {
  return sinceAttemptMs >= settleMs
    ? { do: 'send' }
    : { do: 'wait', waitMs: settleMs - sinceAttemptMs }
}

export type Next =
  | { readonly do: 'park'; readonly because: 'refused' | 'exhausted' | 'unknown' }
  | { readonly do: 'again'; readonly as: 'due' | 'unknown'; readonly waitMs: number }

/**
 * What follows a failed attempt: refused parks; the rest is tried again by the schedule until it
 * ends.
 */
export function afterFailure(
  fate: Fate,
  known: Known,
  schedule: Schedule,
  askedWaitMs: number | null,
): Next {
  if (fate === 'refused') return { do: 'park', because: 'refused' }
  const as = fate === 'unknown' ? 'unknown' : 'due'
  if (known.failures >= known.attemptsMax) {
    return { do: 'park', because: as === 'unknown' ? 'unknown' : 'exhausted' }
  }
  return { do: 'again', as, waitMs: Math.max(delayMs(known.failures, schedule), askedWaitMs ?? 0) }
}

export interface Schedule {
  readonly delaysMs: readonly number[]
  readonly jitter: number
  /** From 0 up to 1, drawn by the caller. */
  readonly draw: number
}

function delayMs(failures: number, { delaysMs, jitter, draw }: Schedule): number {
  const delay = delaysMs[Math.min(failures, delaysMs.length) - 1] ?? 0
  return Math.round(delay * (1 + jitter * (2 * draw - 1)))
}
