import type { JsonSchema } from '#core/documents/schema.ts'

/**
 * What an attempt came to. `not_sent`: the other side has not had it. `refused`: it had it and will
 * not do it. `unknown`: it may or may not have taken effect.
 */
export type Fate = 'not_sent' | 'refused' | 'unknown'

/** A request as data; the kit adds base address and credentials, a worker performs it. */
export interface RequestPlan {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the connector's base address, with a leading slash. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly json?: unknown
}

/** An answer as data: JSON where it was JSON, else text. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: unknown
}

/** How one call of an operation ended without an answer. */
export type NoAnswer = 'not_connected' | 'timeout' | 'broken'

/** The first rule that matches says the fate. `says` must stand in the answer's body. */
export interface ErrorRule {
  readonly status: number | '4xx' | '5xx' | 'timeout'
  readonly says?: string
  readonly fate: Fate
}

/**
 * What an operation needs beside its input: our own reference for this effect, the same at every
 * attempt.
 */
export interface CallContext {
  readonly reference: string
}

/** Where a write may leave its fate unknown, this finds out. */
export interface LookUp<Input, Output> {
  readonly request: (input: Input, context: CallContext) => RequestPlan
  /** What is there, or null. */
  readonly response: (answer: Answer, context: CallContext) => Output | null
  /**
   * How long after an attempt began a miss is to be believed, in milliseconds: the other side may
   * still be at it.
   */
  readonly settleMs: number
}

interface OperationBase<Input, Output> {
  readonly title: string
  readonly vendorDocs: string
  readonly input: JsonSchema
  readonly timeoutMs: number
  readonly request: (input: Input, context: CallContext) => RequestPlan
  readonly response: (answer: Answer) => Output
}

/**
 * A write says how sending it twice is harmless; one that cannot say so does not compile (STYLE
 * §1).
 */
export type Operation<Input, Output> =
  | (OperationBase<Input, Output> & { readonly effect: 'read' })
  | (OperationBase<Input, Output> & {
      readonly effect: 'write'
      readonly safeBy: 'client_key' | 'natural_key'
    })
  | (OperationBase<Input, Output> & {
      readonly effect: 'write'
      readonly safeBy: 'lookup'
      readonly lookUp: LookUp<Input, Output>
    })

/** An operation as the kit runs it: what it takes is checked against `input` first. */
export type AnyOperation = Operation<never, unknown>

/**
 * One kind of system on the other side, as a declaration. Every field is an answer; none is left
 * out.
 */
export interface Connector {
  readonly id: string
  readonly title: string
  readonly vendorDocs: string
  /** `{name}` is a setting of the endpoint; `{hub}` is the hub's own listener. */
  readonly baseUrl: string
  readonly settings: Readonly<Record<string, Setting>>
  readonly auth: Auth
  readonly pages: Pages
  readonly limits: CallLimits
  readonly errors: readonly ErrorRule[]
  readonly webhooks: Webhooks
  readonly operations: Readonly<Record<string, AnyOperation>>
}

export interface Setting {
  readonly label: string
  readonly help: string
  readonly pattern: string
}

/** `secret` names the endpoint's secret that is sent. */
export type Auth =
  | { readonly kind: 'bearer'; readonly secret: string }
  | { readonly kind: 'none'; readonly because: string }

export type Pages = { readonly kind: 'none'; readonly because: string }

export type Webhooks = { readonly kind: 'none'; readonly because: string }

export interface CallLimits {
  readonly inFlightMax: number
  /** The header that says how long to wait. */
  readonly waitHeader: string
}

export function defineConnector(connector: Connector): Connector {
  return connector
}

/** Gives an operation its types; the kit hands it only what fits `input`. */
export function operation<Input, Output>(declared: Operation<Input, Output>): AnyOperation {
  return declared
}
