import type { JsonSchema } from '#core/documents/schema.ts'

/**
 * What an attempt came to. `not_sent`: the other side has not had it. `refused`: it had it and will
 * not do it. `unknown`: it may or may not have taken effect.
 */
export type Fate = 'not_sent' | 'refused' | 'unknown'

/** A request as data; the kit adds base address and credentials, a worker performs it. */
export interface RequestPlan {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the connector's base address, with a leading slash; '' is the base address itself. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON; at most one of `json` and `body` is given. */
  readonly json?: unknown
  /** Sent as it is, with its own content type. */
  readonly body?: Content
}

/** Bytes with what they are. */
export interface Content {
  readonly contentType: string
  readonly bytes: Uint8Array
}

/** An answer as data: JSON where it was JSON, else text. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: unknown
}

/** How one call of an operation ended without an answer. */
export type NoAnswer = 'not_connected' | 'timeout' | 'broken'

/**
 * The first rule that matches says the fate. `says` must stand in the answer's body. A rule may
 * name a success (200 with an error inside): rules are asked before an answer is taken for one.
 */
export interface ErrorRule {
  readonly status: number | '4xx' | '5xx' | 'timeout'
  readonly says?: string
  readonly fate: Fate
  /** What a person does about it, where the usual advice does not serve. */
  readonly remedy?: string
}

/**
 * What an operation needs beside its input: our own reference for this effect, the same at every
 * attempt, and the endpoint's settings (never its secrets).
 */
export interface CallContext {
  readonly reference: string
  readonly settings: Readonly<Record<string, unknown>>
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

/** One call of a conversation. `write`: it changes something on the other side. */
export interface Call {
  readonly effect: 'read' | 'write'
  readonly plan: RequestPlan
}

/**
 * Several calls in order, as a pure generator: it yields calls, is handed each answer that no error
 * rule matched, and returns what came of it. What is thrown is an answer that cannot be read, or
 * `Refused`. The kit performs the calls and records the fate; a conversation may be broken off
 * after any call.
 */
export type Conversation<Output> = Generator<Call, Output, Answer>

interface OperationBase {
  readonly title: string
  readonly vendorDocs: string
  /** Of each single call. */
  readonly timeoutMs: number
}

/**
 * What a delivery's message holds, as an operation takes it: JSON that fits a schema, or bytes with
 * what they are. The kit's own view (`unknown`) may be either.
 */
type Takes<Input> = TakesJson | (IsContent<Input> extends true ? TakesContent : never)

interface TakesJson {
  readonly takes: 'json'
  readonly input: JsonSchema
}

interface TakesContent {
  readonly takes: 'content'
}

type IsContent<Input> = [Input] extends [Content] ? true : [unknown] extends [Input] ? true : false

interface OneCall<Input, Output> {
  readonly request: (input: Input, context: CallContext) => RequestPlan
  readonly response: (answer: Answer, context: CallContext) => Output
}

/** One request and its answer. A write says how sending it twice is harmless. */
export type SingleCall<Input, Output> = OperationBase & Takes<Input> & OneCall<Input, Output> & (
  | { readonly effect: 'read' }
  | { readonly effect: 'write'; readonly safeBy: 'client_key' | 'natural_key' }
  | {
      readonly effect: 'write'
      readonly safeBy: 'lookup'
      readonly lookUp: LookUp<Input, Output>
    }
)

/**
 * The conversation looks before each of its writes and does only what is left to do, so it may be
 * begun anew after any end, once `settleMs` have passed since the last write whose fate is unknown
 * began: the other side may still be at that one.
 */
export type Converging<Input, Output> = OperationBase & Takes<Input> & {
  readonly effect: 'write'
  readonly safeBy: 'converging'
  readonly converse: (input: Input, context: CallContext) => Conversation<Output>
  readonly settleMs: number
}

/** Several reads in order; there is nothing to make safe. */
export type ReadConversation<Input, Output> = OperationBase & Takes<Input> & {
  readonly effect: 'read'
  readonly converse: (input: Input, context: CallContext) => Conversation<Output>
}

/** A write that cannot say how sending it twice is harmless does not compile (STYLE §1). */
export type Operation<Input, Output> =
  | SingleCall<Input, Output>
  | Converging<Input, Output>
  | ReadConversation<Input, Output>

/**
 * Thrown where an answer can be read and says no: the other side will not do it, and asking again
 * would not help. Its message is shown to whoever puts it right; it holds no secret.
 */
export class Refused extends Error {}

/** An operation as the kit runs it: what it takes is checked against `input` first. */
export type AnyOperation = Operation<never, unknown>

/** One thing the other side tells of: a version of a sale, a shipment, an invoice. */
export interface FeedRecord {
  /**
   * The same for the same thing in the same state, another for another: a record whose key was seen
   * is passed over, so that reading a stretch again does nothing.
   */
  readonly key: string
  /** What it is: `sale`, `shipment`, `invoice`; the endpoint says which mapping reads it. */
  readonly kind: string
  /** Our own reference of the order it belongs to, as it was given when the sale was created. */
  readonly reference: string
  /** JSON, as the mapping reads it. */
  readonly body: unknown
}

export interface FeedPage {
  readonly records: readonly FeedRecord[]
  /** Where to go on; stored in one transaction with the records. JSON. */
  readonly cursor: unknown
  /** More is there now: the next page is asked for at once. */
  readonly more: boolean
}

export interface FeedContext {
  readonly settings: Readonly<Record<string, unknown>>
  /** RFC 3339, UTC. */
  readonly now: string
  /** Records in one page, at the most. */
  readonly pageMax: number
}

/** What is polled: a conversation of reads from a cursor on. Null is the first time. */
export interface Feed {
  readonly title: string
  readonly vendorDocs: string
  readonly timeoutMs: number
  /** How often to look, unless the endpoint says otherwise. */
  readonly everyMs: number
  readonly read: (cursor: unknown, context: FeedContext) => Conversation<FeedPage>
}

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
  /** Names of the endpoint's secrets, with what they are. */
  readonly secrets: Readonly<Record<string, Secret>>
  readonly auth: Auth
  readonly limits: CallLimits
  readonly errors: readonly ErrorRule[]
  readonly webhooks: Webhooks
  readonly operations: Readonly<Record<string, AnyOperation>>
  /** What is polled, by name. */
  readonly feeds: Readonly<Record<string, Feed>> | None
}

