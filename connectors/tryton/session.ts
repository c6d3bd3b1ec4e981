import { Refused } from '../_kit/contract.ts'
import type { Conversation } from '../_kit/contract.ts'
import { call, isObject, resultOf, rowsOf, searchRead } from './wire.ts'
import type { Domain, Row, SessionContext } from './wire.ts'

/** What the endpoint's settings say, all of them texts; `connector.ts` tells what they are. */
export interface TrytonSettings {
  readonly company?: unknown
  readonly warehouse?: unknown
  readonly paymentTerm?: unknown
  readonly confirm?: unknown
}

/**
 * The user's own context with its company, as Tryton's client sends it with every call; without it
 * the defaults of a sale and the access rules of companies would be others.
 */
export function* openSession(settings: TrytonSettings): Conversation<SessionContext> {
  const preferences = resultOf(yield call('read', 'model.res.user.get_preferences', [true], {}))
  if (!isObject(preferences)) throw new Error('the preferences are no object')
  if (settings.company === undefined) return preferences
  const company = yield* named('company.company', 'party.', settings.company, preferences)
  return { ...preferences, company: company.id }
}

/** The company that all is done for. */
export function companyOf(context: SessionContext): number {
  const { company } = context
  if (typeof company === 'number') return company
  throw new Refused('the Tryton user has no company; choose one in its preferences or settings')
}

/** The one record with this code or name; throws Refused where there is none or another. */
export function* named(
  model: string,
  prefix: string,
  name: unknown,
  context: SessionContext,
  more: Domain = [],
): Conversation<Row> {
  const given = String(name)
  const codes = modelsWithCode.has(model) ? [[`${prefix}code`, '=', given]] : []
  const where = [['OR', ...codes, [`${prefix}name`, '=', given]], ...more]
  const [row, other] = rowsOf(
    yield searchRead({ model, where, fields: ['id'] }, 2, context),
  )
  if (row === undefined) throw new Refused(`Tryton knows no ${model} named ${given}`)
  if (other !== undefined) throw new Refused(`Tryton knows several ${model} named ${given}`)
  return row
}

const modelsWithCode: ReadonlySet<string> = new Set(['company.company', 'stock.location'])
