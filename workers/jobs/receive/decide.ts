import type { FaultView } from '#core/errors/fault.ts'
import { faultView } from '#core/errors/fault.ts'
import type { Judgement, SetEffect } from '#core/exchange/outcome.ts'

/** How a message in hand is computed. */
export type Manner = 'batch' | 'alone_in_thread' | 'alone_in_process' | 'park'

export interface UncleanEnds {
  readonly beforeAlone: number
  readonly max: number
}

/**
 * From how often processing ended without a word (`attempts`, this claim included): a first time
 * with others, then by itself, then in a process of its own (DESIGN §3). That process's end is seen
 * and parks the message; ends of the whole hub name no culprit, so they park it much later.
 */
export function mannerOf(attempts: number, ends: UncleanEnds): Manner {
  if (attempts > ends.max) return 'park'
  if (attempts > ends.beforeAlone) return 'alone_in_process'
  return attempts > 1 ? 'alone_in_thread' : 'batch'
}

/** Parks a message that could not be judged: no verdict, no answer, nothing applied. */
export function parkMessage(fault: FaultView): Judgement {
  return {
    standard: null,
    interchanges: [],
    faults: [],
    park: { fault, owner: 'operator' },
  }
}

/** Parks the sets that could not be applied; their verdict stands. */
export function parkSets(positions: readonly number[], fault: FaultView): readonly SetEffect[] {
  return positions.map((position) => ({
    position,
    do: 'park',
    park: { fault, owner: 'operator' },
    duplicateOf: null,
  }))
}

export function processDied(times: number, how: string): FaultView {
  return faultView('PROCESS_DIED', { times, how })
}

export function notProcessed(reason: string): FaultView {
  return faultView('NOT_PROCESSED', { reason })
}
