import type { Verdict } from '#connectors/_kit/fate.ts'
import { retrySchedule } from '#config/retry.ts'
import { faultView } from '#core/errors/fault.ts'
import type { FaultView } from '#core/errors/fault.ts'
import type { AttemptRecord, ClaimedDelivery, DeliveryNext } from '#prisma/store/deliver.ts'
import { afterFailure } from './decide.ts'
import type { Known } from './decide.ts'
import type { DeliverEffects } from './effects.ts'

type Fate = AttemptRecord['fate']

/** The record of one attempt as it grows, and what follows from its end. */
export class Attempt {
  action: 'send' | 'look_up' = 'send'
  httpStatus: number | null = null
  /** The last time something may have been sent, now or before. */
  sentAt: Date | null
  /** Whether something that was sent before may still have taken effect. */
  before: 'due' | 'unknown'
  readonly delivery: ClaimedDelivery
  readonly #startedAt: Date
  readonly #effects: DeliverEffects

  constructor(delivery: ClaimedDelivery, effects: DeliverEffects) {
    this.delivery = delivery
    this.before = delivery.before
    this.sentAt = delivery.lastAttemptAt
    this.#effects = effects
    this.#startedAt = new Date(effects.nowMs())
  }

  async delivered(result: unknown): Promise<void> {
    await this.#ended('delivered', null, { status: 'delivered', result })
  }

  async parked(fault: FaultView): Promise<void> {
    await this.#ended('not_sent', fault, park(fault))
  }

  /** Nothing is there yet, or the other side may still be at it: no failure of anybody's. */
  async tooEarly(why: { readonly code: string; readonly says: string }, waitMs: number) {
    await this.#ended('missing', why, { status: 'unknown', waitMs })
  }

  async failed(verdict: Verdict, safeBy: Known['safeBy'], endpoint: string): Promise<void> {
    const { failures, attemptsMax } = this.delivery
    const known = { before: this.before, failures: failures + 1, attemptsMax, safeBy }
    const schedule = { ...retrySchedule, draw: this.#effects.draw() }
    const next = afterFailure(verdict.fate, known, schedule, verdict.waitMs)
    await this.#ended(
      verdict.fate,
      verdict,
      next.do === 'again'
        ? { status: next.as, waitMs: next.waitMs }
        : park(this.#faultOf(next.because, endpoint, verdict)),
    )
  }

  #faultOf(
    because: 'refused' | 'exhausted' | 'unknown',
    endpoint: string,
    { says: reason, remedy }: Verdict,
  ): FaultView {
    const { operation, reference } = this.delivery
    const attempts = this.delivery.attempts + 1
    if (because === 'refused') {
      const fault = faultView('DELIVERY_REFUSED', { endpoint, operation, reason })
      return { ...fault, remedy: remedy ?? fault.remedy }
    }
    return because === 'exhausted'
      ? faultView('DELIVERY_EXHAUSTED', { endpoint, operation, attempts, reason })
      : faultView('DELIVERY_FATE_UNKNOWN', { endpoint, operation, attempts, reason, reference })
  }

  async #ended(
    fate: Fate,
    why: { readonly code: string; readonly says: string } | null,
    next: DeliveryNext,
  ): Promise<void> {
    const { id: deliveryId, token } = this.delivery
    const { action, httpStatus, sentAt } = this
    const record = {
      deliveryId, token, action, fate, httpStatus, startedAt: this.#startedAt, sentAt,
    }
    const { code = null, says = null } = why ?? {}
    await this.#effects.record({ ...record, code, says }, next)
  }
}

function park({ code, says, remedy }: FaultView): DeliveryNext {
  return { status: 'parked', code, says, remedy }
}
