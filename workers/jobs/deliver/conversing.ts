import type { Answer, Call, Converging } from '#connectors/_kit/contract.ts'
import { failed } from '#connectors/_kit/fate.ts'
import type { Verdict } from '#connectors/_kit/fate.ts'
import { limits } from '#config/limits.ts'
import { afterCall, onceSettled } from './decide.ts'
import { reading } from './reading.ts'
import type { Talk } from './single.ts'

const { conversationCallsMax } = limits.workers

/**
 * An operation of several calls, begun from its beginning at each attempt: it looks before it
 * writes. After a write of unknown fate that has to wait until the other side is surely over it.
 */
export async function converse(
  operation: Converging<unknown, unknown>,
  talk: Talk,
): Promise<void> {
  const { attempt } = talk
  if (attempt.before === 'unknown') {
    const settling = onceSettled(attempt.sentAt, talk.nowMs(), operation.settleMs)
    if (settling.do === 'wait') {
      attempt.action = 'look_up'
      const why = { code: 'settling', says: 'the other side may still be at the last attempt' }
      return attempt.tooEarly(why, settling.waitMs)
    }
    // What was sent before has taken effect by now or never will: the conversation will see which.
    attempt.before = 'due'
  }
  const ended = await callsOf(operation, talk)
  return 'fate' in ended
    ? attempt.failed(talk.caller.clean(ended), operation.safeBy, talk.title)
    : attempt.delivered(ended.result)
}

/** Every call in order, to the end of the conversation or to the first one that fails. */
async function callsOf(
  operation: Converging<unknown, unknown>,
  talk: Talk,
): Promise<Verdict | { readonly result: unknown }> {
  const { attempt, caller, context, input } = talk
  const conversation = operation.converse(input, context)
  let last: Call['effect'] = 'read'
  let answer: Answer | null = null
  for (let calls = 0; calls <= conversationCallsMax; calls++) {
    const turn = reading(() => answer === null ? conversation.next() : conversation.next(answer))
    if ('fate' in turn) return afterCall(last, turn, operation.settleMs)
    if (turn.value.done === true) return { result: turn.value.value }
    const call = turn.value.value
    last = call.effect
    if (last === 'write') attempt.sentAt = new Date(talk.nowMs())
    const result = await caller.call(call.plan, operation.timeoutMs)
    attempt.httpStatus = 'fate' in result ? result.httpStatus : result.answer.status
    if ('fate' in result) return afterCall(last, result, operation.settleMs)
    answer = result.answer
  }
  return failed('refused', 'too_many_calls', `it wants more than ${conversationCallsMax} calls`)
}