/** "None" is an answer and carries its reason. */
export interface None {
  readonly kind: 'none'
  readonly because: string
}

export interface Setting {
  readonly label: string
  readonly help: string
  /** Of the whole value, as a regular expression. */
  readonly pattern: string
  readonly optional?: true
}

export interface Secret {
  readonly label: string
  readonly help: string
  readonly optional?: true
}

/** How we prove who we are; or a setting of the endpoint says which of several ways it is. */
export type Auth =
  | PlainAuth
  | {
      readonly kind: 'chosen'
      /** The setting whose value names the choice. */
      readonly setting: string
      readonly choices: Readonly<Record<string, PlainAuth>>
    }

/** `secret`, `user` and `clientId` name the endpoint's secret and settings that are sent. */
export type PlainAuth =
  | { readonly kind: 'bearer'; readonly secret: string }
  | { readonly kind: 'basic'; readonly user: string; readonly secret: string }
  | { readonly kind: 'header'; readonly header: string; readonly secret: string }
  | OAuth2Client
  | StandardWebhooks
  | None

/** RFC 6749 §4.4: a token for the endpoint itself, shared by all workers. */
export interface OAuth2Client {
  readonly kind: 'oauth2_client'
  /** `{name}` is a setting of the endpoint. */
  readonly tokenUrl: string
  readonly clientId: string
  readonly secret: string
  /** Whether id and secret go in the Authorization header or in the body (RFC 6749 §2.3.1). */
  readonly credentials: 'header' | 'body'
  readonly scope?: string
  readonly refreshEarlySeconds: number
}

/** https://www.standardwebhooks.com: both secrets sign while one replaces the other. */
export interface StandardWebhooks {
  readonly kind: 'standard_webhooks'
  readonly secret: string
  /** An optional secret. */
  readonly previousSecret: string
}

export type Webhooks = None

export interface CallLimits {
  /** Calls begun in a second, over all workers; null where the vendor states none. */
  readonly perSecond: number | null
  readonly inFlightMax: number
  /**
   * The header that says how long to wait, in lower case: seconds or an HTTP date (RFC 9110
   * §10.2.3).
   */
  readonly waitHeader: string
}

export function defineConnector(connector: Connector): Connector {
  return connector
}

/** Gives an operation its types; the kit hands it only what fits `input`. */
export function operation<Input, Output>(declared: Operation<Input, Output>): AnyOperation {
  return declared
}

/** What may be polled, by name: nothing where the vendor has none. */
export function feedsOf({ feeds }: Connector): Readonly<Record<string, Feed>> {
  return isNone(feeds) ? {} : feeds
}

function isNone(feeds: Connector['feeds']): feeds is None {
  return feeds['kind'] === 'none'
}
