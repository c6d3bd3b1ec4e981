import type { DocumentFault } from '#core/documents/fault.ts'
import { faultView } from '#core/errors/fault.ts'
import { minorDigits } from '#core/std/currency.ts'
import {
  addDecimals, compareDecimals, divideDecimals, multiplyDecimals, roundDecimal, subtractDecimals,
} from '#core/std/decimal.ts'
import type { Invoice, InvoiceLine, InvoiceTax } from './schema.ts'

/**
 * Whether the invoice foots: each line's amount is its quantity times its price, each tax its
 * percentage, the totals the sums of what they sum, and the whole what is left after them. Whatever
 * does not is told with the sum, what is claimed, what was counted, and by how much they differ.
 */
export function checkInvoice(invoice: Invoice): DocumentFault[] {
  return [
    ...uncountable(invoice),
    ...extensions(invoice),
    ...taxes(invoice),
    ...totals(invoice),
    ...notNegative(invoice),
  ]
}

/**
 * By line each amount must be right by itself. By document the sum of the exact amounts is rounded,
 * and a line's own may be off by less than one minor unit, up or down: nothing is summed of it.
 */
function extensions(invoice: Invoice): DocumentFault[] {
  const exact = invoice.lines.map((line) => extensionMinor(line, invoice.currency))
  const byLine = invoice.rounding === 'line'
  const amounts = invoice.lines.flatMap((line, index) => {
    const amount = exact[index]
    if (amount === undefined) return []
    if (!byLine && compareDecimals(apart(line.amountMinor, amount), '1') < 0) return []
    const field = `lines[${index + 1}].amountMinor`
    return differing(invoice, field, `amount of line ${line.number}`, line.amountMinor,
      roundDecimal(amount, 0))
  })
  const known = exact.flatMap((amount) => amount ?? [])
  if (byLine || known.length < exact.length) return amounts
  const { linesMinor } = invoice.totals
  const counted = roundDecimal(sum(known), 0)
  return [
    ...amounts,
    ...differing(invoice, 'totals.linesMinor', names.linesMinor, linesMinor, counted),
  ]
}

/** Digits kept of a price per so many, before the amount is rounded. */
const placesKept = 20

/** A line that nobody can recount cannot be said to foot. */
function uncountable({ number, currency, lines }: Invoice): DocumentFault[] {
  return lines.flatMap((line, index) => {
    const reason = whyUncountable(line, currency)
    if (reason === undefined) return []
    const fault = faultView('INVOICE_UNCOUNTABLE', { number, line: line.number, reason })
    return [{ field: `lines[${index + 1}].price`, fault }]
  })
}

function whyUncountable(line: InvoiceLine, currency: string): string | undefined {
  const { per, currency: priced } = line.price
  const { unit } = line.priceQuantity ?? line.quantity
  if (priced !== currency) return `its price is in ${priced}, the invoice in ${currency}`
  if (compareDecimals(per.value, '0') <= 0) return `its price is for ${per.value} ${per.unit}`
  return per.unit === unit ? undefined : `its price is per ${per.unit}, counted are ${unit}`
}

/** In minor units, not rounded; undefined where it cannot be counted. */
function extensionMinor(line: InvoiceLine, currency: string): string | undefined {
  if (whyUncountable(line, currency) !== undefined) return undefined
  const { quantity, priceQuantity, price } = line
  const product = multiplyDecimals((priceQuantity ?? quantity).value, price.value)
  const amount = divideDecimals(product, price.per.value, placesKept)
  const scale = `1${'0'.repeat(minorDigits(currency) ?? 2)}`
  return amount === undefined ? undefined : multiplyDecimals(amount, scale)
}

