import type { CallContext, LookUp, RequestPlan, SingleCall } from '#connectors/_kit/contract.ts'
import type { Verdict } from '#connectors/_kit/fate.ts'
import type { Caller } from '#workers/calls/caller.ts'
import { reading, unread } from '#workers/calls/reading.ts'
import type { CallResult } from '#workers/calls/result.ts'
import type { Attempt } from './attempt.ts'
import { firstStep, onceSettled } from './decide.ts'
import type { Known } from './decide.ts'

/** What an attempt goes by. */
export interface Talk {
  readonly attempt: Attempt
  readonly caller: Caller
  readonly context: CallContext
  readonly input: unknown
  /** How the endpoint is called where a person reads of it. */
  readonly title: string
  nowMs(): number
}

/** An operation of one request: looked up first where it may have arrived. */
export class SingleTalk {
  readonly #operation: SingleCall<unknown, unknown>
  readonly #talk: Talk
  readonly #attempt: Attempt
  readonly #safeBy: Known['safeBy']

  constructor(operation: SingleCall<unknown, unknown>, talk: Talk) {
    this.#operation = operation
    this.#talk = talk
    this.#attempt = talk.attempt
    this.#safeBy = operation.effect === 'read' ? 'natural_key' : operation.safeBy
  }

  async run(): Promise<void> {
    const step = firstStep(this.#attempt.before, this.#safeBy)
    if (step === 'park') return this.#failed(unread('a second attempt is not safe'))
    const look = lookUpOf(this.#operation)
    return step === 'look_up' && look !== null ? this.#lookUp(look) : this.#send()
  }

  async #send(): Promise<void> {
    const { context, input } = this.#talk
    this.#attempt.action = 'send'
    this.#attempt.sentAt = new Date(this.#talk.nowMs())
    const result = await this.#call(this.#operation.request(input, context))
    if ('fate' in result) return this.#failed(result)
    const read = reading(() => this.#operation.response(result.answer, context))
    return 'fate' in read ? this.#failed(read) : this.#attempt.delivered(read.value)
  }

  async #lookUp(look: LookUp<unknown, unknown>): Promise<void> {
    const { context, input } = this.#talk
    this.#attempt.action = 'look_up'
    const result = await this.#call(look.request(input, context))
    // A look-up that fails leaves what it asked about as unknown as before.
    if ('fate' in result) return this.#failed({ ...result, fate: 'unknown' })
    const read = reading(() => look.response(result.answer, context))
    if ('fate' in read) return this.#failed({ ...read, fate: 'unknown' })
    if (read.value !== null) return this.#attempt.delivered(read.value)
    const settling = onceSettled(this.#attempt.sentAt, this.#talk.nowMs(), look.settleMs)
    if (settling.do === 'wait') {
      const why = { code: 'not_found', says: 'nothing there yet' }
      return this.#attempt.tooEarly(why, settling.waitMs)
    }
    this.#attempt.before = 'due'
    return this.#send()
  }

  async #call(plan: RequestPlan): Promise<CallResult> {
    const result = await this.#talk.caller.call(plan, this.#operation.timeoutMs)
    this.#attempt.httpStatus = 'fate' in result ? result.httpStatus : result.answer.status
    return result
  }

  async #failed(verdict: Verdict): Promise<void> {
    const { caller, title } = this.#talk
    await this.#attempt.failed(caller.clean(verdict), this.#safeBy, title)
  }
}

function lookUpOf(operation: SingleCall<unknown, unknown>): LookUp<unknown, unknown> | null {
  const lookedUp = operation.effect === 'write' && operation.safeBy === 'lookup'
  return lookedUp ? operation.lookUp : null
}
