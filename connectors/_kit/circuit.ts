import type { Verdict } from './fate.ts'

/** How an endpoint has been doing, over all workers. */
export interface Circuit {
  /** Since the last answer. */
  readonly failures: number
  /** Nothing is sent before this; null while it is closed. */
  readonly openUntilMs: number | null
}

export interface CircuitBounds {
  /** At so many failures in a row it opens. */
  readonly failuresMax: number
  /** The first time it is open for so long, then each time twice as long, up to a bound. */
  readonly openMs: number
  readonly openMaxMs: number
}

export type CircuitState = 'closed' | 'open' | 'half_open'

/** Half open: one call may find out whether the other side is back. */
export function circuitState({ openUntilMs }: Circuit, nowMs: number): CircuitState {
  if (openUntilMs === null) return 'closed'
  return nowMs < openUntilMs ? 'open' : 'half_open'
}

export type CallOutcome = 'answered' | 'failed'

/** An answer that refuses is one all the same; who says 5xx or nothing is not doing well. */
export function callOutcome({ code, httpStatus }: Verdict): CallOutcome {
  if (httpStatus !== null) return httpStatus >= 500 ? 'failed' : 'answered'
  return silent.has(code) ? 'failed' : 'answered'
}

const silent: ReadonlySet<string> = new Set(['not_connected', 'timeout', 'broken'])

/** Any answer closes it. Calls that were under way when it opened say nothing new by failing. */
export function afterOutcome(
  circuit: Circuit,
  outcome: CallOutcome,
  nowMs: number,
  bounds: CircuitBounds,
): Circuit {
  if (outcome === 'answered') return { failures: 0, openUntilMs: null }
  const state = circuitState(circuit, nowMs)
  if (state === 'open') return circuit
  const failures = circuit.failures + 1
  const opens = state === 'half_open' || failures >= bounds.failuresMax
  return { failures, openUntilMs: opens ? nowMs + openMs(failures, bounds) : null }
}

function openMs(failures: number, { failuresMax, openMs: firstMs, openMaxMs }: CircuitBounds) {
  // Past so many doublings the bound is long met, and a larger power would be no number.
  const doublings = Math.min(Math.max(failures - failuresMax, 0), 30)
  return Math.min(firstMs * 2 ** doublings, openMaxMs)
}
