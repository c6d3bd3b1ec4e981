import type { Fate } from '#connectors/_kit/contract.ts'
import type { Verdict } from '#connectors/_kit/fate.ts'

/** A delivery in hand, as far as the next step needs it. */
export interface Known {
  /** How it stood before it was taken: of unknown fate, or not sent so far. */
  readonly before: 'due' | 'unknown'
  /** Attempts and look-ups that the other side failed, this one included. */
  readonly failures: number
  readonly attemptsMax: number
  /** How a write is safe to repeat; null where it is not, or cannot be looked up. */
  readonly safeBy: 'client_key' | 'natural_key' | 'lookup' | 'converging' | null
}

/**
 * The first step with a delivery in hand: what may have arrived is looked for before anything is
 * sent.
 */
export function firstStep(
  before: Known['before'],
  safeBy: Known['safeBy'],
): 'send' | 'look_up' | 'park' {
  if (before === 'due') return 'send'
  if (safeBy === 'lookup') return 'look_up'
  return safeBy === null ? 'park' : 'send'
}

/**
 * Whether what was sent last has taken effect by now or never will: the other side may still be at
 * it for a while after it began.
 */
export function onceSettled(
  sentAt: Date | null,
  nowMs: number,
  settleMs: number,
): { readonly do: 'go' } | { readonly do: 'wait'; readonly waitMs: number } {
  const leftMs = sentAt === null ? 0 : settleMs - (nowMs - sentAt.getTime())
  return leftMs <= 0 ? { do: 'go' } : { do: 'wait', waitMs: leftMs }
}

/**
 * What a call that failed in a conversation means for the whole of it. A read changes nothing, so
 * the conversation stands where its last write left it, and that one was answered; a write of
 * unknown fate has to settle before the conversation looks again.
 */
export function afterCall(effect: 'read' | 'write', verdict: Verdict, settleMs: number): Verdict {
  if (verdict.fate !== 'unknown') return verdict
  if (effect === 'read') return { ...verdict, fate: 'not_sent' }
  return { ...verdict, waitMs: Math.max(settleMs, verdict.waitMs ?? 0) }
}

export type Next =
  | { readonly do: 'park'; readonly because: 'refused' | 'exhausted' | 'unknown' }
  | { readonly do: 'again'; readonly as: 'due' | 'unknown'; readonly waitMs: number }

/**
 * What follows a failed attempt: refused parks; the rest is tried again by the schedule until it
 * ends. What may have taken effect before stays unknown though this attempt was not sent.
 */
export function afterFailure(
  fate: Fate,
  known: Known,
  schedule: Schedule,
  askedWaitMs: number | null,
): Next {
  if (fate === 'refused') return { do: 'park', because: 'refused' }
  const as = fate === 'unknown' ? 'unknown' : known.before
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
