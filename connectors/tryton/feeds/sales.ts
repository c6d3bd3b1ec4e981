import type { Conversation, FeedRecord } from '../../_kit/contract.ts'
import { ourDescriptions, referenceIn } from '../operations/standing.ts'
import { allRows } from '../wire.ts'
import type { Row, SessionContext } from '../wire.ts'
import { given, goodsFields, goodsOf, namedOf } from './reader.ts'
import type { KindReader, Reading } from './reader.ts'

/** Sales of ours that are confirmed, whatever came of them since, and those that were cancelled. */
export const saleKind: KindReader = {
  model: 'sale.sale',
  where: [
    ['description', 'like', ourDescriptions],
    ['state', 'in', ['confirmed', 'processing', 'done', 'cancelled']],
  ],
  fields: [
    'number', 'reference', 'description', 'state', 'sale_date', 'shipping_date', 'comment',
    'currency.code', 'untaxed_amount', 'tax_amount', 'total_amount', 'party.code', 'party.name',
  ],
  records: saleRecords,
}

function* saleRecords(
  rows: readonly Row[],
  { context }: Reading,
): Conversation<readonly (readonly FeedRecord[])[]> {
  const standing = yield* referencesStanding(rows.filter(isCancelled), context)
  const lines = yield* linesBySale(rows, context)
  return rows.map((row) => {
    const reference = referenceIn(row.textOr('description'))
    if (reference === null) return []
    // What we created twice by accident and took back is nothing the buyer should hear of.
    if (isCancelled(row) && standing.has(reference)) return []
    const told = isCancelled(row) ? 'cancelled' : 'confirmed'
    const body = saleBody(row, told, lines.get(row.id) ?? [])
    return [{ key: `sale:${row.id}:${told}`, kind: 'sale', reference, body }]
  })
}

/** References that another sale bears which is not cancelled. */
function* referencesStanding(
  cancelled: readonly Row[],
  context: SessionContext,
): Conversation<ReadonlySet<string>> {
  if (cancelled.length === 0) return new Set()
  const descriptions = cancelled.map((row) => row.text('description'))
  const answer = yield* allRows({
    model: 'sale.sale',
    where: [['description', 'in', descriptions], ['state', '!=', 'cancelled']],
    fields: ['description'],
  }, context)
  return new Set(answer.flatMap((row) => referenceIn(row.text('description')) ?? []))
}

function isCancelled(row: Row): boolean {
  return row.text('state') === 'cancelled'
}

function* linesBySale(
  rows: readonly Row[],
  context: SessionContext,
): Conversation<ReadonlyMap<number, readonly unknown[]>> {
  const answer = yield* allRows({
    model: 'sale.line',
    where: [['sale', 'in', rows.map(({ id }) => id)], ['type', '=', 'line']],
    fields: [
      'sale', 'sequence', 'shipping_date', ...goodsFields,
    ],
  }, context)
  const lines = Map.groupBy(answer, (row) => row.number('sale'))
  return new Map([...lines].map(([sale, found]) => [sale, found.map(lineBody)]))
}

function saleBody(row: Row, told: string, lines: readonly unknown[]): unknown {
  return {
    id: row.id,
    state: told,
    ...given('number', row.textOr('number')),
    ...given('reference', row.textOr('reference')),
    // Tryton keeps no day of the confirmation: the day it was last changed, in UTC.
    changedOn: (row.instantOr('write_date') ?? row.instantOr('create_date') ?? '').slice(0, 10),
    ...given('soldOn', row.dateOr('sale_date')),
    ...given('shippingOn', row.dateOr('shipping_date')),
    ...given('comment', row.textOr('comment')),
    currency: row.related('currency').text('code'),
    party: namedOf(row.related('party')),
    untaxed: row.decimal('untaxed_amount'),
    tax: row.decimal('tax_amount'),
    total: row.decimal('total_amount'),
    lines,
  }
}

function lineBody(row: Row): unknown {
  return {
    id: row.id,
    ...given('sequence', row.idOr('sequence')),
    ...goodsOf(row),
    ...given('shippingOn', row.dateOr('shipping_date')),
  }
}
