import Type from 'typebox'
import type { Static } from 'typebox'

import { Id, nullable, pageSchema, query, paging, Time } from '../../schemas.ts'
import type { ApiLimits } from '../../context.ts'

export const Inbox = pageSchema(Type.Object({
  id: Id,
  messageId: Id,
  placedAt: Time,
  collectedAt: Type.Optional(Time),
  sizeBytes: Type.Integer(),
  content: nullable(Type.String({ description: 'Null where it is too large for a list.' })),
}, { title: 'MailboxItem' }))

const decimal = Type.Unsafe<string | number>(
  Type.Union([Type.String({ pattern: '^-?\\d+(\\.\\d+)?$' }), Type.Number()]),
)

/** A sale as the sandbox ERP takes it; what it does not know it keeps as it came. */
export function saleSchema(limits: ApiLimits) {
  return Type.Object({
    // PostgreSQL keeps no NUL in text.
    reference: Type.String({
      minLength: 1, maxLength: 100, pattern: '^[^\\u0000]*$', description: 'The order number.',
    }),
    lines: Type.Array(Type.Object({
      product: Type.String({ description: 'WIDGET-01 to WIDGET-99.' }),
      quantity: decimal,
    }), { minItems: 1, maxItems: limits.sandboxSaleLinesMax }),
  }, { title: 'NewSale' })
}

export const Sale = Type.Object({ id: Id, reference: Type.String(), createdAt: Time }, {
  title: 'Sale', additionalProperties: true,
})

export const SalePage = pageSchema(Sale)

const lines = Type.Boolean({ default: true, description: 'false answers without the lines.' })

export const createQuery = query({ lines })

export function salesQuery(limits: ApiLimits) {
  return query({
    reference: Type.Optional(Type.String({ maxLength: 100, description: 'Exact.' })),
    lines,
    ...paging(limits),
  })
}

export function behaviourSchema(limits: ApiLimits) {
  const every = Type.Optional(Type.Integer({ minimum: 0, description: '0 is off.' }))
  return Type.Object({
    delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: limits.sandboxDelayMaxMs })),
    failEvery: every,
    dropAfterCreateEvery: every,
  }, { title: 'Behaviour', additionalProperties: false })
}

export type NewSale = Static<ReturnType<typeof saleSchema>>
