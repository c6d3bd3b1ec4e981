import { addressOf, credentials } from '#connectors/_kit/address.ts'
import type {
  Answer,
  Connector,
  LookUp,
  Operation,
  RequestPlan,
} from '#connectors/_kit/contract.ts'
import { fateOfAnswer, fateOfNoAnswer } from '#connectors/_kit/fate.ts'
import type { Verdict } from '#connectors/_kit/fate.ts'
import { retrySchedule } from '#config/retry.ts'
import { compileSchema } from '#core/documents/schema.ts'
import type { SchemaCheck } from '#core/documents/schema.ts'
import { Fault, faultView } from '#core/errors/fault.ts'
import type { FaultView } from '#core/errors/fault.ts'
import type { ClaimedDelivery, DeliveryNext } from '#prisma/store/deliver.ts'
import { afterFailure, afterMiss, firstStep } from './decide.ts'
import type { Known } from './decide.ts'
import type { DeliverEffects } from './effects.ts'

/**
 * One attempt at a delivery in hand: its intent stands in the store, so an end without a word
 * leaves it unknown. Looks before it sends where it may have arrived; records what became of it and
 * what follows.
 */
export async function attempt(
  delivery: ClaimedDelivery,
  connectors: ReadonlyMap<string, Connector>,
  effects: DeliverEffects,
): Promise<void> {
  const connector = connectors.get(delivery.endpoint.connector)
  const operation = connector?.operations[delivery.operation]
  if (connector === undefined || operation === undefined) {
    const { connector: wanted } = delivery.endpoint
    const { id: endpoint } = delivery.endpoint
    const facts = { endpoint, connector: wanted, operation: delivery.operation }
    const fault = faultView('ENDPOINT_UNKNOWN_CONNECTOR', facts)
    await new Attempt(delivery, effects).ended('not_sent', fault, park(fault))
    return
  }
  await new Call(delivery, connector, operation as RunnableOperation, effects).run()
}

/**
 * An operation as it is run: its input is a message's JSON, which the mapping's target schema has
 * checked.
 */
type RunnableOperation = Operation<unknown, unknown>

/** The record of one attempt as it grows. */
class Attempt {
  readonly startedAt: Date
  action: 'send' | 'look_up' = 'send'
  httpStatus: number | null = null
  sentAt: Date | null
  readonly #delivery: ClaimedDelivery
  readonly #effects: DeliverEffects

  constructor(delivery: ClaimedDelivery, effects: DeliverEffects) {
    this.#delivery = delivery
    this.#effects = effects
    this.startedAt = new Date(effects.nowMs())
    this.sentAt = delivery.lastAttemptAt
  }

  async ended(
    fate: 'delivered' | 'not_sent' | 'refused' | 'unknown' | 'missing',
    why: { readonly code: string; readonly says: string } | null,
    next: DeliveryNext,
  ): Promise<void> {
    const { id: deliveryId, token } = this.#delivery
    const { action, httpStatus, startedAt, sentAt } = this
    const record = { deliveryId, token, action, fate, httpStatus, startedAt, sentAt }
    const { code = null, says = null } = why ?? {}
    await this.#effects.record({ ...record, code, says }, next)
  }
}

class Call {
  readonly #delivery: ClaimedDelivery
  readonly #connector: Connector
  readonly #operation: RunnableOperation
  readonly #effects: DeliverEffects
  readonly #attempt: Attempt
  readonly #known: Known

