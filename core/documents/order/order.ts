import { documentParser } from '#core/documents/parser.ts'
import { Order, orderSchemaName } from './schema.ts'

const parser = documentParser<Order>(Order, orderSchemaName)

/** Where a value is no order, field by field; empty if it is one. */
export const orderSchemaFaults = parser.schemaFaults

/**
 * The value as an order. Throws DOCUMENT_INVALID with the first field that does not fit and why.
 */
export const parseOrder = parser.parse

/**
 * The natural key of an order below its relationship: buyer, number and release number (DESIGN §6).
 * The buyer is our own id of it where it is known, else its first identifier, else its name; an
 * order without a named buyer is the relationship's own.
 */
export function orderKey(order: Order): string {
  const buyer = order.parties?.find((party) => party.role === 'buyer')
  const identifier = buyer?.identifiers?.[0]
  const buyerKey =
    buyer?.party ??
    (identifier === undefined
      ? (buyer?.name ?? '')
      : `${identifier.givenScheme ?? ''}:${identifier.value}`)
  return JSON.stringify([buyerKey, order.number, order.release ?? ''])
}
