import Type, { type Static } from 'typebox'
import {
  DateText, DecimalText, Given, Identifier, Note, OrderDate, Party, Quantity, Reference, Text,
  TimeText, Zone, closed,
} from '#core/documents/parts.ts'

/** A measure with a unit of UNECE Recommendation 20. */
const Weight = Type.Object({ value: DecimalText, unit: Text }, closed)

const Lot = Type.Object({
  number: Text,
  quantity: Type.Optional(DecimalText),
  expiresOn: Type.Optional(DateText),
}, closed)

const NoticeLine = Type.Object({
  position: Type.Integer({ minimum: 1 }),
  /** The partner's own number of the order's line. */
  number: Text,
  product: Type.Optional(Text),
  ids: Type.Optional(Type.Array(Identifier)),
  descriptions: Type.Optional(Type.Array(Text)),
  ordered: Type.Optional(Quantity),
  shipped: Quantity,
  status: Type.Optional(Type.Enum(['complete', 'partial', 'backordered', 'cancelled'])),
  lots: Type.Optional(Type.Array(Lot)),
}, closed)

const NoticeOrder = Type.Object({
  number: Text,
  release: Type.Optional(Text),
  orderedOn: Type.Optional(DateText),
  parties: Type.Optional(Type.Array(Party)),
  references: Type.Optional(Type.Array(Reference)),
  lines: Type.Array(NoticeLine, { minItems: 1 }),
}, closed)

/** What lies in a pack, by the order and the partner's number of its line. */
const Content = Type.Object({
  order: Text,
  line: Text,
  quantity: Quantity,
  lots: Type.Optional(Type.Array(Lot)),
}, closed)

const Pack = Type.Object({
  /** Ours, within this document. */
  id: Text,
  /** A `tare` (pallet) holds packs, a `pack` (carton) holds goods. */
  kind: Type.Enum(['tare', 'pack']),
  /** The id of the tare it stands on. */
  within: Type.Optional(Text),
  /** Serial shipping container code: eighteen digits, the last a check digit. */
  sscc: Type.Optional(Type.String({ pattern: '^[0-9]{18}$' })),
  trackingNumber: Type.Optional(Text),
  /** Packaging code (X12 data element 103, as CTN25). */
  packaging: Type.Optional(Given),
  weight: Type.Optional(Weight),
  contents: Type.Optional(Type.Array(Content)),
}, closed)

export const shipNoticeSchemaName = 'canonical/ship-notice.v1'

/**
 * What left, in which packs: 856, DESADV. It is neutral as to how a partner nests shipment, order,
 * pack and item: the agreement says that to the mapping.
 */
export const ShipNotice = Type.Object({
  schema: Type.Literal('ship-notice.v1'),
  /** The shipper's own number of the shipment. */
  number: Text,
  purpose: Type.Enum(['original', 'replacement', 'cancellation']),
  shippedOn: DateText,
  time: Type.Optional(TimeText),
  zone: Type.Optional(Zone),
  expectedOn: Type.Optional(DateText),
  dates: Type.Optional(Type.Array(OrderDate)),
  carrier: Type.Optional(Type.Object({
    identifier: Type.Optional(Identifier),
    name: Type.Optional(Text),
    givenMode: Type.Optional(Given),
  }, closed)),
  trackingNumber: Type.Optional(Text),
  billOfLading: Type.Optional(Text),
  equipment: Type.Optional(Type.Object({
    initial: Type.Optional(Text), number: Text, seal: Type.Optional(Text),
  }, closed)),
  weight: Type.Optional(Weight),
  /** How many packages left. */
  packages: Type.Optional(DecimalText),
  packaging: Type.Optional(Given),
  parties: Type.Optional(Type.Array(Party)),
  references: Type.Optional(Type.Array(Reference)),
  notes: Type.Optional(Type.Array(Note)),
  orders: Type.Array(NoticeOrder, { minItems: 1 }),
  packs: Type.Optional(Type.Array(Pack)),
}, { ...closed, dependentRequired: { time: ['zone'] }, $id: shipNoticeSchemaName })

export type ShipNotice = Static<typeof ShipNotice>
export type NoticeLine = Static<typeof NoticeLine>
export type Pack = Static<typeof Pack>
