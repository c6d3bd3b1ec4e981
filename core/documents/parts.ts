import Type from 'typebox'
import {
  adjustmentKinds,
  adjustmentMethods,
  orderDateEvents,
  orderDateKinds,
  partyRoles,
} from './codes.ts'

/**
 * Nothing but what is listed: a field that came in by a slip of a mapping is a fault, not a
 * passenger.
 */
export const closed = { additionalProperties: false } as const

export const Text = Type.String({ minLength: 1, maxLength: 4096 })
/** A partner's code as it stood in the message. */
export const Given = Type.String({ minLength: 1, maxLength: 80 })
/** Decimal text in its one spelling (core/std/decimal.ts). */
export const DecimalText = Type.String({
  pattern: '^-?(0|[1-9][0-9]{0,59})(\\.[0-9]{0,59}[1-9])?$',
})
/**
 * An integer number of the currency's minor units, as text: money sums stay exact in any JSON
 * reader.
 */
export const MinorText = Type.String({ pattern: '^-?(0|[1-9][0-9]{0,59})$' })
export const Currency = Type.String({ format: 'currency' })
export const DateText = Type.String({ format: 'date' })
export const TimeText = Type.String({ pattern: '^[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,2})?)?$' })
/** `Z`, an offset such as `-05:00`, or a name such as `America/New_York`. */
export const Zone = Type.String({
  pattern: '^(Z|[+-][0-9]{2}:[0-9]{2}|[A-Z][A-Za-z_]+(/[A-Za-z_+-]+)+)$',
})

/**
 * `scheme` says what the value is in every standard's words, `owner` who assigned it where that
 * matters, and `givenScheme` the partner's qualifier where there is one, which answers echo and
 * cross-references use.
 */
export const Identifier = Type.Object({
  scheme: Text,
  value: Text,
  owner: Type.Optional(Type.Enum(['buyer', 'seller', 'manufacturer'])),
  givenScheme: Type.Optional(Given),
}, closed)

const Address = Type.Object({
  lines: Type.Optional(Type.Array(Text)),
  city: Type.Optional(Text),
  /** State or province. */
  region: Type.Optional(Text),
  postalCode: Type.Optional(Text),
  country: Type.Optional(Text),
}, closed)

export const Contact = Type.Object({
  role: Type.Optional(Text),
  givenRole: Given,
  name: Type.Optional(Text),
  /** Telephone, mail and so on; an unlisted channel is `other`. */
  channels: Type.Optional(Type.Array(Type.Object({
    kind: Type.Enum(['telephone', 'mobile', 'fax', 'email', 'extension', 'url', 'other']),
    givenKind: Given,
    value: Text,
  }, closed))),
}, closed)

export const Reference = Type.Object({
  scheme: Text,
  givenScheme: Type.Optional(Given),
  value: Type.Optional(Text),
  description: Type.Optional(Text),
  on: Type.Optional(DateText),
}, closed)

export const Note = Type.Object({
  /** What the note is about, in the partner's words. */
  subject: Type.Optional(Text),
  /** A thousand MSG of 264 characters are one note. */
  text: Type.String({ minLength: 1, maxLength: 300_000 }),
}, closed)

/**
 * `unit` is UNECE Recommendation 20, with Recommendation 21 packages as `X..`; `givenUnit` the
 * partner's code.
 */
export const Quantity = Type.Object({
  value: DecimalText,
  unit: Text,
  givenUnit: Given,
}, closed)

/** A measure that nothing is reckoned with: its unit stays the partner's. */
export const Measure = Type.Object({
  kind: Type.Optional(Text),
  value: DecimalText,
  givenUnit: Type.Optional(Given),
}, closed)

/** `value` buys `per.value` of `per.unit`; `basis` is X12 data element 639 as given. */
export const Price = Type.Object({
  value: DecimalText,
  currency: Currency,
  per: Type.Object({ value: DecimalText, unit: Text }, closed),
  givenBasis: Type.Optional(Given),
}, closed)

/**
 * A local date with its kind. A time stands only with its zone; where the message gives a time and
 * nobody knows the zone, the digits stay in `givenTime` and mean nothing more.
 */
