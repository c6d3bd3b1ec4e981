import { compileSchema } from '#core/documents/schema.ts'
import { faultView } from '#core/errors/fault.ts'
import { checkWanted } from './check.ts'
import type { ConfigurationProblem, Rules } from './check.ts'
import { complete, leftOut } from './complete.ts'
import { differenceOf } from './difference.ts'
import type { FieldChange } from './difference.ts'
import { ConfigurationSchema } from './shape.ts'
import type { Configuration } from './shape.ts'
import { keyOf, labelOf } from './standing.ts'
import type { Item, Standing } from './standing.ts'
import { unkeepable } from './text.ts'

/** What has to be done to one thing; `item` is what it is afterwards, or was before it went. */
export interface Change {
  readonly change: 'create' | 'update' | 'remove'
  readonly item: Item
  readonly label: string
  readonly fields: readonly FieldChange[]
}

const shapeFaults = compileSchema(ConfigurationSchema)

/** What is asked for as it came, or what its shape lacks. */
export function readConfiguration(given: unknown): Partial<Configuration> | Problems {
  const faults = shapeFaults(given)
  const told = new Set(faults.map(({ field }) => field))
  const others = unkeepable(given).filter(({ field }) => !told.has(field))
  const problems = [...faults, ...others].map(({ field, reason }) =>
    ({ field, ...faultView('CONFIGURATION_SHAPE', { reason }) }))
  return problems.length > 0 ? { problems } : given as Partial<Configuration>
}

export interface Problems {
  readonly problems: readonly ConfigurationProblem[]
}

/**
 * What has to change so that all that is asked for stands there, none where it does; or every
 * problem that keeps it from being so. What is not asked for stays as it is.
 */
export function planConfiguration(
  asked: Partial<Configuration>, standing: Standing, rules: Rules,
): Problems | { readonly changes: readonly Change[] } {
  const wanted = complete(asked, standing)
  const problems = checkWanted(asked, wanted, standing, rules)
  if (problems.length > 0) return { problems }
  const changes = wanted.flatMap(({ item, before }): Change[] => {
    const fields = differenceOf(before, item, standing.secrets.get(keyOf(item)) ?? {})
    if (before !== null && fields.length === 0) return []
    const change = before === null ? 'create' : 'update'
    return [{ change, item, label: labelOf(item), fields }]
  })
  const removed = leftOut(asked, standing).map((item): Change =>
    ({ change: 'remove', item, label: labelOf(item), fields: [] }))
  return { changes: [...changes, ...removed] }
}
