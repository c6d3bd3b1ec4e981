import type { Conversation, FeedRecord } from '../../_kit/contract.ts'
import { ourDescriptions } from '../operations/standing.ts'
import { allRows } from '../wire.ts'
import type { Row, SessionContext } from '../wire.ts'
import {
  addressOf, addressParts, given, goodsFields, goodsOf, lineIdOf, namedOf, originsOf,
} from './reader.ts'
import type { KindReader, Reading, SaleLine } from './reader.ts'

const fromOurSales = ['lines.origin.sale.description', 'like', ourDescriptions, 'sale.line']

/** Customer invoices that are posted, paid or not, and bill a sale of ours. */
export const invoiceKind: KindReader = {
  model: 'account.invoice',
  where: [['type', '=', 'out'], ['state', 'in', ['posted', 'paid']], fromOurSales],
  fields: [
    'number', 'reference', 'state', 'invoice_date', 'currency.code', 'currency.digits',
    'untaxed_amount', 'tax_amount', 'total_amount', 'party.code', 'party.name',
    'payment_term.name', 'comment', 'company.party.name',
    ...addressParts.map((part) => `invoice_address.${part}`),
  ],
  records: invoiceRecords,
}

function* invoiceRecords(
  rows: readonly Row[],
  { context }: Reading,
): Conversation<readonly (readonly FeedRecord[])[]> {
  const invoices = rows.map(({ id }) => id)
  const lines = yield* linesOf(invoices, context)
  const origins = yield* originsOf(lines, context)
  const taxes = yield* taxesOf(invoices, context)
  const dues = yield* duesOf(invoices, context)
  return rows.map((row) => {
    const own = lines.filter((line) => line.number('invoice') === row.id)
    const sales = own.flatMap((line) => originOf(line, origins)?.sale ?? [])
    const sale = sales.find(({ reference }) => reference !== null)
    if (sale === undefined) return []
    const { id, number, order } = sale
    const reference = String(sale.reference)
    const body = {
      ...headOf(row),
      sale: { id, ...given('number', number), ...given('reference', order) },
      lines: own.map((line) => lineBody(line, originOf(line, origins))),
      taxes: taxes.get(row.id) ?? [],
      dues: dues.get(row.id) ?? [],
    }
    return [{ key: `invoice:${row.id}:posted`, kind: 'invoice', reference, body }]
  })
}

function originOf(line: Row, origins: ReadonlyMap<number, SaleLine>): SaleLine | undefined {
  const id = lineIdOf(line)
  return id === undefined ? undefined : origins.get(id)
}

function headOf(row: Row): object {
  const address = row.relatedOr('invoice_address')
  return {
    id: row.id,
    state: row.text('state'),
    ...given('number', row.textOr('number')),
    ...given('reference', row.textOr('reference')),
    ...given('invoicedOn', row.dateOr('invoice_date')),
    currency: row.related('currency').text('code'),
    // To how many places Tryton rounds amounts.
    digits: row.related('currency').number('digits'),
    party: namedOf(row.related('party')),
    ...given('address', address === null ? null : addressOf(address)),
    company: { name: row.related('company').related('party').text('name') },
    ...given('paymentTerm', row.relatedOr('payment_term')?.text('name')),
    ...given('comment', row.textOr('comment')),
    untaxed: row.decimal('untaxed_amount'),
    tax: row.decimal('tax_amount'),
    total: row.decimal('total_amount'),
  }
}

/** Lines that have an amount; titles and subtotals have none of their own. */
function* linesOf(
  invoices: readonly number[],
  context: SessionContext,
): Conversation<readonly Row[]> {
  return yield* allRows({
    model: 'account.invoice.line',
    where: [['invoice', 'in', invoices], ['type', '=', 'line']],
    fields: ['invoice', 'origin', ...goodsFields],
  }, context)
}

function lineBody(row: Row, line: SaleLine | undefined): unknown {
  return {
    id: row.id,
    ...given('line', line === undefined ? null : {
      id: line.id, ...given('sequence', line.sequence), sale: line.sale.id,
    }),
    ...goodsOf(row),
  }
}

function* taxesOf(
  invoices: readonly number[],
  context: SessionContext,
): Conversation<ReadonlyMap<number, readonly unknown[]>> {
  const answer = yield* allRows({
    model: 'account.invoice.tax',
    where: [['invoice', 'in', invoices]],
    fields: ['invoice', 'description', 'base', 'amount', 'tax.name', 'tax.type', 'tax.rate'],
  }, context)
  return grouped(answer, (row) => row.number('invoice'), (row) => {
    const tax = row.relatedOr('tax')
    return {
      id: row.id,
      description: row.text('description'),
      ...given('name', tax?.textOr('name')),
      base: row.decimal('base'),
      amount: row.decimal('amount'),
      // A share of the base: 0.0725 is 7.25 %.
      ...given('rate', tax?.textOr('type') === 'percentage' ? tax.decimalOr('rate') : null),
    }
  })
}

/** What is to be paid when, as the payment term made it. */
function* duesOf(
  invoices: readonly number[],
  context: SessionContext,
): Conversation<ReadonlyMap<number, readonly unknown[]>> {
  const answer = yield* allRows({
    model: 'account.move.line',
    where: [
      ['move.origin.id', 'in', invoices, 'account.invoice'],
      ['account.type.receivable', '=', true],
    ],
    fields: ['maturity_date', 'debit', 'credit', 'move.origin'],
  }, context)
  const lines = answer.filter((row) => row.dateOr('maturity_date') !== null)
  return grouped(lines, (row) => row.related('move').referenceOr('origin')?.id ?? 0, (row) => ({
    ...given('on', row.dateOr('maturity_date')),
    debit: row.decimal('debit'),
    credit: row.decimal('credit'),
  }))
}

function grouped(
  rows: readonly Row[],
  by: (row: Row) => number,
  body: (row: Row) => unknown,
): ReadonlyMap<number, readonly unknown[]> {
  return new Map([...Map.groupBy(rows, by)].map(([id, some]) => [id, some.map(body)]))
}
