import { createHash } from 'node:crypto'

import { filled } from './address.ts'
import { basic, secretOf, settingOf } from './auth.ts'
import type { Prover } from './auth.ts'
import type { Answer, OAuth2Client, RequestPlan } from './contract.ts'

/** A token as it is kept. */
export interface AccessToken {
  readonly value: string
  /** Null where the vendor does not say: then it is used until it is refused. */
  readonly expiresAtMs: number | null
  /** Of what it was fetched with: other credentials need another token. */
  readonly of: string
}

/** RFC 6749 §4.4.2. Throws ENDPOINT_MISCONFIGURED. */
export function tokenRequest(
  auth: OAuth2Client,
  prover: Prover,
): { readonly url: string; readonly plan: RequestPlan } {
  const id = settingOf(prover, auth.clientId)
  const secret = secretOf(prover, auth.secret)
  const form = new URLSearchParams({ grant_type: 'client_credentials' })
  if (auth.scope !== undefined) form.set('scope', auth.scope)
  if (auth.credentials === 'body') {
    form.set('client_id', id)
    form.set('client_secret', secret)
  }
  const bytes = new TextEncoder().encode(form.toString())
  // RFC 6749 §2.3.1: both are form-encoded before they become user and password.
  const authorization = basic(formEncoded(id), formEncoded(secret))
  return {
    url: filled(prover.connector, auth.tokenUrl, prover.settings),
    plan: {
      method: 'POST',
      path: '',
      headers: {
        accept: 'application/json',
        ...(auth.credentials === 'header' ? { authorization } : {}),
      },
      body: { contentType: 'application/x-www-form-urlencoded', bytes },
    },
  }
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}

/** Tells tokens of other credentials apart without holding these. */
export function tokenOwner(auth: OAuth2Client, prover: Prover): string {
  const { url } = tokenRequest(auth, prover)
  const parts = [url, settingOf(prover, auth.clientId), secretOf(prover, auth.secret)]
  return createHash('sha256').update([...parts, auth.scope ?? ''].join('\0')).digest('hex')
}

/** RFC 6749 §5.1. Throws where the answer holds no bearer token. */
export function tokenIn({ body }: Answer, nowMs: number, of: string): AccessToken {
  const { access_token: value, token_type: type, expires_in: seconds } =
    (typeof body === 'object' ? body ?? {} : {}) as Readonly<Record<string, unknown>>
  if (typeof value !== 'string' || value === '') throw new Error('the answer holds no token')
  const isBearer = typeof type === 'string' && type.toLowerCase() === 'bearer'
  if (type !== undefined && !isBearer) {
    throw new Error('the token is of a type that is not known')
  }
  const lifetime = Number(seconds)
  const known = seconds !== undefined && Number.isFinite(lifetime) && lifetime > 0
  return { value, expiresAtMs: known ? nowMs + lifetime * 1000 : null, of }
}

/** Whether a token serves for a call that begins now. */
export function tokenServes(
  token: AccessToken | null,
  of: string,
  nowMs: number,
  refreshEarlySeconds: number,
): boolean {
  if (token?.of !== of) return false
  return token.expiresAtMs === null || nowMs < token.expiresAtMs - refreshEarlySeconds * 1000
}
