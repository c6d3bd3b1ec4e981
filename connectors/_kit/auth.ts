import { misconfigured } from './address.ts'
import type { Settings } from './address.ts'
import type { Auth, PlainAuth, StandardWebhooks } from './contract.ts'
import { webhookHeaders, webhookKey } from './webhook-signature.ts'

/** An endpoint as far as proving who we are needs it. */
export interface Prover {
  readonly connector: string
  readonly settings: Settings
  readonly secrets: Readonly<Record<string, string>>
}

/** What goes along: those who sign sign it. */
export interface Outgoing {
  /** Our own name for it, the same at every attempt. */
  readonly id: string
  readonly nowMs: number
  readonly body: Uint8Array
  /** Of oauth2_client; null for others. */
  readonly accessToken: string | null
}

/** The way in which this endpoint proves who we are. Throws ENDPOINT_MISCONFIGURED. */
export function chosenAuth(
  auth: Auth,
  { connector, settings }: Omit<Prover, 'secrets'>,
): PlainAuth {
  if (auth.kind !== 'chosen') return auth
  const value = settings[auth.setting]
  const known = typeof value === 'string' && Object.hasOwn(auth.choices, value)
  const choice = known ? auth.choices[value] : undefined
  if (choice === undefined) {
    const names = Object.keys(auth.choices).join(', ')
    throw misconfigured(connector, `setting ${auth.setting} must be one of ${names}`)
  }
  return choice
}

/** The headers that prove who we are. Throws ENDPOINT_MISCONFIGURED. */
export function authHeaders(
  auth: PlainAuth,
  prover: Prover,
  outgoing: Outgoing,
): Readonly<Record<string, string>> {
  switch (auth.kind) {
    case 'none': return {}
    case 'bearer': return bearer(secretOf(prover, auth.secret))
    case 'basic':
      return { authorization: basic(settingOf(prover, auth.user), secretOf(prover, auth.secret)) }
    case 'header': return { [auth.header]: secretOf(prover, auth.secret) }
    case 'oauth2_client': return bearer(outgoing.accessToken ?? '')
    case 'standard_webhooks': return signed(auth, prover, outgoing)
  }
}

function bearer(token: string): Readonly<Record<string, string>> {
  return { authorization: `Bearer ${token}` }
}

/** RFC 7617 §2. */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`
}

function signed(
  auth: StandardWebhooks,
  prover: Prover,
  { id, nowMs, body }: Outgoing,
): Readonly<Record<string, string>> {
  const names = [auth.secret, ...(prover.secrets[auth.previousSecret] === undefined
    ? []
    : [auth.previousSecret])]
  const keys = names.map((name) => {
    const key = webhookKey(secretOf(prover, name))
    const wanted = 'whsec_ and the base64 of 24 to 64 bytes'
    if (key === null) throw misconfigured(prover.connector, `secret ${name} must be ${wanted}`)
    return key
  })
  return webhookHeaders({ id, timestampSeconds: Math.floor(nowMs / 1000), body }, keys)
}

export function secretOf({ connector, secrets }: Prover, name: string): string {
  const secret = secrets[name]
  if (secret === undefined) throw misconfigured(connector, `secret ${name} is missing`)
  return secret
}

export function settingOf({ connector, settings }: Prover, name: string): string {
  const value = settings[name]
  if (typeof value !== 'string') throw misconfigured(connector, `setting ${name} is missing`)
  return value
}
