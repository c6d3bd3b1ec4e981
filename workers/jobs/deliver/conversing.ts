import type { Call, Converging, ReadConversation } from '#connectors/_kit/contract.ts'
import { limits } from '#config/limits.ts'
import { converse } from '#workers/calls/converse.ts'
import type { CallResult } from '#workers/calls/result.ts'
import { afterCall, onceSettled } from './decide.ts'
import type { Talk } from './single.ts'

/** What a conversation of reads leaves behind settles at once: nothing. */
const nothingToSettleMs = 0

/**
 * An operation of several calls, begun from its beginning at each attempt: it looks before it
 * writes. After a write of unknown fate that has to wait until the other side is surely over it.
 */
export async function converging(
  operation: Converging<unknown, unknown> | ReadConversation<unknown, unknown>,
  talk: Talk,
): Promise<void> {
  const { attempt, caller, input, context } = talk
  const settleMs = operation.effect === 'write' ? operation.settleMs : nothingToSettleMs
  if (attempt.before === 'unknown') {
    const settling = onceSettled(attempt.sentAt, talk.nowMs(), settleMs)
    if (settling.do === 'wait') {
      attempt.action = 'look_up'
      const why = { code: 'settling', says: 'the other side may still be at the last attempt' }
      return attempt.tooEarly(why, settling.waitMs)
    }
    // What was sent before has taken effect by now or never will: the conversation will see which.
    attempt.before = 'due'
  }
  const conversed = await converse(
    () => operation.converse(input, context),
    (call) => make(call, operation.timeoutMs, talk),
    limits.workers.conversationCallsMax,
  )
  if ('result' in conversed) return attempt.delivered(conversed.result)
  const verdict = afterCall(conversed.at, conversed.verdict, settleMs)
  return attempt.failed(caller.clean(verdict), 'converging', talk.title)
}

async function make(call: Call, timeoutMs: number, talk: Talk): Promise<CallResult> {
  const { attempt, caller } = talk
  if (call.effect === 'write') attempt.sentAt = new Date(talk.nowMs())
  const result = await caller.call(call.plan, timeoutMs)
  attempt.httpStatus = 'fate' in result ? result.httpStatus : result.answer.status
  return result
}
