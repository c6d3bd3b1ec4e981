import { Refused } from '../../_kit/contract.ts'
import type { Conversation } from '../../_kit/contract.ts'
import type { LineDraft, SaleDraft } from '../draft.ts'
import { allRows, call, idsOf, isObject } from '../wire.ts'
import type { SessionContext } from '../wire.ts'
import { descriptionOf, filledIn, guarded } from './standing.ts'
import type { Standing } from './standing.ts'

/**
 * Gives the lines of a sale that stands their taxes, and Tryton's price to those that came without
 * one, as its own client would when a product is chosen; and takes the mark away that says it is
 * still being entered. One write: it is filled or it is not.
 */
export function* fillSale(
  sale: Standing,
  draft: SaleDraft,
  reference: string,
  context: SessionContext,
): Conversation<void> {
  const changes = yield* filledIn(sale, context)
  const drafts = yield* draftsOf(sale, draft, context)
  const lines = sale.lines.map((id) => {
    const change = changes.get(id)
    if (!isObject(change)) throw new Error('what changes in a line is no object')
    return ['write', [id], lineValues(change, drafts.get(id))]
  })
  const values = { description: descriptionOf(reference, false), lines }
  yield call('write', 'model.sale.sale.write', [[sale.id], values], guarded(sale, context))
}

/** Which line of the draft each line was made of, by its sequence. */
function* draftsOf(
  sale: Standing,
  draft: SaleDraft,
  context: SessionContext,
): Conversation<ReadonlyMap<number, LineDraft>> {
  const where = [['sale', '=', sale.id]]
  const query = { model: 'sale.line', where, fields: ['sequence'] }
  const byPosition = new Map(draft.lines.map((line) => [line.position, line]))
  const pairs = (yield* allRows(query, context)).flatMap((row) => {
    const line = byPosition.get(row.idOr('sequence') ?? 0)
    return line === undefined ? [] : [[row.id, line] as const]
  })
  return new Map(pairs)
}

function lineValues(
  change: Readonly<Record<string, unknown>>,
  draft: LineDraft | undefined,
): Readonly<Record<string, unknown>> {
  const taxes = { taxes: [['add', taxesIn(change['taxes'])]] }
  // A line that a clerk added has its price already.
  if (draft === undefined || draft.unitPrice !== undefined) return taxes
  const price = change['unit_price']
  if (isObject(price)) return { ...taxes, unit_price: price }
  throw new Refused(`Tryton has no price for ${draft.product} (line ${draft.position})`)
}

/** `{ add: [[position, { id }]] }`, or a plain list of ids. */
function taxesIn(value: unknown): readonly number[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return idsOf(value)
  const added = isObject(value) ? value['add'] : undefined
  if (added === undefined) return []
  if (!Array.isArray(added)) throw new Error('the added taxes are no list')
  return idsOf(added.map((one: unknown) => {
    const tax: unknown = Array.isArray(one) ? one[1] : undefined
    return isObject(tax) ? tax['id'] : undefined
  }))
}
