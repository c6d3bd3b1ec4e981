import Type from 'typebox'

import {
  Id, nullable, oneOf, pageSchema, PartnerFilter, Since, Stream, Time,
} from '../../schemas.ts'

const item = {
  id: Id,
  kind: Type.String({ description: 'As order, ship-notice, invoice.' }),
  number: Type.String({ description: 'The number its maker gave it.' }),
  partner: Id,
  tradeId: Id,
  messageId: Id,
  status: Type.String(),
  createdAt: Time,
}

export const DocumentPage = pageSchema(Type.Object(item, { title: 'DocumentItem' }))

export const DocumentView = Type.Object({
  ...item,
  stream: Stream,
  direction: oneOf(['in', 'out'], 'Seen from the hub.'),
  setId: nullable(Id),
  mapping: Type.String({ description: 'The mapping that made it.' }),
  mappingHash: Type.String({ description: 'Which version of it, exactly.' }),
  body: Type.Unknown({ description: 'The canonical document, in the schema of its kind.' }),
}, { title: 'Document' })

const exact = (description: string) => Type.Optional(Type.String({ maxLength: 200, description }))

export const DocumentFilters = {
  kind: exact('Exact.'),
  number: exact('Exact.'),
  partner: PartnerFilter,
  stream: Type.Optional(Stream),
  message: Type.Optional(Id),
  since: Since,
}
