import { operation, Refused } from '../../_kit/contract.ts'
import type { CallContext, Conversation } from '../../_kit/contract.ts'
import { quantityOf, unitFields, unitOf } from '../feeds/reader.ts'
import { named, openSession } from '../session.ts'
import { allRows, call, resultOf, rowsOf, searchRead } from '../wire.ts'
import type { Row, SessionContext } from '../wire.ts'

export interface StockQuery {
  /** Codes; absent, all products that are kept on stock. */
  readonly products?: readonly string[]
}

/** What is there of one product in one place. */
export interface StockRow {
  readonly product: string
  readonly unit: { readonly symbol: string; readonly name: string }
  readonly location: { readonly code?: string; readonly name: string }
  /** Decimal text: what is there today, and what is left of it after today's planned moves. */
  readonly quantity: string
  readonly forecast: string
}

export interface Stock {
  readonly rows: readonly StockRow[]
}

/** Products read at once; Tryton reckons their quantities one query a location. */
const productsPerCall = 500

/**
 * https://docs.tryton.org/6.0/modules-stock/: a product's quantity depends on the places and the
 * day in the context. Each storage location of the warehouse is asked for by itself; what has
 * neither stock nor a forecast is left out.
 */
export const readStock = operation<StockQuery, Stock>({
  title: 'Read the stock per product and location',
  vendorDocs: 'https://docs.tryton.org/6.0/modules-stock/',
  effect: 'read',
  takes: 'json',
  input: {
    type: 'object',
    properties: { products: { type: 'array', items: { type: 'string', minLength: 1 } } },
  },
  timeoutMs: 60_000,
  converse: readWholeStock,
})

function* readWholeStock(
  { products }: StockQuery,
  { settings }: CallContext,
): Conversation<Stock> {
  const context = yield* openSession(settings)
  const today = resultOf(yield call('read', 'model.ir.date.today', [], context))
  const locations = yield* locationsOf(settings, context)
  const rows: StockRow[] = []
  for (const location of locations) {
    const there = { locations: [location.id], with_childs: false, stock_date_end: today }
    rows.push(...(yield* stockAt(location, products, { ...context, ...there })))
  }
  if (products !== undefined) yield* refuseUnknown(products, context)
  return { rows }
}

/** Places where goods are kept: in the warehouse of the settings, else in all of them. */
function* locationsOf(
  { warehouse }: Readonly<Record<string, unknown>>,
  context: SessionContext,
): Conversation<readonly Row[]> {
  const inside: unknown[] = []
  if (warehouse !== undefined) {
    const houses = [['type', '=', 'warehouse']]
    const house = yield* named('stock.location', '', warehouse, context, houses)
    inside.push(['parent', 'child_of', [house.id]])
  }
  const where = [['type', '=', 'storage'], ...inside]
  const fields = ['code', 'name']
  return yield* allRows({ model: 'stock.location', where, fields }, context)
}

function* stockAt(
  location: Row,
  products: readonly string[] | undefined,
  context: SessionContext,
): Conversation<readonly StockRow[]> {
  const stock: StockRow[] = []
  const chosen = products === undefined ? [] : [['code', 'in', products]]
  for (let after = 0, full = true; full;) {
    const rows = rowsOf(yield searchRead({
      model: 'product.product',
      where: [['type', '=', 'goods'], ['code', '!=', null], ['id', '>', after], ...chosen],
      fields: ['code', 'quantity', 'forecast_quantity', ...unitFields('default_uom')],
    }, productsPerCall, context))
    stock.push(...rows.flatMap((row) => stockRow(row, location)))
    full = rows.length === productsPerCall
    after = rows.at(-1)?.id ?? after
  }
  return stock
}

function stockRow(row: Row, location: Row): readonly StockRow[] {
  const unit = row.related('default_uom')
  const quantity = quantityOf(row, unit)
  const forecast = row.quantity('forecast_quantity', unit.number('digits'))
  if (quantity === '0' && forecast === '0') return []
  const code = location.textOr('code')
  const place = { ...(code === null ? {} : { code }), name: location.text('name') }
  return [{ product: row.text('code'), unit: unitOf(unit), location: place, quantity, forecast }]
}

/** A product that is not known must not look like one that is sold out. */
function* refuseUnknown(products: readonly string[], context: SessionContext): Conversation<void> {
  const where = [['code', 'in', products]]
  const query = { model: 'product.product', where, fields: ['code'] }
  const known = new Set((yield* allRows(query, context)).map((row) => row.text('code')))
  const unknown = products.find((code) => !known.has(code))
  if (unknown !== undefined) throw new Refused(`Tryton knows no product with the code ${unknown}`)
}
