import type { SetSlice } from '#core/exchange/set-slice.ts'
import type { Known, Needs } from '#core/exchange/known.ts'
import type { Judgement, SetEffect } from '#core/exchange/outcome.ts'
import type { RecordSource } from '#core/exchange/record.ts'

/**
 * What a thread is asked to decide of one message. It crosses threads and processes: plain data.
 */
export type ComputeTask = {
  readonly messageId: string
  readonly known: Known
  readonly receivedAtMs: number
} & (
  | {
      readonly do: 'judge'
      readonly bytes: Uint8Array
      readonly senderPartnerId: string | null
      readonly settled: ReadonlySet<number>
      /** Sets are applied in the same run when there are no more than these. */
      readonly applyMax: number
    }
  | { readonly do: 'apply'; readonly slices: readonly SetSlice[] }
  | {
      readonly do: 'record'
      readonly bytes: Uint8Array
      readonly source: RecordSource
      /** Its verdict stands already, and its set is due. */
      readonly judged: boolean
    }
)

export type ComputeAnswer =
  | { readonly is: 'needs'; readonly needs: Needs }
  | {
      readonly is: 'decided'
      /** Null where the verdict stood before. */
      readonly judgement: Judgement | null
      readonly effects: readonly SetEffect[]
    }

/** An answer, or how there was none: a defect of ours was thrown, or the process ended. */
export type ThreadAnswer =
  | ComputeAnswer
  | { readonly is: 'failed'; readonly reason: string }
  | { readonly is: 'died'; readonly times: number; readonly how: string }
