import { addressOf, credentials } from '#connectors/_kit/address.ts'
import type { Answer, Connector, RequestPlan } from '#connectors/_kit/contract.ts'
import { failed, fateOfAnswer, fateOfNoAnswer } from '#connectors/_kit/fate.ts'
import type { Verdict } from '#connectors/_kit/fate.ts'
import { Fault } from '#core/errors/fault.ts'
import type { ClaimedEndpoint } from '#prisma/store/deliver.ts'
import type { Called, HttpCall } from '#workers/effects/http.ts'

/** What calling an endpoint does to the world. */
export interface CallEffects {
  openSecrets(endpoint: ClaimedEndpoint): Readonly<Record<string, string>>
  call(call: HttpCall): Promise<Called>
  nowMs(): number
  /** The hub's own listener, which sandbox endpoints are at. */
  readonly hub: string
}

/** A call that is no success has a verdict, another an answer that no error rule matched. */
export type CallOutcome = Verdict | { readonly answer: Answer }

/** Makes the calls of one piece of work with one endpoint. */
export class Caller {
  readonly #connector: Connector
  readonly #endpoint: ClaimedEndpoint
  readonly #effects: CallEffects

  constructor(connector: Connector, endpoint: ClaimedEndpoint, effects: CallEffects) {
    this.#connector = connector
    this.#endpoint = endpoint
    this.#effects = effects
  }

  async call(plan: RequestPlan, timeoutMs: number): Promise<CallOutcome> {
    const { settings } = this.#endpoint
    const { errors, limits, auth } = this.#connector
    const { hub } = this.#effects
    try {
      const called = await this.#effects.call({
        url: addressOf(this.#connector, settings, hub, plan),
        plan,
        headers: credentials(auth, this.#effects.openSecrets(this.#endpoint)),
        timeoutMs,
        allowedHosts: [new URL(hub).host, ...allowedHosts(settings)],
      })
      if (called.is === 'no_answer') return fateOfNoAnswer(errors, called.how)
      const { answer } = called
      return fateOfAnswer(errors, answer, limits.waitHeader, this.#effects.nowMs()) ?? { answer }
    } catch (error) {
      // Nothing was sent, and nothing will be before somebody puts the endpoint right.
      if (!(error instanceof Fault)) throw error
      const { code, says } = error.view()
      return failed('refused', code, says)
    }
  }
}

/** Hosts with a private address that the operator allows for this endpoint. */
function allowedHosts(settings: Readonly<Record<string, unknown>>): readonly string[] {
  const hosts = settings['allowedHosts']
  return Array.isArray(hosts) ? hosts.filter((host) => typeof host === 'string') : []
}
