import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#core/errors/fault.ts'

/**
 * Throws PRISMA_CLIENT_MISSING where `npm ci` ran without scripts. To be asked before prisma/store
 * is loaded, which imports the client.
 */
export async function checkGeneratedClient(): Promise<void> {
  try {
    await access(join(import.meta.dirname, 'generated', 'client.ts'))
  } catch {
    throw new Fault('PRISMA_CLIENT_MISSING', {})
  }
}
