import type { Answer } from '#connectors/_kit/contract.ts'
import type { Verdict } from '#connectors/_kit/fate.ts'

/** A call that is no success has a verdict, another an answer that no error rule matched. */
export type CallResult = Verdict | { readonly answer: Answer }
