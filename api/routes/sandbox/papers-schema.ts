import Type from 'typebox'
import type { Static } from 'typebox'

import { Id, listOf, nullable, query, Time } from '../../schemas.ts'
import type { ApiLimits } from '../../context.ts'

const closed = { additionalProperties: false } as const
const amount = Type.String({ pattern: '^(0|[1-9]\\d{0,17})(\\.\\d{1,6})?$', maxLength: 30 })
const text = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000]*$' })
const number = text(40)
const date = Type.String({ format: 'date' })

/** What its clerk says of a sale; what is left out is as it was ordered. */
export const ConfirmWish = Type.Object({
  outcome: Type.Optional(Type.Enum(['confirmed', 'rejected'])),
  reason: Type.Optional(text(80)),
  lines: Type.Optional(Type.Array(Type.Object({
    number,
    quantity: Type.Optional(amount),
    backordered: Type.Optional(amount),
    unitPrice: Type.Optional(amount),
    shipOn: Type.Optional(date),
  }, closed))),
}, { title: 'SandboxConfirmation', ...closed })

const counted = Type.Object({ number, quantity: amount }, closed)

export const ShipWish = Type.Object({
  lines: Type.Optional(Type.Array(counted)),
  packs: Type.Optional(Type.Array(Type.Object({
    id: text(40),
    pallet: Type.Optional(text(40)),
    lines: Type.Array(counted, { minItems: 1 }),
  }, closed))),
  carrier: Type.Optional(Type.Object({
    scac: Type.String({ pattern: '^[A-Z]{2,4}$' }), name: Type.Optional(text(60)),
  }, closed)),
  trackingNumber: Type.Optional(text(50)),
  billOfLading: Type.Optional(text(50)),
  weightKg: Type.Optional(amount),
}, { title: 'SandboxShipment', ...closed })

const extra = Type.Object({ description: text(80), amount }, closed)

export const InvoiceWish = Type.Object({
  lines: Type.Optional(Type.Array(Type.Object({
    number, quantity: Type.Optional(amount), unitPrice: Type.Optional(amount),
  }, closed))),
  charges: Type.Optional(Type.Array(extra)),
  allowances: Type.Optional(Type.Array(extra)),
  taxPercent: Type.Optional(amount),
  netDays: Type.Optional(Type.Integer({ minimum: 0, maximum: 365 })),
}, { title: 'SandboxInvoice', ...closed })

export type ConfirmWish = Static<typeof ConfirmWish>
export type ShipWish = Static<typeof ShipWish>
export type InvoiceWish = Static<typeof InvoiceWish>

export const PaperShape = Type.Object({
  position: Type.Integer({ description: 'Rises from paper to paper.' }),
  kind: Type.String({ description: 'sale, shipment or invoice.' }),
  saleId: Id,
  number: Type.String({ description: 'The ERP\'s own.' }),
  body: Type.Unknown(),
  createdAt: Time,
}, { title: 'SandboxPaper' })

export const PaperPage = Type.Object({
  items: listOf(PaperShape),
  next: nullable(Type.Integer({ description: 'The position to go on after; null at the end.' })),
})

export function papersQuery(limits: ApiLimits) {
  return query({
    after: Type.Integer({ minimum: 0, default: 0, description: 'A position.' }),
    limit: Type.Integer({ minimum: 1, maximum: limits.pageItemsMax, default: limits.pageItemsMax }),
  })
}
