/**
 * A sale as the mapping makes it (mappings/order-to-tryton-sale/target.schema.json says it whole).
 * Parties, products and the like are named by the codes that Tryton's own users see.
 */
export interface SaleDraft {
  /** The buyer's order number. */
  readonly reference: string
  readonly party: string
  /** Who is invoiced, where that is another party. */
  readonly invoiceParty?: string
  readonly shipTo?: ShipTo
  readonly orderedOn: string
  /** When the buyer wants the goods to leave, at the earliest. */
  readonly shippingOn?: string
  /** ISO 4217; the company's own where it is absent. */
  readonly currency?: string
  readonly comment?: string
  readonly lines: readonly LineDraft[]
}

export interface ShipTo {
  readonly party?: string
  readonly name?: string
  readonly address?: {
    readonly lines?: readonly string[]
    readonly city?: string
    readonly postalCode?: string
  }
}

export interface LineDraft {
  /** Ours: 1, 2, 3; it becomes the line's sequence, by which answers are told apart. */
  readonly position: number
  readonly product: string
  /** Decimal text, above zero. */
  readonly quantity: string
  /** Symbol or name of a unit; absent, the product's own sales unit. */
  readonly unit?: string
  /** Decimal text per unit; absent, Tryton's own price. */
  readonly unitPrice?: string
}

/** What `createSale` takes, as far as it must hold before anything is sent. */
export const saleDraftSchema = {
  type: 'object',
  required: ['reference', 'party', 'orderedOn', 'lines'],
  properties: {
    reference: { type: 'string', minLength: 1 },
    party: { type: 'string', minLength: 1 },
    orderedOn: { type: 'string', format: 'date' },
    shippingOn: { type: 'string', format: 'date' },
    lines: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['position', 'product', 'quantity'],
        properties: {
          position: { type: 'integer', minimum: 1 },
          product: { type: 'string', minLength: 1 },
          quantity: { type: 'string', minLength: 1 },
          unit: { type: 'string', minLength: 1 },
          unitPrice: { type: 'string', minLength: 1 },
        },
      },
    },
  },
} as const
