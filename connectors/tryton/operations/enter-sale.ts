import { Refused } from '../../_kit/contract.ts'
import type { Conversation } from '../../_kit/contract.ts'
import type { LineDraft, SaleDraft } from '../draft.ts'
import { companyOf, named } from '../session.ts'
import type { TrytonSettings } from '../session.ts'
import { allRows, call, isObject, listOf, resultOf } from '../wire.ts'
import { toDate, toDecimal, toQuantity } from '../wire.ts'
import type { SessionContext } from '../wire.ts'
import { shippedTo } from './ship-to.ts'
import { descriptionOf } from './standing.ts'

/** Codes asked for in one call. */
const codesPerCall = 500

/**
 * The sale as it is created: whatever the draft names is looked up first, and what Tryton fills in
 * for its own users when they choose a party (addresses, payment term) it fills in for us.
 */
export function* enteredSale(
  draft: SaleDraft,
  reference: string,
  settings: TrytonSettings,
  context: SessionContext,
): Conversation<Readonly<Record<string, unknown>>> {
  const company = companyOf(context)
  const parties = yield* partiesOf(draft, context)
  const party = partyIn(parties, draft.party)
  const lines = yield* linesOf(draft.lines, context)
  const currency = yield* currencyOf(draft.currency, company, context)
  const chosen = {
    company,
    party,
    currency,
    ...(draft.invoiceParty === undefined
      ? {}
      : { invoice_party: partyIn(parties, draft.invoiceParty) }),
    ...(yield* placesOf(settings, context)),
  }
  const shipment = yield* shippedTo(draft, parties, context)
  const suggested = yield* suggestedFor({ ...chosen, ...shipment }, context)
  return {
    ...suggested,
    ...chosen,
    ...shipment,
    reference: draft.reference,
    description: descriptionOf(reference, true),
    sale_date: toDate(draft.orderedOn),
    // Tryton refuses a shipping date before the sale's own.
    ...(draft.shippingOn !== undefined && draft.shippingOn >= draft.orderedOn
      ? { shipping_date: toDate(draft.shippingOn) }
      : {}),
    ...(draft.comment === undefined ? {} : { comment: draft.comment }),
    lines: [['create', lines]],
  }
}

/** Ids of parties by their codes. */
function* partiesOf(
  { party, invoiceParty, shipTo }: SaleDraft,
  context: SessionContext,
): Conversation<ReadonlyMap<string, number>> {
  const codes = [party, invoiceParty, shipTo?.party].filter((code) => code !== undefined)
  const where = [['code', 'in', [...new Set(codes)]]]
  const answer = yield* allRows(
    { model: 'party.party', where, fields: ['code'] }, context,
  )
  const found = new Map(answer.map((row) => [row.text('code'), row.id]))
  for (const code of codes) partyIn(found, code)
  return found
}

function partyIn(parties: ReadonlyMap<string, number>, code: string): number {
  const party = parties.get(code)
  if (party === undefined) throw new Refused(`Tryton knows no party with the code ${code}`)
  return party
}

function* currencyOf(
  code: string | undefined,
  company: number,
  context: SessionContext,
): Conversation<number> {
  const query = code === undefined
    ? { model: 'company.company', where: [['id', '=', company]], fields: ['currency'] }
    : { model: 'currency.currency', where: [['code', '=', code]], fields: ['code'] }
  const [row] = yield* allRows(query, context)
  if (row === undefined) throw new Refused(`Tryton knows no currency ${code ?? 'of the company'}`)
  return code === undefined ? row.number('currency') : row.id
}

/** Warehouse and payment term, where the endpoint's settings name them. */
function* placesOf(
  { warehouse, paymentTerm }: TrytonSettings,
  context: SessionContext,
): Conversation<Readonly<Record<string, number>>> {
  const places: Record<string, number> = {}
  if (warehouse !== undefined) {
    const where = [['type', '=', 'warehouse']]
    places['warehouse'] = (yield* named('stock.location', '', warehouse, context, where)).id
  }
  if (paymentTerm !== undefined) {
    const model = 'account.invoice.payment_term'
    places['payment_term'] = (yield* named(model, '', paymentTerm, context)).id
  }
  return places
}

