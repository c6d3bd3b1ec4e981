import { createHmac } from 'node:crypto'

/** What is signed: https://www.standardwebhooks.com, "Webhook signatures". */
export interface SignedMessage {
  /** The same at every attempt, so that the receiver can tell a repeat. */
  readonly id: string
  readonly timestampSeconds: number
  readonly body: Uint8Array
}

/**
 * The three headers of Standard Webhooks: `v1,` and the base64 of an HMAC-SHA256 over id, time and
 * body, one for each secret, separated by blanks.
 */
export function webhookHeaders(
  message: SignedMessage,
  secrets: readonly Uint8Array[],
): Readonly<Record<string, string>> {
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(message.timestampSeconds),
    'webhook-signature': secrets.map((secret) => signature(message, secret)).join(' '),
  }
}

function signature({ id, timestampSeconds, body }: SignedMessage, secret: Uint8Array): string {
  const hmac = createHmac('sha256', secret)
  return `v1,${hmac.update(`${id}.${timestampSeconds}.`).update(body).digest('base64')}`
}

const prefix = 'whsec_'
/** "Between 24 bytes (192 bits) and 64 bytes (512 bits)". */
const secretBytes = { min: 24, max: 64 }

/** The key in a `whsec_…` secret, which is base64; null where it is none. */
export function webhookKey(secret: string): Uint8Array | null {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret
  const key = Buffer.from(text, 'base64')
  const isBase64 = key.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '')
  const fits = key.length >= secretBytes.min && key.length <= secretBytes.max
  return isBase64 && fits ? key : null
}
