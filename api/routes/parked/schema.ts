import Type from 'typebox'

import {
  Id, nullable, oneOf, pageSchema, PartnerFilter, Place, Stream, Time,
} from '../../schemas.ts'

const statuses = ['open', 'resumed', 'discarded', 'skipped'] as const
const ParkedStatus = oneOf(statuses, 'Open: a person must act.')
const ParkedKind = oneOf(
  ['message', 'set', 'delivery', 'document', 'bundle', 'feed'], 'What is stuck.',
)

export const ParkedItem = Type.Object({
  id: Id,
  kind: ParkedKind,
  status: ParkedStatus,
  owner: Type.String({ description: 'Whose work it is.' }),
  code: Type.String(),
  says: Type.String(),
  remedy: Type.String(),
  at: Type.Optional(Place),
  stream: nullable(Stream),
  partner: nullable(Id),
  messageId: nullable(Id),
  setId: nullable(Id),
  deliveryId: nullable(Id),
  documentId: nullable(Id),
  createdAt: Time,
  endedAt: nullable(Time),
  endedBy: nullable(Id),
}, { title: 'Parked', description: 'What needs a person: why, where, and what to do.' })

export const ParkedPage = pageSchema(ParkedItem)

export const ParkedFilters = {
  status: Type.Unsafe<string>(
    Type.String({ enum: [...statuses], default: 'open' }),
  ),
  kind: Type.Optional(ParkedKind),
  code: Type.Optional(Type.String({ maxLength: 100, description: 'Exact.' })),
  owner: Type.Optional(Type.String({ maxLength: 100, description: 'Exact.' })),
  stream: Type.Optional(Stream),
  message: Type.Optional(Id),
  partner: PartnerFilter,
}
