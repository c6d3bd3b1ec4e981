import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkInvoice } from './check.ts'
import { invoiceParser } from './invoice.ts'

/*
 * Invoices are built to foot in plain bigint arithmetic of hundredths of a cent, which shares
 * nothing with the decimals of the check.
 */

const currency = 'USD'
const unit = 'EA'

const adjustment = fc.record({
  kind: fc.constantFrom('allowance', 'charge'),
  amount: fc.bigInt(0n, 10n ** 20n),
})

const tax = fc.record({ percent: fc.bigInt(0n, 30n), taxable: fc.bigInt(0n, 10n ** 12n) })

const line = fc.record({
  quantity: fc.bigInt(-1_000n, 1_000_000n),
  /** Hundredths of a cent. */
  price: fc.bigInt(0n, 10n ** 15n),
  adjustments: fc.array(adjustment, { maxLength: 2 }),
  taxes: fc.array(tax, { maxLength: 2 }),
})

const draft = fc.record({
  rounding: fc.constantFrom('line', 'document'),
  lines: fc.array(line, { minLength: 1, maxLength: 5 }),
  adjustments: fc.array(adjustment, { maxLength: 3 }),
  taxes: fc.array(tax, { maxLength: 3 }),
})

type Draft = typeof draft extends fc.Arbitrary<infer Value> ? Value : never

/** Halves away from zero. */
function rounded(value: bigint, divisor: bigint): bigint {
  const half = value < 0n ? -divisor / 2n : divisor / 2n
  return (value + half) / divisor
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((a, b) => a + b, 0n)
}

/** As decimal text in its one spelling. */
function dollars(hundredths: bigint): string {
  const digits = String(hundredths).padStart(5, '0')
  const text = `${digits.slice(0, -4)}.${digits.slice(-4)}`
  return text.replace(/\.?0+$/, '')
}

const taxOf = ({ percent, taxable }: Draft['taxes'][number]) => rounded(taxable * percent, 100n)

const wireAdjustment = ({ kind, amount }: Draft['adjustments'][number]) =>
  ({ kind, amountMinor: String(amount) })

const wireTax = (one: Draft['taxes'][number]) => ({
  givenKind: 'ST',
  amountMinor: String(taxOf(one)),
  percent: String(one.percent),
  taxableMinor: String(one.taxable),
})

function footing({ rounding, lines, adjustments, taxes }: Draft) {
  const exact = lines.map(({ quantity, price }) => quantity * price)
  const amounts = exact.map((amount) => rounded(amount, 100n))
  const all = [...adjustments, ...lines.flatMap((one) => one.adjustments)]
  const of = (kind: string) => sum(all.filter((one) => one.kind === kind).map((one) => one.amount))
  const goods = rounding === 'line' ? sum(amounts) : rounded(sum(exact), 100n)
  const taxed = sum([...taxes, ...lines.flatMap((one) => one.taxes)].map(taxOf))
  const total = goods - of('allowance') + of('charge') + taxed
  return {
    schema: 'invoice.v1', number: 'I-1', purpose: 'original', invoicedOn: '2026-01-08', currency,
    rounding,
    lines: lines.map(({ quantity, price, ...one }, at) => ({
      position: at + 1,
      number: String(at + 1),
      quantity: { value: String(quantity), unit, givenUnit: unit },
      price: { value: dollars(price), currency, per: { value: '1', unit } },
      amountMinor: String(amounts[at]),
      adjustments: one.adjustments.map(wireAdjustment),
      taxes: one.taxes.map(wireTax),
    })),
    adjustments: adjustments.map(wireAdjustment),
    taxes: taxes.map(wireTax),
    totals: {
      linesMinor: String(goods), allowancesMinor: String(of('allowance')),
      chargesMinor: String(of('charge')), taxMinor: String(taxed), totalMinor: String(total),
    },
  }
}

/** Everything of an invoice that is an amount of it. */
function amountsOf(invoice: ReturnType<typeof footing>): (readonly [object, string])[] {
  const parts = [invoice, ...invoice.lines].flatMap(({ adjustments, taxes }) =>
    [...adjustments, ...taxes])
  return [
    ...[...invoice.lines, ...parts].map((one) => [one, 'amountMinor'] as const),
    ...Object.keys(invoice.totals).map((name) => [invoice.totals, name] as const),
  ]
}

test('what is built to foot passes', () => {
  fc.assert(fc.property(draft, (value) => {
    expect(checkInvoice(invoiceParser.parse(footing(value)))).toEqual([])
  }))
})

test('any one amount that is changed is told', () => {
  // Rounded by document, a line may have been rounded up or down: one minor unit is no fault there.
  const by = fc.bigInt(2n, 10n ** 20n).chain((size) => fc.constantFrom(size, -size))
  fc.assert(fc.property(draft, fc.nat(), by, (value, which, change) => {
    const invoice = footing(value)
    const amounts = amountsOf(invoice)
    const [holder, name] = amounts[which % amounts.length]!
    const was: unknown = Reflect.get(holder, name)
    Reflect.set(holder, name, String(BigInt(String(was)) + change))
    const faults = checkInvoice(invoiceParser.parse(invoice))
    expect(faults.map(({ fault }) => fault.code)).toContain('INVOICE_DOES_NOT_FOOT')
  }))
})

test('rounded by line, one minor unit is enough', () => {
  const by = fc.constantFrom(1n, -1n)
  fc.assert(fc.property(draft, fc.nat(), by, (value, which, change) => {
    const invoice = footing({ ...value, rounding: 'line' })
    const amounts = amountsOf(invoice)
    const [holder, name] = amounts[which % amounts.length]!
    const was: unknown = Reflect.get(holder, name)
    Reflect.set(holder, name, String(BigInt(String(was)) + change))
    expect(checkInvoice(invoiceParser.parse(invoice))).not.toEqual([])
  }))
})
