import { addressOf, misconfigured } from '#connectors/_kit/address.ts'
import { authHeaders, chosenAuth } from '#connectors/_kit/auth.ts'
import type { Prover } from '#connectors/_kit/auth.ts'
import { callOutcome } from '#connectors/_kit/circuit.ts'
import { contentOf } from '#connectors/_kit/content.ts'
import type { Connector, PlainAuth, RequestPlan } from '#connectors/_kit/contract.ts'
import { failed, fateOfAnswer, fateOfNoAnswer } from '#connectors/_kit/fate.ts'
import type { Verdict } from '#connectors/_kit/fate.ts'
import { redacted } from '#connectors/_kit/redact.ts'
import { endpointProblems } from '#connectors/_kit/settings.ts'
import { Fault } from '#core/errors/fault.ts'
import type { ClaimedEndpoint } from '#prisma/store/deliver.ts'
import { accessToken } from './access-token.ts'
import type { CallEffects } from './effects.ts'
import type { CallResult } from './result.ts'

/** Makes the calls of one piece of work with one endpoint. */
export class Caller {
  readonly #connector: Connector
  readonly #endpoint: ClaimedEndpoint
  readonly #effects: CallEffects
  /** Our own name for the work, the same at every attempt. */
  readonly #reference: string
  /** What was sent to prove who we are; nothing of it is to be kept. */
  readonly #secrets = new Set<string>()

  constructor(
    connector: Connector,
    endpoint: ClaimedEndpoint,
    reference: string,
    effects: CallEffects,
  ) {
    this.#connector = connector
    this.#endpoint = endpoint
    this.#reference = reference
    this.#effects = effects
  }

  /** Waits for the endpoint's turn, calls, and notes how the endpoint is doing. */
  async call(plan: RequestPlan, timeoutMs: number): Promise<CallResult> {
    try {
      const result = await this.#call(plan, timeoutMs)
      await this.#note(result)
      return result
    } catch (error) {
      // Nothing was sent, and nothing will be before somebody puts the endpoint right.
      if (!(error instanceof Fault)) throw error
      const { code, says, remedy } = error.view()
      return { ...failed('refused', code, says), remedy }
    }
  }

  /** The same without our secrets, which an answer may repeat. */
  clean(verdict: Verdict): Verdict {
    return { ...verdict, says: redacted(verdict.says, this.#secrets) }
  }

  async #call(plan: RequestPlan, timeoutMs: number): Promise<CallResult> {
    const { prover, auth } = this.#proof()
    if (auth.kind !== 'oauth2_client') return this.#send(plan, timeoutMs, prover, auth, null)
    const post = (url: string, request: RequestPlan) => this.#post(url, request, timeoutMs)
    const subject = { auth, prover, endpointId: this.#endpoint.id, post }
    const token = await accessToken(subject, null, this.#effects)
    if ('fate' in token) return token
    const result = await this.#send(plan, timeoutMs, prover, auth, token.value)
    if (statusOf(result) !== 401) return result
    // It may have been withdrawn before its time, here or by another worker; but only once.
    const another = await accessToken(subject, token.value, this.#effects)
    return 'fate' in another
      ? another
      : this.#send(plan, timeoutMs, prover, auth, another.value)
  }

  #proof(): { readonly prover: Prover; readonly auth: PlainAuth } {
    const { id: connector } = this.#connector
    const { settings } = this.#endpoint
    const secrets = this.#effects.openSecrets(this.#endpoint)
    for (const secret of Object.values(secrets)) this.#secrets.add(secret)
    const [problem] = endpointProblems(this.#connector, settings, secrets)
    if (problem !== undefined) throw misconfigured(connector, problem)
    const prover = { connector, settings, secrets }
    return { prover, auth: chosenAuth(this.#connector.auth, prover) }
  }

  async #send(
    plan: RequestPlan,
    timeoutMs: number,
    prover: Prover,
    auth: PlainAuth,
    token: string | null,
  ): Promise<CallResult> {
    const url = addressOf(this.#connector, prover.settings, this.#effects.hub, plan)
    const { errors, limits } = this.#connector
    await this.#turn(limits.perSecond)
    const headers = authHeaders(auth, prover, {
      id: this.#reference,
      nowMs: this.#effects.nowMs(),
      body: contentOf(plan)?.bytes ?? new Uint8Array(),
      accessToken: token,
    })
    if (headers['authorization'] !== undefined) this.#secrets.add(headers['authorization'])
    if (token !== null) this.#secrets.add(token)
    const called = await this.#effects.call({
      url, plan, headers, timeoutMs, allowedHosts: this.#allowedHosts(),
    })
    if (called.is === 'no_answer') return fateOfNoAnswer(errors, called.how)
    const { answer } = called
    return fateOfAnswer(errors, answer, limits.waitHeader, this.#effects.nowMs()) ?? { answer }
  }

  async #turn(perSecond: number | null): Promise<void> {
    if (perSecond === null) return
    const waitMs = await this.#effects.takeTurn(this.#endpoint.id, perSecond)
    if (waitMs > 0) await this.#effects.wait(waitMs)
  }

  /** A call beside the connector's own, which its error rules do not speak of. */
  async #post(url: string, plan: RequestPlan, timeoutMs: number): Promise<CallResult> {
    const allowedHosts = this.#allowedHosts()
    const called = await this.#effects.call({ url, plan, headers: {}, timeoutMs, allowedHosts })
    if (called.is === 'no_answer') return fateOfNoAnswer([], called.how)
    const { answer } = called
    const { waitHeader } = this.#connector.limits
    return fateOfAnswer([], answer, waitHeader, this.#effects.nowMs()) ?? { answer }
  }

  /** Hosts with a private address: the hub's own, and those the operator allows. */
  #allowedHosts(): readonly string[] {
    const allowed = this.#endpoint.settings['allowedHosts']
    const hosts = Array.isArray(allowed) ? allowed : []
    const { hub } = this.#effects
    const own = hub === null ? [] : [new URL(hub).host]
    return [...own, ...hosts.filter((host) => typeof host === 'string')]
  }

  async #note(result: CallResult): Promise<void> {
    const { id, failures } = this.#endpoint
    const fault = 'fate' in result && callOutcome(result) === 'failed' ? this.clean(result) : null
    await this.#effects.noteCall(id, fault, failures)
  }
}

function statusOf(result: CallResult): number | null {
  return 'fate' in result ? result.httpStatus : result.answer.status
}