/** What Tryton's own client would have in the form after the party was chosen. */
function* suggestedFor(
  chosen: Readonly<Record<string, unknown>>,
  context: SessionContext,
): Conversation<Readonly<Record<string, unknown>>> {
  const fields = ['party', 'invoice_party', 'shipment_party'].filter((field) => field in chosen)
  const asked = call('read', 'model.sale.sale.on_change', [chosen, fields], context)
  const [changes] = listOf(resultOf(yield asked))
  if (!isObject(changes)) throw new Error('what changes is no object')
  // `invoice_address.` only holds the name of what `invoice_address` points to.
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => !isObject(value)))
}

function* linesOf(
  lines: readonly LineDraft[],
  context: SessionContext,
): Conversation<readonly Readonly<Record<string, unknown>>[]> {
  const products = yield* productsOf(lines, context)
  const units = yield* unitsOf(lines, context)
  return lines.map((line) => lineOf(line, products, units))
}

interface Product {
  readonly id: number
  readonly unit: number
}

function lineOf(
  line: LineDraft,
  products: ReadonlyMap<string, Product>,
  units: ReadonlyMap<string, number>,
): Readonly<Record<string, unknown>> {
  const { position, product: code, unitPrice } = line
  const product = products.get(code)
  if (product === undefined) {
    throw new Refused(`Tryton sells no product with the code ${code} (line ${position})`)
  }
  const unit = line.unit === undefined ? product.unit : units.get(line.unit)
  if (unit === undefined) {
    throw new Refused(`Tryton knows no unit ${line.unit ?? ''} (line ${position}, product ${code})`)
  }
  const quantity = toQuantity(line.quantity)
  if (quantity === undefined) {
    throw new Refused(`Tryton cannot hold the quantity ${line.quantity} (line ${position})`)
  }
  return {
    type: 'line',
    sequence: position,
    product: product.id,
    unit,
    quantity,
    // A price is required from the start; Tryton's own is filled in when the sale stands.
    unit_price: toDecimal(unitPrice ?? '0'),
  }
}

/** Products that may be sold, by their codes; a code that two of them have is refused. */
function* productsOf(
  lines: readonly LineDraft[],
  context: SessionContext,
): Conversation<ReadonlyMap<string, Product>> {
  const codes = [...new Set(lines.map(({ product }) => product))]
  const found = new Map<string, Product>()
  for (let first = 0; first < codes.length; first += codesPerCall) {
    const some = codes.slice(first, first + codesPerCall)
    const where = [['code', 'in', some], ['salable', '=', true]]
    const query = { model: 'product.product', where, fields: ['code', 'sale_uom'] }
    for (const row of yield* allRows(query, context)) {
      const code = row.text('code')
      if (found.has(code)) throw new Refused(`Tryton has several products with the code ${code}`)
      found.set(code, { id: row.id, unit: row.number('sale_uom') })
    }
  }
  return found
}

/** Units by their symbols, and by their names where no symbol is the same. */
function* unitsOf(
  lines: readonly LineDraft[],
  context: SessionContext,
): Conversation<ReadonlyMap<string, number>> {
  const names = [...new Set(lines.flatMap(({ unit }) => unit ?? []))]
  if (names.length === 0) return new Map()
  const where = [['OR', ['symbol', 'in', names], ['name', 'in', names]]]
  const fields = ['symbol', 'name']
  const rows = yield* allRows({ model: 'product.uom', where, fields }, context)
  return new Map([
    ...rows.map((row) => [row.text('name'), row.id] as const),
    ...rows.map((row) => [row.text('symbol'), row.id] as const),
  ])
}
