import Type, { type Static } from 'typebox'
import {
  DateText, Identifier, Note, OrderReference, Party, Quantity, Reference, Text, closed,
} from '#core/documents/parts.ts'

/** What a buyer made of a part of what it received. */
const Condition = Type.Object({
  kind: Type.Enum(['accepted', 'rejected', 'damaged', 'short', 'over', 'held', 'returned']),
  quantity: Quantity,
  reason: Type.Optional(Text),
}, closed)

const ReceiptLine = Type.Object({
  position: Type.Integer({ minimum: 1 }),
  /** The buyer's own number of the order's line. */
  number: Text,
  order: Type.Optional(OrderReference),
  product: Type.Optional(Text),
  ids: Type.Optional(Type.Array(Identifier)),
  received: Quantity,
  conditions: Type.Optional(Type.Array(Condition)),
}, closed)

export const receiptSchemaName = 'canonical/receipt.v1'

/** What a buyer says it received: 861, RECADV. */
export const Receipt = Type.Object({
  schema: Type.Literal('receipt.v1'),
  number: Text,
  purpose: Type.Enum(['original', 'replacement', 'cancellation']),
  receivedOn: DateText,
  order: Type.Optional(OrderReference),
  /** The shipper's number of the shipment. */
  shipment: Type.Optional(Text),
  parties: Type.Optional(Type.Array(Party)),
  references: Type.Optional(Type.Array(Reference)),
  notes: Type.Optional(Type.Array(Note)),
  lines: Type.Array(ReceiptLine, { minItems: 1 }),
}, { ...closed, $id: receiptSchemaName })

export type Receipt = Static<typeof Receipt>
