import type { Change, Problems } from '#core/configuration/plan.ts'
import type { Standing } from '#core/configuration/standing.ts'
import type { Store } from '../index.ts'
import { loadConfiguration } from './load.ts'
import type { TablesRead } from './load.ts'
import { writeChanges } from './write.ts'

/**
 * What stands there at one moment; of cross-references those tables alone. Throws SECRETS_KEY_WRONG
 * or SECRET_DAMAGED.
 */
export async function readConfiguration(store: Store, tables: TablesRead): Promise<Standing> {
  return store.prisma.$transaction(
    async (tx) => loadConfiguration(store, tx, tables),
    { ...waits, isolationLevel: 'RepeatableRead' })
}

type Decision = Problems | { readonly changes: readonly Change[] }

/**
 * Decides on what stands there and writes what was decided, in one transaction: all of it or
 * nothing, one caller after the other. `tables` are those that may be decided on.
 */
export async function changeConfiguration(
  store: Store, tables: TablesRead, decide: (standing: Standing) => Decision,
): Promise<Decision> {
  return store.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('crossdock configuration'))`
    const loaded = await loadConfiguration(store, tx, tables)
    const decision = decide(loaded)
    if ('changes' in decision) await writeChanges(store, tx, loaded, decision.changes)
    return decision
  }, waits)
}

const waits = { timeout: 30_000, maxWait: 10_000 } as const