  constructor(
    delivery: ClaimedDelivery,
    connector: Connector,
    operation: RunnableOperation,
    effects: DeliverEffects,
  ) {
    this.#delivery = delivery
    this.#connector = connector
    this.#operation = operation
    this.#effects = effects
    this.#attempt = new Attempt(delivery, effects)
    this.#known = {
      before: delivery.before,
      failures: delivery.failures + 1,
      attemptsMax: delivery.attemptsMax,
      safeBy: operation.effect === 'read' ? 'natural_key' : operation.safeBy,
    }
  }

  async run(): Promise<void> {
    const unfit = unfitness(this.#operation, this.#input)
    if (unfit !== null) return this.#failed(unfit)
    const step = firstStep(this.#known)
    if (step === 'park') return this.#failed(unknownNow('a second attempt is not safe'))
    const look = lookUpOf(this.#operation)
    if (step === 'look_up' && look !== null) return this.#lookUp(look)
    return this.#send()
  }

  async #send(): Promise<void> {
    this.#attempt.action = 'send'
    this.#attempt.sentAt = new Date(this.#effects.nowMs())
    const context = { reference: this.#delivery.reference }
    const answered = await this.#call(this.#operation.request(this.#input, context))
    if ('fate' in answered) return this.#failed(answered)
    const read = reading(() => this.#operation.response(answered.answer))
    return 'fate' in read ? this.#failed(read) : this.#delivered(read.value)
  }

  async #lookUp(look: LookUp<unknown, unknown>): Promise<void> {
    this.#attempt.action = 'look_up'
    const context = { reference: this.#delivery.reference }
    const answered = await this.#call(look.request(this.#input, context))
    // A look-up that fails leaves what it asked about as unknown as before.
    if ('fate' in answered) return this.#failed({ ...answered, fate: 'unknown' })
    const read = reading(() => look.response(answered.answer, context))
    if ('fate' in read) return this.#failed(read)
    if (read.value !== null) return this.#delivered(read.value)
    const { lastAttemptAt } = this.#delivery
    const lastMs = lastAttemptAt?.getTime() ?? -Infinity
    const since = this.#effects.nowMs() - lastMs
    const miss = afterMiss(since, look.settleMs)
    if (miss.do === 'send') return this.#send()
    const why = { code: 'not_found', says: 'nothing there yet' }
    return this.#attempt.ended('missing', why, { status: 'unknown', waitMs: miss.waitMs })
  }

  async #call(plan: RequestPlan): Promise<Verdict | { readonly answer: Answer }> {
    const { endpoint } = this.#delivery
    const { errors, limits, auth } = this.#connector
    const { hub } = this.#effects
    const called = await this.#effects
      .call({
        url: addressOf(this.#connector, endpoint.settings, hub, plan),
        plan,
        headers: credentials(auth, this.#effects.openSecrets(this.#delivery)),
        timeoutMs: this.#operation.timeoutMs,
        allowedHosts: [new URL(hub).host, ...allowedHosts(endpoint.settings)],
      })
      .catch((error: unknown) => {
        if (error instanceof Fault) return { is: 'forbidden' as const, fault: error.view() }
        throw error
      })
    if (called.is === 'forbidden') {
      return { fate: 'refused', code: called.fault.code, says: called.fault.says, waitMs: null }
    }
    if (called.is === 'no_answer') return fateOfNoAnswer(errors, called.how)
    const { answer } = called
    this.#attempt.httpStatus = answer.status
    if (answer.status >= 200 && answer.status < 300) return { answer }
    return fateOfAnswer(errors, answer, limits.waitHeader)
  }

  async #delivered(result: unknown): Promise<void> {
    await this.#attempt.ended('delivered', null, { status: 'delivered', result })
  }

  async #failed(verdict: Verdict): Promise<void> {
    const schedule = { ...retrySchedule, draw: this.#effects.draw() }
    const next = afterFailure(verdict.fate, this.#known, schedule, verdict.waitMs)
    await this.#attempt.ended(
      verdict.fate,
      verdict,
      next.do === 'again'
        ? { status: next.as, waitMs: next.waitMs }
        : park(this.#faultOf(next.because, verdict.says)),
    )
  }

  #faultOf(because: 'refused' | 'exhausted' | 'unknown', reason: string): FaultView {
    const { operation, reference } = this.#delivery
    const endpoint = this.#connector.title
    const attempts = this.#delivery.attempts + 1
    if (because === 'refused') return faultView('DELIVERY_REFUSED', { endpoint, operation, reason })
    return because === 'exhausted'
      ? faultView('DELIVERY_EXHAUSTED', { endpoint, operation, attempts, reason })
      : faultView('DELIVERY_FATE_UNKNOWN', { endpoint, operation, attempts, reason, reference })
  }

  get #input(): unknown {
    return JSON.parse(this.#delivery.body.toString('utf8')) as unknown
  }
}

function park({ code, says, remedy }: FaultView): DeliveryNext {
  return { status: 'parked', code, says, remedy }
}

function lookUpOf(operation: RunnableOperation): LookUp<unknown, unknown> | null {
  const lookedUp = operation.effect === 'write' && operation.safeBy === 'lookup'
  return lookedUp ? operation.lookUp : null
}

const checks = new WeakMap<object, SchemaCheck>()

/** Why an operation does not take this input; it is then refused before anything is sent. */
function unfitness({ input: schema }: RunnableOperation, input: unknown): Verdict | null {
  const check = checks.get(schema) ?? compileSchema(schema)
  checks.set(schema, check)
  const [fault] = check(input)
  if (fault === undefined) return null
  const says = `${fault.field} ${fault.reason}`
  return { fate: 'refused', code: 'input_unfit', says, waitMs: null }
}

/** Success with an answer that cannot be read: it took effect or it did not. */
function reading<T>(read: () => T): Verdict | { readonly value: T } {
  try {
    return { value: read() }
  } catch (error) {
    return unknownNow(error instanceof Error ? error.message : String(error))
  }
}

function unknownNow(says: string): Verdict {
  return { fate: 'unknown', code: 'answer_unread', says, waitMs: null }
}

/** Hosts with a private address that the operator allows for this endpoint. */
function allowedHosts(settings: Readonly<Record<string, unknown>>): readonly string[] {
  const hosts = settings['allowedHosts']
  return Array.isArray(hosts) ? hosts.filter((host) => typeof host === 'string') : []
}
