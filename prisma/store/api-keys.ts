import { createHash, randomBytes } from 'node:crypto'
import { Fault } from '#core/errors/fault.ts'
import type { Prisma } from '../generated/client.ts'
import { newId } from './ids.ts'
import type { Store } from './index.ts'

/** What a key may do (DESIGN §9). `sandbox-erp` is the sandbox's own, for its sales alone. */
export type Role = 'admin' | 'operator' | 'finance' | 'auditor' | 'partner' | 'sandbox-erp'

export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly role: Role
  /** Whose documents it sees; set for the role `partner` alone. */
  readonly partnerId: string | null
}

export interface ApiKeyDraft {
  readonly name: string
  readonly role: Role
  readonly partnerId?: string
}

/**
 * A fresh key: 256 random bits, so that a plain SHA-256 of it is safe to store and quick to look
 * up.
 */
export function drawKey(): string {
  return `xd_${randomBytes(32).toString('base64url')}`
}

export function hashOf(key: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(key).digest())
}

/**
 * The key as presented, if it is ours and not revoked. The database compares hashes: how long that
 * takes says nothing about the key itself.
 */
export async function findApiKey(store: Store, presented: string): Promise<ApiKey | null> {
  const row = await store.prisma.apiKey.findUnique({ where: { hash: hashOf(presented) } })
  if (row === null || row.revokedAt !== null) return null
  return { id: row.id, name: row.name, role: row.role as Role, partnerId: row.partnerId }
}

/** Makes a key and answers it: this once, for only its hash is kept. */
export async function createApiKey(
  store: Store,
  draft: ApiKeyDraft,
): Promise<{ readonly id: string; readonly key: string }> {
  const key = drawKey()
  return { id: await insertKey(store.prisma, draft, key, false), key }
}

/** Ends a key, for good; one that is revoked stays so, since when it was. */
export async function revokeApiKey(store: Store, id: string): Promise<void> {
  await store.prisma.$executeRaw`
    UPDATE api_keys SET revoked_at = now() WHERE id = ${id}::uuid AND revoked_at IS NULL`
}

/**
 * Makes the value of CROSSDOCK_ADMIN_KEY the preset admin key: the same value changes nothing,
 * another one takes the place of the one before. Throws ADMIN_KEY_INVALID.
 */
export async function presetAdminKey(store: Store, key: string): Promise<void> {
  checkPreset(key)
  const hash = hashOf(key)
  await store.prisma.$transaction(async (tx) => {
    await lockKeys(tx)
    const known = await tx.apiKey.findUnique({ where: { hash } })
    if (known !== null && known.role !== 'admin') {
      const because = `it is a key of the role ${known.role} already`
      throw new Fault('ADMIN_KEY_INVALID', { because })
    }
    await tx.$executeRaw`
      UPDATE api_keys SET revoked_at = now()
      WHERE preset AND revoked_at IS NULL AND hash <> ${hash}`
    if (known === null) await insertKey(tx, { name: 'preset', role: 'admin' }, key, true)
    else if (known.revokedAt !== null) {
      await tx.apiKey.update({ where: { hash }, data: { preset: true, revokedAt: null } })
    }
  })
}

export function checkPreset(key: string): void {
  if (!/^[\x20-\x7e]*$/.test(key)) {
    const because = 'it holds a character that is not printable ASCII'
    throw new Fault('ADMIN_KEY_INVALID', { because })
  }
  if (key !== key.trim()) {
    throw new Fault('ADMIN_KEY_INVALID', { because: 'it begins or ends with a space' })
  }
  if (key.length < presetCharsMin) {
    throw new Fault('ADMIN_KEY_INVALID', {
      because: `it has ${key.length} characters, fewer than ${presetCharsMin}`,
    })
  }
}

const presetCharsMin = 32

/**
 * Makes the first admin key where there is none, and shows it before it counts: killed in between,
 * the hub makes and shows another one at its next start.
 */
export async function makeFirstKey(
  store: Store,
  show: (key: string) => Promise<void>,
): Promise<void> {
  await store.prisma.$transaction(async (tx) => {
    await lockKeys(tx)
    const admins = await tx.apiKey.count({ where: { role: 'admin', revokedAt: null } })
    if (admins > 0) return
    const key = drawKey()
    await insertKey(tx, { name: 'first', role: 'admin' }, key, false)
    await show(key)
  })
}

async function insertKey(
  prisma: Prisma.TransactionClient, draft: ApiKeyDraft, key: string, preset: boolean,
): Promise<string> {
  const { id } = await prisma.apiKey.create({
    data: {
      id: newId(), name: draft.name, role: draft.role, partnerId: draft.partnerId ?? null,
      hash: hashOf(key), preset,
    },
  })
  return id
}

/** Hubs that start together on one database make keys one after the other. */
async function lockKeys(tx: Prisma.TransactionClient): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('crossdock api keys'))`
}
