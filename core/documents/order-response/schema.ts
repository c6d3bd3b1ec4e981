import Type, { type Static } from 'typebox'
import {
  Currency, DateText, Given, Identifier, Note, OrderDate, OrderReference, Party, Price, Quantity,
  Reference, Text, closed,
} from '#core/documents/parts.ts'

/** What becomes of one part of a line; a line may have several (six now, four later). */
export const partOutcomes = [
  'accepted',
  'quantity_changed',
  'price_changed',
  'date_changed',
  'changed',
  'backordered',
  'substituted',
  'rejected',
  'cancelled',
] as const

const Part = Type.Object({
  outcome: Type.Enum([...partOutcomes]),
  quantity: Quantity,
  /** Where it differs from what was ordered, or the order named none. */
  price: Type.Optional(Price),
  dates: Type.Optional(Type.Array(OrderDate)),
  substitute: Type.Optional(Type.Object({
    product: Type.Optional(Text),
    ids: Type.Array(Identifier, { minItems: 1 }),
  }, closed)),
  reason: Type.Optional(Text),
}, closed)

const ResponseLine = Type.Object({
  position: Type.Integer({ minimum: 1 }),
  /** The partner's own number of the order's line. */
  number: Text,
  product: Type.Optional(Text),
  ids: Type.Optional(Type.Array(Identifier)),
  descriptions: Type.Optional(Type.Array(Text)),
  /** As it was ordered. */
  quantity: Quantity,
  price: Type.Optional(Price),
  parts: Type.Array(Part, { minItems: 1 }),
}, closed)

const responseOutcomes = ['accepted', 'accepted_with_changes', 'rejected'] as const

export const orderResponseSchemaName = 'canonical/order-response.v1'

/** What a seller says to an order: 855, ORDRSP. */
export const OrderResponse = Type.Object({
  schema: Type.Literal('order-response.v1'),
  /** The seller's own, where it has one. */
  number: Text,
  purpose: Type.Enum(['original', 'replacement']),
  respondedOn: DateText,
  outcome: Type.Enum([...responseOutcomes]),
  reason: Type.Optional(Text),
  order: OrderReference,
  /** The type of the order as its buyer gave it, which an 855 repeats. */
  givenType: Type.Optional(Given),
  currency: Currency,
  parties: Type.Optional(Type.Array(Party)),
  dates: Type.Optional(Type.Array(OrderDate)),
  references: Type.Optional(Type.Array(Reference)),
  notes: Type.Optional(Type.Array(Note)),
  lines: Type.Array(ResponseLine, { minItems: 1 }),
}, { ...closed, $id: orderResponseSchemaName })

export type OrderResponse = Static<typeof OrderResponse>
export type ResponseLine = Static<typeof ResponseLine>
