import Type, { type Static } from 'typebox'
import {
  Carriage, Currency, DateText, DecimalText, Freight, Given, Identifier, MinorText, Note, OrderDate,
  OrderReference, Party, Price, Quantity, Reference, Terms, Text, closed,
} from '#core/documents/parts.ts'

/** An allowance or a charge: on an invoice each changes the total. Amounts are never negative. */
const InvoiceAdjustment = Type.Object({
  kind: Type.Enum(['allowance', 'charge']),
  amountMinor: MinorText,
  /** X12 data element 1300. */
  code: Type.Optional(Text),
  percent: Type.Optional(DecimalText),
  rate: Type.Optional(DecimalText),
  quantity: Type.Optional(Quantity),
  description: Type.Optional(Text),
  reference: Type.Optional(Text),
}, closed)

const InvoiceTax = Type.Object({
  /** X12 data element 963. */
  givenKind: Given,
  amountMinor: MinorText,
  percent: Type.Optional(DecimalText),
  taxableMinor: Type.Optional(MinorText),
  givenJurisdiction: Type.Optional(Given),
  givenExemption: Type.Optional(Given),
  identification: Type.Optional(Text),
}, closed)

const InvoiceLine = Type.Object({
  position: Type.Integer({ minimum: 1 }),
  /** The partner's own number of the order's line. */
  number: Text,
  /** Where an invoice bills several orders. */
  order: Type.Optional(OrderReference),
  product: Type.Optional(Text),
  ids: Type.Optional(Type.Array(Identifier)),
  descriptions: Type.Optional(Type.Array(Text)),
  quantity: Quantity,
  /** How much the price is reckoned on, where that is in another unit: 3 cartons of 41.2 pounds. */
  priceQuantity: Type.Optional(Quantity),
  price: Price,
  /** Quantity times price, before the line's own allowances, charges and taxes. */
  amountMinor: MinorText,
  adjustments: Type.Optional(Type.Array(InvoiceAdjustment)),
  taxes: Type.Optional(Type.Array(InvoiceTax)),
  dates: Type.Optional(Type.Array(OrderDate)),
  references: Type.Optional(Type.Array(Reference)),
}, closed)

const Totals = Type.Object({
  linesMinor: MinorText,
  allowancesMinor: Type.Optional(MinorText),
  chargesMinor: Type.Optional(MinorText),
  taxMinor: Type.Optional(MinorText),
  totalMinor: MinorText,
  /** What a discount of the terms is reckoned on. */
  discountableMinor: Type.Optional(MinorText),
}, closed)

export const invoiceSchemaName = 'canonical/invoice.v1'

/** What is to be paid: 810, INVOIC. Amounts are integers of the currency's minor units. */
export const Invoice = Type.Object({
  schema: Type.Literal('invoice.v1'),
  number: Text,
  purpose: Type.Enum(['original', 'replacement', 'cancellation']),
  invoicedOn: DateText,
  dueOn: Type.Optional(DateText),
  currency: Currency,
  /** Of a line's amount on its own, or of the sum of exact amounts. */
  rounding: Type.Enum(['line', 'document']),
  /** Absent where each line names its own. */
  order: Type.Optional(OrderReference),
  shipments: Type.Optional(Type.Array(Type.Object({
    number: Text, shippedOn: Type.Optional(DateText),
  }, closed))),
  parties: Type.Optional(Type.Array(Party)),
  dates: Type.Optional(Type.Array(OrderDate)),
  terms: Type.Optional(Type.Array(Terms)),
  freight: Type.Optional(Type.Array(Freight)),
  carriage: Type.Optional(Type.Array(Carriage)),
  references: Type.Optional(Type.Array(Reference)),
  notes: Type.Optional(Type.Array(Note)),
  lines: Type.Array(InvoiceLine, { minItems: 1 }),
  adjustments: Type.Optional(Type.Array(InvoiceAdjustment)),
  taxes: Type.Optional(Type.Array(InvoiceTax)),
  totals: Totals,
}, { ...closed, $id: invoiceSchemaName })

export type Invoice = Static<typeof Invoice>
export type InvoiceLine = Static<typeof InvoiceLine>
export type InvoiceTax = Static<typeof InvoiceTax>
