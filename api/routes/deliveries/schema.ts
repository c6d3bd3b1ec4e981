import Type from 'typebox'

import {
  deliveryStatuses, Id, listOf, nullable, oneOf, pageSchema, PartnerFilter, Stream, Time,
} from '../../schemas.ts'

const DeliveryStatus = oneOf(deliveryStatuses, 'How the delivery stands.')

const item = {
  id: Id,
  endpoint: Type.String({ description: 'The name of the endpoint.' }),
  operation: Type.String(),
  reference: Type.String({ description: 'By what the other side can be asked for it.' }),
  stream: Stream,
  status: DeliveryStatus,
  attempts: Type.Integer({ description: 'Look-ups count.' }),
  nextAt: nullable(Time),
  messageId: Id,
  sourceMessageId: Id,
  documentId: nullable(Id),
  partner: nullable(Id),
  createdAt: Time,
  finishedAt: nullable(Time),
}

const Attempt = Type.Object({
  number: Type.Integer(),
  action: oneOf(['send', 'look_up'], 'Sent, or asked whether it is there.'),
  fate: oneOf(['delivered', 'not_sent', 'refused', 'unknown', 'missing'], 'What became of it.'),
  httpStatus: nullable(Type.Integer()),
  code: nullable(Type.String()),
  says: nullable(Type.String()),
  startedAt: Time,
  endedAt: nullable(Time),
}, { title: 'Attempt' })

export const DeliveryPage = pageSchema(Type.Object(item, { title: 'DeliveryItem' }))

export const DeliveryView = Type.Object({
  ...item,
  result: Type.Unknown({ description: 'What the other side gave back.' }),
  history: listOf(Attempt),
}, { title: 'Delivery' })

export const DeliveryFilters = {
  status: Type.Optional(DeliveryStatus),
  endpoint: Type.Optional(Type.String({ maxLength: 200, description: 'Exact name.' })),
  stream: Type.Optional(Stream),
  message: Type.Optional(Id),
  partner: PartnerFilter,
}
