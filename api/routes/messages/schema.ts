import Type from 'typebox'

import {
  deliveryStatuses, FaultShape, Id, listOf, messageStatuses, nullable, oneOf, pageSchema, paging,
  PartnerFilter, query, Since, Stream, Time, Verdict,
} from '../../schemas.ts'
import type { ApiLimits } from '../../context.ts'

const Direction = oneOf(['in', 'out'], 'Seen from the hub.')
const MessageStatus = oneOf(
  messageStatuses, 'How the message stands; an outbound one, as its worst delivery.',
)
const setStatuses = ['due', 'applied', 'waiting', 'parked', 'rejected', 'duplicate'] as const

export const Accepted = Type.Object({ id: Id }, {
  title: 'MessageAccepted',
  description: 'The message is committed: bytes, sender and time.',
})

const SetView = Type.Object({
  type: Type.String({ description: 'ST01.' }),
  control: Type.String({ description: 'ST02.' }),
  verdict: Verdict,
  status: oneOf(setStatuses, 'What became of the set.'),
}, { title: 'Set' })

const GroupView = Type.Object({
  control: Type.String({ description: 'GS06.' }),
  release: Type.String({ description: 'GS08.' }),
  verdict: Verdict,
  sets: listOf(SetView),
}, { title: 'Group' })

const InterchangeView = Type.Object({
  standard: Type.String(),
  control: Type.String({ description: 'ISA13.' }),
  verdict: Verdict,
  groups: listOf(GroupView),
}, { title: 'Interchange' })

const AcknowledgementView = Type.Object({
  kind: Type.String(),
  direction: Direction,
  outcome: Verdict,
  messageId: nullable(Id),
}, { title: 'Acknowledgement', description: 'messageId is null until it is enveloped.' })

const DeliveryBrief = Type.Object({
  id: Id,
  endpoint: Type.String({ description: 'The name of the endpoint.' }),
  status: oneOf(deliveryStatuses, 'How the delivery stands.'),
  attempts: Type.Integer(),
}, { title: 'DeliveryBrief' })

const Wait = Type.Object({ what: Type.String(), key: Type.String(), until: Type.String() }, {
  title: 'Wait', description: 'What has to arrive, and until when it is waited for.',
})

export const MessageView = Type.Object({
  id: Id,
  direction: Direction,
  stream: nullable(Stream),
  status: MessageStatus,
  interchanges: listOf(InterchangeView),
  documents: listOf(Type.Object({ id: Id, kind: Type.String(), number: Type.String() })),
  acknowledgements: listOf(AcknowledgementView),
  deliveries: listOf(
    DeliveryBrief, 'Those this message caused; of an outbound message, its own.',
  ),
  faults: listOf(FaultShape),
  duplicateOf: Type.Optional(Id),
  waitsFor: Type.Optional(listOf(Wait)),
}, { title: 'Message' })

const MessageItem = Type.Object({
  id: Id,
  direction: Direction,
  stream: nullable(Stream),
  status: MessageStatus,
  standard: nullable(Type.String()),
  partner: nullable(Id),
  contentType: Type.String(),
  sizeBytes: Type.Integer(),
  receivedAt: Time,
  duplicateOf: Type.Optional(Id),
}, { title: 'MessageItem' })

export const MessagePage = pageSchema(MessageItem)

export function messagesQuery(limits: ApiLimits) {
  return query({
    status: Type.Optional(MessageStatus),
    direction: Type.Optional(Direction),
    stream: Type.Optional(Stream),
    partner: PartnerFilter,
    since: Since,
    ...paging(limits),
  })
}

export const Timeline = Type.Object({
  items: listOf(Type.Object({
    id: Id,
    kind: Type.String(),
    subjectId: nullable(Id),
    facts: Type.Unknown(),
    at: Time,
  }, { title: 'Event' })),
  next: Type.Null(),
})

/** Bytes: a stream, which no serializer touches. */
export const Content = Type.Unsafe<unknown>(Type.String({ format: 'binary' }))
