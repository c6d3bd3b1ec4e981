import Type from 'typebox'

import {
  Id, nullable, oneOf, pageSchema, PartnerFilter, Since, Stream, Time,
} from '../../schemas.ts'

export const documentItem = {
  id: Id,
  kind: Type.String({ description: 'As order, ship-notice, invoice.' }),
  number: Type.String({ description: 'The number its maker gave it.' }),
  partner: Id,
  tradeId: Id,
  messageId: Id,
  status: Type.String(),
  outcome: nullable(oneOf(
    ['sent', 'received', 'accepted', 'accepted_with_errors', 'rejected', 'overdue'],
    'Of a document of ours: what its receiver made of it.',
  )),
  createdAt: Time,
}

export const DocumentPage = pageSchema(Type.Object(documentItem, { title: 'DocumentItem' }))

export const DocumentView = Type.Object({
  ...documentItem,
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