/** A tax may be off by one minor unit: its maker may have rounded parts of it. */
function taxes(invoice: Invoice): DocumentFault[] {
  const all = [
    ...(invoice.taxes ?? []).map((tax, at) => ({ tax, field: `taxes[${at + 1}].amountMinor` })),
    ...invoice.lines.flatMap((line, index) =>
      (line.taxes ?? []).map((tax, at) => ({
        tax, field: `lines[${index + 1}].taxes[${at + 1}].amountMinor`,
      }))),
  ]
  return all.flatMap(({ tax, field }) => {
    const counted = taxMinor(tax)
    if (counted === undefined) return []
    if (compareDecimals(apart(tax.amountMinor, counted), '1') <= 0) return []
    return differing(invoice, field, `tax ${tax.givenKind}`, tax.amountMinor, counted)
  })
}

function taxMinor({ percent, taxableMinor }: InvoiceTax): string | undefined {
  if (percent === undefined || taxableMinor === undefined) return undefined
  return roundDecimal(multiplyDecimals(multiplyDecimals(taxableMinor, percent), '0.01'), 0)
}

function totals(invoice: Invoice): DocumentFault[] {
  const { totals: told, lines } = invoice
  const adjustments = [
    ...(invoice.adjustments ?? []), ...lines.flatMap((line) => line.adjustments ?? []),
  ]
  const of = (kind: string): string =>
    sum(adjustments.filter((one) => one.kind === kind).map(({ amountMinor }) => amountMinor))
  const allTaxes = [...(invoice.taxes ?? []), ...lines.flatMap((line) => line.taxes ?? [])]
  const counted = {
    linesMinor: sum(lines.map(({ amountMinor }) => amountMinor)),
    allowancesMinor: of('allowance'),
    chargesMinor: of('charge'),
    taxMinor: sum(allTaxes.map(({ amountMinor }) => amountMinor)),
  }
  const goods = invoice.rounding === 'document' ? told.linesMinor : counted.linesMinor
  const total = addDecimals(
    subtractDecimals(goods, counted.allowancesMinor),
    addDecimals(counted.chargesMinor, counted.taxMinor),
  )
  const parts = Object.entries(counted).flatMap(([name, value]) => {
    const field = name as keyof typeof counted
    if (field === 'linesMinor' && invoice.rounding === 'document') return []
    return differing(invoice, `totals.${field}`, names[field], told[field] ?? '0', value)
  })
  return [...parts, ...differing(invoice, 'totals.totalMinor', 'total', told.totalMinor, total)]
}

const names = {
  linesMinor: 'sum of the lines',
  allowancesMinor: 'sum of the allowances',
  chargesMinor: 'sum of the charges',
  taxMinor: 'sum of the taxes',
} as const

/** What comes off is an allowance; a credit is another document. */
function notNegative(invoice: Invoice): DocumentFault[] {
  const adjustments = [
    ...(invoice.adjustments ?? []).map((one, at) => [`adjustments[${at + 1}]`, one] as const),
    ...invoice.lines.flatMap((line, index) => (line.adjustments ?? []).map((one, at) =>
      [`lines[${index + 1}].adjustments[${at + 1}]`, one] as const)),
  ]
  return adjustments.flatMap(([field, { amountMinor, kind }]) => {
    if (!amountMinor.startsWith('-')) return []
    const facts = { number: invoice.number, kind, amount: amountMinor }
    const fault = faultView('INVOICE_ADJUSTMENT_NEGATIVE', facts)
    return [{ field: `${field}.amountMinor`, fault }]
  })
}

function differing(
  { number, currency }: Invoice,
  field: string,
  total: string,
  claimed: string,
  counted: string,
): DocumentFault[] {
  if (compareDecimals(claimed, counted) === 0) return []
  const difference = subtractDecimals(claimed, counted)
  const facts = { number, total, claimed, counted, difference, currency }
  return [{ field, fault: faultView('INVOICE_DOES_NOT_FOOT', facts) }]
}

function sum(amounts: readonly string[]): string {
  return amounts.reduce(addDecimals, '0')
}

/** By how much, whichever is more. */
function apart(a: string, b: string): string {
  return subtractDecimals(a, b).replace('-', '')
}
