import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { Fault } from '#core/errors/fault.ts'

/**
 * The row a secret belongs to. It is sealed in, so a secret copied to another row does not open.
 */
export interface SecretPlace {
  readonly table: string
  readonly id: string
}

export interface Sealed {
  readonly sealed: Buffer
  readonly keyId: string
}

/** Seals small named secrets, such as an endpoint's credentials, with AES-256-GCM. */
export interface Secrets {
  readonly keyId: string
  seal(secrets: Readonly<Record<string, string>>, place: SecretPlace): Sealed
  /** Throws SECRETS_KEY_WRONG or SECRET_DAMAGED; neither says anything of what is inside. */
  open(sealed: Sealed, place: SecretPlace): Record<string, string>
}

/** @param key 32 bytes (secrets-key.ts). */
export function makeSecrets(key: Uint8Array): Secrets {
  const keyHash = createHash('sha256').update('crossdock key id').update(key)
  const keyId = keyHash.digest('hex').slice(0, 16)
  return {
    keyId,
    seal: (secrets, place) => ({ sealed: seal(key, JSON.stringify(secrets), place), keyId }),
    open(sealed, place) {
      const row = `${place.table} ${place.id}`
      if (sealed.keyId !== keyId) {
        throw new Fault('SECRETS_KEY_WRONG', { row, sealedWith: sealed.keyId, keyId })
      }
      return JSON.parse(open(key, sealed.sealed, place, row)) as Record<string, string>
    },
  }
}

/**
 * What is stored: version (1 byte), nonce, tag, ciphertext. NIST SP 800-38D: a 96-bit nonce, never
 * used twice.
 */
const version = 1
const nonceBytes = 12
const tagBytes = 16
const algorithm = 'aes-256-gcm'

function seal(key: Uint8Array, plain: string, place: SecretPlace): Buffer {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(boundTo(place))
  const ciphertext = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), ciphertext])
}

function open(key: Uint8Array, sealed: Buffer, place: SecretPlace, row: string): string {
  const nonce = sealed.subarray(1, 1 + nonceBytes)
  const tag = sealed.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes)
  if (sealed[0] !== version || tag.length !== tagBytes) throw new Fault('SECRET_DAMAGED', { row })
  const cipher = createDecipheriv(algorithm, key, nonce, { authTagLength: tagBytes })
  cipher.setAAD(boundTo(place)).setAuthTag(tag)
  const opened = cipher.update(sealed.subarray(1 + nonceBytes + tagBytes))
  try {
    return Buffer.concat([opened, cipher.final()]).toString('utf8')
  } catch {
    throw new Fault('SECRET_DAMAGED', { row })
  }
}

function boundTo({ table, id }: SecretPlace): Buffer {
  return Buffer.from(`crossdock\0${version}\0${table}\0${id}`)
}
