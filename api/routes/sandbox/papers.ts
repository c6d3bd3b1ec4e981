import { minorDigits } from '#core/std/currency.ts'
import {
  addDecimals, compareDecimals, divideDecimals, multiplyDecimals, parseDecimal, roundDecimal,
} from '#core/std/decimal.ts'
import { Fault } from '#core/errors/fault.ts'
import type { Sale } from '#prisma/store/sandbox.ts'
import type { ConfirmWish, InvoiceWish, ShipWish } from './papers-schema.ts'

/**
 * What the sandbox's ERP writes on its papers. It is another company's program: it knows its own
 * sales and nothing of the hub, and its clerk may say what differs from what was ordered.
 */
export interface Paper {
  readonly kind: 'sale' | 'shipment' | 'invoice'
  readonly body: Readonly<Record<string, unknown>>
}

/** A line of a sale as `createSale` took it. */
interface SaleLine {
  readonly number: string
  readonly product: string
  readonly quantity: string
  readonly unit: string
  readonly unitPrice?: string
  readonly pricePer?: { readonly value: string; readonly unit: string }
}

/** The order is confirmed, line by line, or rejected. */
export function confirmation(sale: Sale, wish: ConfirmWish, today: string): Paper {
  const { outcome = 'confirmed', reason, lines: wishes = [] } = wish
  checkLines(sale, wishes)
  const lines = linesOf(sale).map((line) => {
    const asked = wishes.find(({ number }) => number === line.number) ?? { number: line.number }
    return {
      number: line.number,
      product: line.product,
      unit: line.unit,
      ordered: line.quantity,
      confirmed: outcome === 'rejected' ? '0' : (asked.quantity ?? line.quantity),
      ...(asked.backordered === undefined ? {} : { backordered: asked.backordered }),
      unitPrice: asked.unitPrice ?? priceOf(line),
      ...(line.pricePer === undefined ? {} : { pricePer: line.pricePer }),
      ...(asked.shipOn === undefined ? {} : { shipOn: asked.shipOn }),
    }
  })
  const body = { ...head(sale), confirmedOn: today, outcome, ...(reason && { reason }), lines }
  return { kind: 'sale', body }
}

/** Goods that left, in cartons, or in one carton where the clerk says nothing of them. */
export function shipment(sale: Sale, wish: ShipWish, today: string): Paper {
  const { lines: wishes = [], packs = [], carrier, trackingNumber, billOfLading, weightKg } = wish
  checkLines(sale, [...wishes, ...packs.flatMap((pack) => pack.lines)])
  const shipped = linesOf(sale).flatMap(({ number, product, unit, quantity }) => {
    const asked = wishes.find((one) => one.number === number)
    if (wishes.length > 0 && asked === undefined) return []
    const line = { number, product, unit, ordered: quantity, quantity: asked?.quantity ?? quantity }
    return compareDecimals(line.quantity, '0') > 0 ? [line] : []
  })
  const all = shipped.map(({ number, quantity }) => ({ number, quantity }))
  const body = {
    ...head(sale),
    shippedOn: today,
    carrier: carrier ?? { scac: 'UPSN', name: 'UPS' },
    ...(trackingNumber === undefined ? {} : { trackingNumber }),
    ...(billOfLading === undefined ? {} : { billOfLading }),
    ...(weightKg === undefined ? {} : { weightKg }),
    lines: shipped,
    packs: packs.length > 0 ? packs : [{ id: '1', lines: all }],
  }
  return { kind: 'shipment', body }
}

/** What is to be paid: sums in the currency's minor unit, rounded a line, halves away from zero. */
export function invoice(sale: Sale, wish: InvoiceWish, today: string): Paper {
  const { lines: wishes = [], charges = [], allowances = [], taxPercent, netDays = 30 } = wish
  checkLines(sale, wishes)
  const { currency } = head(sale)
  const places = minorDigits(currency) ?? 2
  const lines = linesOf(sale).flatMap((line) => {
    const asked = wishes.find((one) => one.number === line.number)
    if (wishes.length > 0 && asked === undefined) return []
    const quantity = asked?.quantity ?? line.quantity
    const unitPrice = asked?.unitPrice ?? priceOf(line)
    const { number, product, unit, pricePer } = line
    const amount = extension(quantity, unitPrice, pricePer?.value ?? '1', places)
    return [{ number, product, unit, quantity, unitPrice, ...(pricePer && { pricePer }), amount }]
  })
  const goods = sum(lines.map(({ amount }) => amount))
  const plus = sum(charges.map(({ amount }) => amount))
  const minus = sum(allowances.map(({ amount }) => amount))
  const net = addDecimals(goods, addDecimals(plus, multiplyDecimals(minus, '-1')))
  const tax = taxPercent === undefined
    ? undefined
    : { percent: taxPercent, base: net, amount: percentOf(net, taxPercent, places) }
  const body = {
    ...head(sale),
    invoicedOn: today,
    netDays: String(netDays),
    lines,
    ...(charges.length > 0 && { charges }),
    ...(allowances.length > 0 && { allowances }),
    ...(tax && { tax }),
    goods,
    total: addDecimals(net, tax?.amount ?? '0'),
  }
  return { kind: 'invoice', body }
}

function head({ id, reference, body }: Sale) {
  const { hubReference, currency = 'USD' } = body as { hubReference?: string; currency?: string }
  return { saleId: id, reference, hubReference: hubReference ?? '', currency }
}

function linesOf({ body }: Sale): readonly SaleLine[] {
  const { lines } = body as { lines: readonly Partial<SaleLine>[] }
  return lines.map((line, index) => ({
    ...line,
    number: line.number ?? String(index + 1),
    product: line.product ?? '',
    quantity: parseDecimal(String(line.quantity)) ?? '0',
    unit: line.unit ?? 'EA',
  }))
}

function checkLines(sale: Sale, wishes: readonly { readonly number: string }[]): void {
  const known = new Set(linesOf(sale).map(({ number }) => number))
  const stranger = wishes.find(({ number }) => !known.has(number))
  if (stranger === undefined) return
  throw new Fault('SANDBOX_LINE_UNKNOWN', { line: stranger.number, reference: sale.reference })
}

/** Its price list, for sales without a price: WIDGET-07 is 7. */
function priceOf({ product, unitPrice }: SaleLine): string {
  return unitPrice ?? String(Number(product.slice(-2)))
}

function extension(quantity: string, price: string, per: string, places: number): string {
  return divideDecimals(multiplyDecimals(quantity, price), per, places) ?? '0'
}

function percentOf(amount: string, percent: string, places: number): string {
  return roundDecimal(multiplyDecimals(amount, multiplyDecimals(percent, '0.01')), places)
}

function sum(amounts: readonly string[]): string {
  return amounts.reduce(addDecimals, '0')
}
