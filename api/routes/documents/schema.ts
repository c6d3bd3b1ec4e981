import Type from 'typebox'

import {
  Id, listOf, nullable, oneOf, pageSchema, PartnerFilter, Since, Stream, Time, Verdict,
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

const SentSet = Type.Object({
  type: Type.String({ description: 'ST01.' }),
  release: Type.String({ description: 'GS08.' }),
  interchangeControl: nullable(Type.String({ description: 'ISA13.' })),
  groupControl: nullable(Type.String({ description: 'GS06.' })),
  control: nullable(Type.String({ description: 'ST02.' })),
  messageId: nullable(Id),
  outcome: nullable(Verdict),
  acknowledgeBy: nullable(Time),
  acknowledgedAt: nullable(Time),
  createdAt: Time,
}, { title: 'SentSet', description: 'Numbers and messageId are null until it is enveloped.' })

const Heard = Type.Object({
  kind: Type.String({ description: '997, 999 or TA1.' }),
  outcome: Verdict,
  says: nullable(Type.String({ description: 'Why, in words.' })),
  messageId: nullable(Id),
  at: Time,
}, { title: 'Heard', description: 'What its receiver said of one of the sets.' })

const Speaking = Type.Object({
  id: Id, kind: Type.String(), number: Type.String(), messageId: Id, createdAt: Time,
}, { title: 'Speaking' })

export const DocumentView = Type.Object({
  ...documentItem,
  stream: Stream,
  direction: oneOf(['in', 'out'], 'Seen from the hub.'),
  setId: nullable(Id),
  mapping: Type.String({ description: 'The mapping that made it.' }),
  mappingHash: Type.String({ description: 'Which version of it, exactly.' }),
  body: Type.Unknown({ description: 'The canonical document, in the schema of its kind.' }),
  sets: listOf(SentSet, 'What was made of it to be sent, the oldest first.'),
  acknowledgements: listOf(Heard, 'What was said of these sets, the oldest first.'),
  spokenOfBy: listOf(Speaking, 'Documents that speak of it: an advice (824), a text (864).'),
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
