import Type, { type Static } from 'typebox'
import { orderPurposes, orderTypes } from './codes.ts'
import {
  Adjustment,
  Carriage,
  Contact,
  Currency,
  DateText,
  DecimalText,
  Freight,
  Given,
  Identifier,
  Measure,
  Note,
  OrderDate,
  Party,
  Price,
  Quantity,
  Reference,
  Tax,
  Terms,
  Text,
  closed,
} from '#core/documents/parts.ts'

/** How the goods are packed: counts and measures as the partner gives them. */
const Pack = Type.Object({
  /** Inner packs in one outer pack (PO401). */
  count: Type.Optional(DecimalText),
  /** What one inner pack holds (PO402 and PO403). */
  size: Type.Optional(Measure),
  innerCount: Type.Optional(DecimalText),
  givenPackaging: Type.Optional(Given),
  weight: Type.Optional(Measure),
  volume: Type.Optional(Measure),
  length: Type.Optional(Measure),
  width: Type.Optional(Measure),
  height: Type.Optional(Measure),
}, closed)

/** Part of a line due at its own time. */
const Schedule = Type.Object({
  quantity: Quantity,
  dates: Type.Array(OrderDate, { minItems: 1 }),
  /** Whom this part is for, where the schedule says so. */
  role: Type.Optional(Text),
  name: Type.Optional(Text),
  reference: Type.Optional(Text),
}, closed)

/** Part of a line for one place (SDQ): counts stand per line and destination. */
const Destination = Type.Object({
  /** Our own id of the place, from the cross-reference. */
  party: Type.Optional(Text),
  identifier: Identifier,
  quantity: Quantity,
}, closed)

/** What a line is made of, in detail the partner wants answered with the line (SLN). */
const SubLine = Type.Object({
  number: Text,
  givenRelation: Given,
  ids: Type.Optional(Type.Array(Identifier)),
  quantity: Type.Optional(Measure),
  price: Type.Optional(Type.Object({
    value: DecimalText,
    givenBasis: Type.Optional(Given),
  }, closed)),
  descriptions: Type.Optional(Type.Array(Text)),
}, closed)

/** A price beside the one to be paid: retail, list, catalogue (CTP). */
const ListPrice = Type.Object({
  givenKind: Type.Optional(Given),
  value: DecimalText,
  currency: Currency,
}, closed)

const OrderLine = Type.Object({
  /** Ours: 1, 2, 3 in the order of the message. */
  position: Type.Integer({ minimum: 1 }),
  /** The partner's own number of the line, or our position where it gives none. */
  number: Text,
  /** Our own product, from the cross-reference. */
  product: Text,
  ids: Type.Array(Identifier, { minItems: 1 }),
  descriptions: Type.Optional(Type.Array(Text)),
  quantity: Quantity,
  price: Type.Optional(Price),
  listPrices: Type.Optional(Type.Array(ListPrice)),
  adjustments: Type.Optional(Type.Array(Adjustment)),
  taxes: Type.Optional(Type.Array(Tax)),
  terms: Type.Optional(Type.Array(Terms)),
  dates: Type.Optional(Type.Array(OrderDate)),
  schedules: Type.Optional(Type.Array(Schedule)),
  destinations: Type.Optional(Type.Array(Destination)),
  parties: Type.Optional(Type.Array(Party)),
  contacts: Type.Optional(Type.Array(Contact)),
  freight: Type.Optional(Type.Array(Freight)),
  carriage: Type.Optional(Type.Array(Carriage)),
  references: Type.Optional(Type.Array(Reference)),
  notes: Type.Optional(Type.Array(Note)),
  packs: Type.Optional(Type.Array(Pack)),
  measures: Type.Optional(Type.Array(Measure)),
  givenConditions: Type.Optional(Type.Array(Given)),
  subLines: Type.Optional(Type.Array(SubLine)),
}, closed)

/** What the sender says it sent; checked by `checkOrder`. */
const ControlTotals = Type.Object({
  lines: Type.Optional(DecimalText),
  /** The sum of the ordered quantities as the sender reckons it (CTT02). */
  quantityHash: Type.Optional(DecimalText),
  amounts: Type.Optional(Type.Array(Type.Object({
    givenKind: Given,
    value: DecimalText,
  }, closed))),
}, closed)

/** The name mappings and agreements use. */
export const orderSchemaName = 'canonical/order.v1'

/**
 * A purchase order, whatever it came as. Local dates stay local; prices are decimal text at any
 * scale; amounts are integers of minor units as text; a list that is absent is empty.
 */
export const Order = Type.Object({
  schema: Type.Literal('order.v1'),
  number: Text,
  /** Release of a blanket order (BEG04). */
  release: Type.Optional(Text),
  purpose: Type.Enum([...orderPurposes]),
  givenPurpose: Given,
  type: Type.Enum([...orderTypes]),
  givenType: Given,
  orderedOn: DateText,
  currency: Currency,
  /** What the buyer wants as an answer (X12 data element 587), as given. */
  givenResponse: Type.Optional(Given),
  parties: Type.Optional(Type.Array(Party)),
  contacts: Type.Optional(Type.Array(Contact)),
  dates: Type.Optional(Type.Array(OrderDate)),
  terms: Type.Optional(Type.Array(Terms)),
  freight: Type.Optional(Type.Array(Freight)),
  carriage: Type.Optional(Type.Array(Carriage)),
  adjustments: Type.Optional(Type.Array(Adjustment)),
  taxes: Type.Optional(Type.Array(Tax)),
  references: Type.Optional(Type.Array(Reference)),
  notes: Type.Optional(Type.Array(Note)),
  givenConditions: Type.Optional(Type.Array(Given)),
  lines: Type.Array(OrderLine, { minItems: 1 }),
  controlTotals: Type.Optional(ControlTotals),
}, { ...closed, $id: orderSchemaName })

export type Order = Static<typeof Order>
export type OrderLine = Static<typeof OrderLine>
