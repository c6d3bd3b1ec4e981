import type { Answer, Call, Conversation } from '#connectors/_kit/contract.ts'
import type { Verdict } from '#connectors/_kit/fate.ts'
import { failed } from '#connectors/_kit/fate.ts'
import { reading } from './reading.ts'
import type { CallResult } from './result.ts'

/** How a conversation came to its end, or at which kind of call it did not. */
export type Conversed<Output> =
  | { readonly result: Output }
  | { readonly verdict: Verdict; readonly at: Call['effect'] }

/** Makes every call in order, to the end of the conversation or to the first one that fails. */
export async function converse<Output>(
  begin: () => Conversation<Output>,
  make: (call: Call) => Promise<CallResult>,
  callsMax: number,
): Promise<Conversed<Output>> {
  let at: Call['effect'] = 'read'
  const begun = reading(begin)
  if ('fate' in begun) return { verdict: begun, at }
  let answer: Answer | null = null
  for (let calls = 0; calls <= callsMax; calls++) {
    const turn = turnOf(begun.value, answer)
    if ('fate' in turn) return { verdict: turn, at }
    if (turn.value.done === true) return { result: turn.value.value }
    at = turn.value.value.effect
    const result = await make(turn.value.value)
    if ('fate' in result) return { verdict: result, at }
    answer = result.answer
  }
  const says = `it wants more than ${callsMax} calls`
  return { verdict: failed('refused', 'too_many_calls', says), at }
}

function turnOf<Output>(
  conversation: Conversation<Output>,
  answer: Answer | null,
): Verdict | { readonly value: IteratorResult<Call, Output> } {
  return reading(() => answer === null ? conversation.next() : conversation.next(answer))
}
