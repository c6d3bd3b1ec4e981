import { randomBytes } from 'node:crypto'
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#core/errors/fault.ts'
import type { Store } from './index.ts'

const keyBytes = 32
const fileName = 'secrets.key'

/**
 * The key that seals secrets: what the environment gives (base64 or hex of 32 bytes), else the file
 * `secrets.key` of the data directory, made at the first start and readable by its owner alone.
 */
export async function loadSecretsKey(dataDirectory: string, given?: string): Promise<Uint8Array> {
  const file = secretsKeyFile(dataDirectory)
  const known = await findSecretsKey(dataDirectory, given)
  return known ?? parseKey(await placeKey(file, randomBytes(keyBytes)), file)
}

/** Undefined where there is no key yet. Throws SECRETS_KEY_INVALID or SECRETS_KEY_EXPOSED. */
export async function findSecretsKey(
  dataDirectory: string,
  given?: string,
): Promise<Uint8Array | undefined> {
  if (given !== undefined) return parseKey(given, 'CROSSDOCK_SECRETS_KEY')
  return await readSecretsKey(secretsKeyFile(dataDirectory))
}

export function secretsKeyFile(dataDirectory: string): string {
  return join(dataDirectory, fileName)
}

/** Undefined where there is no such file. Throws SECRETS_KEY_INVALID or SECRETS_KEY_EXPOSED. */
export async function readSecretsKey(file: string): Promise<Uint8Array | undefined> {
  const text = await readKey(file)
  return text === undefined ? undefined : parseKey(text, file)
}

/** Keeps a key that came from elsewhere; where the directory has one already, that one stays. */
export async function keepSecretsKey(dataDirectory: string, key: Uint8Array): Promise<void> {
  await placeKey(secretsKeyFile(dataDirectory), key)
}

/**
 * The same for one of several processes, which makes no key: each would have its own, and none
 * could open what another sealed. Throws SECRETS_KEY_MISSING.
 */
export async function needSecretsKey(dataDirectory: string, given?: string): Promise<Uint8Array> {
  const key = await findSecretsKey(dataDirectory, given)
  if (key === undefined) {
    throw new Fault('SECRETS_KEY_MISSING', { file: join(dataDirectory, fileName) })
  }
  return key
}

function parseKey(text: string, source: string): Uint8Array {
  const trimmed = text.trim()
  const key = /^[0-9a-f]{64}$/i.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : Buffer.from(trimmed, 'base64')
  if (key.length !== keyBytes) throw new Fault('SECRETS_KEY_INVALID', { source })
  return key
}

async function readKey(file: string): Promise<string | undefined> {
  const found = await stat(file).catch(() => undefined)
  if (found === undefined) return undefined
  const mode = found.mode & 0o777
  if ((mode & 0o077) !== 0) throw new Fault('SECRETS_KEY_EXPOSED', { file, mode: mode.toString(8) })
  return await readFile(file, 'utf8')
}

/**
 * Written whole under another name and linked: of two hubs that start together, one key wins for
 * both.
 */
async function placeKey(file: string, key: Uint8Array): Promise<string> {
  const draft = `${file}.${randomBytes(4).toString('hex')}`
  const text = Buffer.from(key).toString('base64')
  await writeFile(draft, `${text}\n`, { mode: 0o600, flush: true })
  await link(draft, file).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
  await rm(draft)
  return await readFile(file, 'utf8')
}

/**
 * Throws SECRETS_KEY_WRONG where a secret was sealed with another key, before anything needs it.
 */
export async function checkSecretsKey(store: Store): Promise<void> {
  const { keyId } = store.secrets
  const stranger = await store.prisma.endpoint.findFirst({
    where: { secretsKeyId: { not: keyId } }, select: { name: true, secretsKeyId: true },
  })
  if (stranger === null) return
  const row = `endpoint ${stranger.name}`
  throw new Fault('SECRETS_KEY_WRONG', { row, sealedWith: stranger.secretsKeyId ?? 'none', keyId })
}
