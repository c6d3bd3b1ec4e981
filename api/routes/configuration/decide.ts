import { planConfiguration, readConfiguration } from '#core/configuration/plan.ts'
import type { Change, Problems } from '#core/configuration/plan.ts'
import type { Rules } from '#core/configuration/check.ts'
import {
  changeConfiguration, readConfiguration as readStanding,
} from '#prisma/store/configuration/configuration.ts'
import type { Store } from '#prisma/store/index.ts'

export type Decision = Problems | { readonly changes: readonly Change[] }

/** Applies what is given, or tells what that would change; of tables it reads those it names. */
export async function decide(
  store: Store, rules: Rules, given: unknown, dryRun: boolean,
): Promise<Decision> {
  const asked = readConfiguration(given)
  if ('problems' in asked) return asked
  const tables = asked.crossReferences ?? []
  if (dryRun) return planConfiguration(asked, await readStanding(store, tables), rules)
  return changeConfiguration(store, tables, (there) => planConfiguration(asked, there, rules))
}