export const OrderDate = Type.Object({
  kind: Type.Enum([...orderDateKinds]),
  of: Type.Enum([...orderDateEvents]),
  givenKind: Type.Optional(Given),
  on: Type.Optional(DateText),
  /** Last day, where the message gives a range. */
  through: Type.Optional(DateText),
  time: Type.Optional(TimeText),
  zone: Type.Optional(Zone),
  givenTime: Type.Optional(Given),
  /** A period that is neither a day nor a range of days, as given. */
  givenPeriod: Type.Optional(Text),
}, { ...closed, dependentRequired: { time: ['zone', 'on'], zone: ['time'], through: ['on'] } })

/** An allowance or a charge; `changesTotal` says whether it changes what the invoice will ask. */
export const Adjustment = Type.Object({
  kind: Type.Enum([...adjustmentKinds]),
  method: Type.Enum([...adjustmentMethods]),
  changesTotal: Type.Boolean(),
  /** X12 data element 1300, or an agency's own code with the agency before it (`VI:CTNS`). */
  code: Type.Optional(Text),
  amountMinor: Type.Optional(MinorText),
  currency: Type.Optional(Currency),
  percent: Type.Optional(DecimalText),
  givenPercentBasis: Type.Optional(Given),
  rate: Type.Optional(DecimalText),
  quantity: Type.Optional(Measure),
  description: Type.Optional(Text),
  reference: Type.Optional(Text),
}, { ...closed, dependentRequired: { amountMinor: ['currency'] } })

export const Tax = Type.Object({
  /**
   * X12 data element 963 as given; absent where the message only gives an identification or an
   * exemption.
   */
  givenKind: Type.Optional(Given),
  changesTotal: Type.Boolean(),
  amountMinor: Type.Optional(MinorText),
  currency: Type.Optional(Currency),
  percent: Type.Optional(DecimalText),
  taxableMinor: Type.Optional(MinorText),
  givenExemption: Type.Optional(Given),
  givenJurisdiction: Type.Optional(Given),
  identification: Type.Optional(Text),
}, { ...closed, dependentRequired: { amountMinor: ['currency'], taxableMinor: ['currency'] } })

export const Party = Type.Object({
  role: Type.Enum([...partyRoles]),
  /** Absent in what did not come as X12. */
  givenRole: Type.Optional(Given),
  /** Our own id of the party, from the cross-reference. */
  party: Type.Optional(Text),
  identifiers: Type.Optional(Type.Array(Identifier)),
  name: Type.Optional(Text),
  moreNames: Type.Optional(Type.Array(Text)),
  address: Type.Optional(Address),
  contacts: Type.Optional(Type.Array(Contact)),
  references: Type.Optional(Type.Array(Reference)),
}, closed)

export const Freight = Type.Object({
  /** Who pays the freight, X12 data element 146 as given. */
  givenPayment: Given,
  incoterm: Type.Optional(Text),
  /** Where title or risk passes. */
  givenPlace: Type.Optional(Given),
  place: Type.Optional(Text),
  titlePasses: Type.Optional(Text),
}, closed)

export const Carriage = Type.Object({
  carrier: Type.Optional(Identifier),
  routing: Type.Optional(Text),
  givenMode: Type.Optional(Given),
  givenSequence: Type.Optional(Given),
  givenServices: Type.Optional(Type.Array(Given)),
}, closed)

export const Terms = Type.Object({
  givenType: Type.Optional(Given),
  givenBasis: Type.Optional(Given),
  discountPercent: Type.Optional(DecimalText),
  discountMinor: Type.Optional(MinorText),
  discountDueOn: Type.Optional(DateText),
  discountDays: Type.Optional(DecimalText),
  netDueOn: Type.Optional(DateText),
  netDays: Type.Optional(DecimalText),
  deferredMinor: Type.Optional(MinorText),
  deferredDueOn: Type.Optional(DateText),
  dayOfMonth: Type.Optional(DecimalText),
  description: Type.Optional(Text),
}, closed)

/** The order a document answers or bills, in the buyer's words. */
export const OrderReference = Type.Object({
  number: Text,
  release: Type.Optional(Text),
  orderedOn: Type.Optional(DateText),
}, closed)
