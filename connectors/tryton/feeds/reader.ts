import type { Conversation, FeedRecord } from '../../_kit/contract.ts'
import { referenceIn } from '../operations/standing.ts'
import { allRows } from '../wire.ts'
import type { Domain, Row, SessionContext } from '../wire.ts'

/** With what a page is read. */
export interface Reading {
  readonly context: SessionContext
  /** Host and database: two Trytons may both have a package 7. */
  readonly system: string
}

/** How one kind of thing is read: which rows, and what of each is told. */
export interface KindReader {
  readonly model: string
  readonly where: Domain
  readonly fields: readonly string[]
  /** Per row, in their order, what is told of it; nothing is an empty list. */
  readonly records: (
    rows: readonly Row[],
    reading: Reading,
  ) => Conversation<readonly (readonly FeedRecord[])[]>
}

/** The line of a sale that a move or an invoice line comes from. */
export interface SaleLine {
  readonly id: number
  /** Our position of the order's line; null where a clerk added the line. */
  readonly sequence: number | null
  readonly sale: SaleOfLine
}

export interface SaleOfLine {
  readonly id: number
  /** Null where the sale is none of ours. */
  readonly reference: string | null
  readonly number: string | null
  /** The buyer's order number. */
  readonly order: string | null
}

const saleLine = 'sale.line'

/** The sale lines that these rows come from, by their ids; rows of other origins have none. */
export function* originsOf(
  rows: readonly Row[],
  context: SessionContext,
): Conversation<ReadonlyMap<number, SaleLine>> {
  const ids = [...new Set(rows.flatMap((row) => lineIdOf(row) ?? []))]
  if (ids.length === 0) return new Map()
  const answer = yield* allRows({
    model: saleLine,
    where: [['id', 'in', ids]],
    fields: ['sequence', 'sale.number', 'sale.reference', 'sale.description'],
  }, context)
  return new Map(answer.map((row) => [row.id, lineOf(row)]))
}

function lineOf(row: Row): SaleLine {
  const sale = row.related('sale')
  return {
    id: row.id,
    sequence: row.idOr('sequence'),
    sale: {
      id: sale.id,
      reference: referenceIn(sale.textOr('description')),
      number: sale.textOr('number'),
      order: sale.textOr('reference'),
    },
  }
}

export function lineIdOf(row: Row): number | undefined {
  const origin = row.referenceOr('origin')
  return origin?.model === saleLine ? origin.id : undefined
}

/** A unit as records tell it. Rows must be asked for `unitFields`. */
export function unitOf(row: Row): { readonly symbol: string; readonly name: string } {
  return { symbol: row.text('symbol'), name: row.text('name') }
}

export function unitFields(field: string): readonly string[] {
  return ['symbol', 'name', 'digits'].map((part) => `${field}.${part}`)
}

export function quantityOf(row: Row, unit: Row): string {
  return row.quantity('quantity', unit.number('digits'))
}

/** What `goodsOf` reads. */
export const goodsFields = [
  'quantity', 'unit_price', 'amount', 'description', 'product.code', 'product.name',
  ...unitFields('unit'),
]

/** What a line of a sale and one of an invoice have alike. */
export function goodsOf(row: Row): object {
  const unit = row.relatedOr('unit')
  const product = row.relatedOr('product')
  return {
    ...given('product', product === null ? null : namedOf(product)),
    ...given('description', row.textOr('description')),
    quantity: unit === null ? row.quantity('quantity', freePlaces) : quantityOf(row, unit),
    ...given('unit', unit === null ? null : unitOf(unit)),
    unitPrice: row.decimal('unit_price'),
    amount: row.decimal('amount'),
  }
}

/** Tryton's own, for a line without a unit. */
const freePlaces = 2

/** Code and name, of products and parties alike. */
export function namedOf(row: Row): { readonly code?: string; readonly name: string } {
  return { ...given('code', row.textOr('code')), name: row.text('name') }
}

/** An optional field of a record: what is empty is left out. */
export function given<Name extends string, Value>(
  name: Name,
  value: Value | null | undefined,
): { readonly [Key in Name]?: Value } {
  const field: { [Key in Name]?: Value } = {}
  if (value !== null && value !== undefined) field[name] = value
  return field
}

export const addressParts = [
  'street', 'postal_code', 'city', 'country.code', 'subdivision.code', 'party_name',
] as const

export interface Address {
  readonly name?: string
  readonly lines?: readonly string[]
  readonly postalCode?: string
  readonly city?: string
  /** ISO 3166-2, such as `US-IL`. */
  readonly subdivision?: string
  /** ISO 3166-1 of two letters. */
  readonly country?: string
}

export function addressOf(row: Row): Address {
  const lines = (row.textOr('street') ?? '').split('\n').filter((line) => line.trim() !== '')
  return {
    ...given('name', row.textOr('party_name')),
    ...(lines.length === 0 ? {} : { lines }),
    ...given('postalCode', row.textOr('postal_code')),
    ...given('city', row.textOr('city')),
    ...given('subdivision', row.relatedOr('subdivision')?.textOr('code')),
    ...given('country', row.relatedOr('country')?.textOr('code')),
  }
}
