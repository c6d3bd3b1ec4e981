import Type, { type Static } from 'typebox'
import {
  DateText, Given, Note, Party, Reference, Text, closed,
} from '#core/documents/parts.ts'

/** What is wrong with one thing, in the receiver's words. */
const BusinessError = Type.Object({
  /** X12 data element 647, as given. */
  givenCode: Type.Optional(Given),
  text: Type.Optional(Text),
  /** The segment and element it is about, and the value that stood there, where they are told. */
  segment: Type.Optional(Given),
  element: Type.Optional(Given),
  value: Type.Optional(Text),
}, closed)

/** What is said of one document of ours. */
const Item = Type.Object({
  outcome: Type.Enum(['accepted', 'accepted_with_changes', 'rejected', 'unstated']),
  givenOutcome: Type.Optional(Given),
  /** ST01 of the set it is about, and its number as the receiver saw it. */
  setType: Type.Optional(Text),
  number: Type.Optional(Text),
  givenNumberKind: Type.Optional(Given),
  /** GS06 and ST02 of the set it is about. */
  groupControl: Type.Optional(Text),
  setControl: Type.Optional(Text),
  references: Type.Optional(Type.Array(Reference)),
  errors: Type.Optional(Type.Array(BusinessError)),
}, closed)

export const businessAcknowledgementSchemaName = 'canonical/business-acknowledgement.v1'

/** What a partner's business, not its syntax check, says of what we sent: 824, 864, APERAK. */
export const BusinessAcknowledgement = Type.Object({
  schema: Type.Literal('business-acknowledgement.v1'),
  number: Text,
  purpose: Type.Enum(['original', 'replacement', 'cancellation']),
  /** An application's advice, or a text for a person to read. */
  kind: Type.Enum(['application_advice', 'text']),
  givenType: Type.Optional(Given),
  dated: Type.Optional(DateText),
  subject: Type.Optional(Text),
  parties: Type.Optional(Type.Array(Party)),
  references: Type.Optional(Type.Array(Reference)),
  items: Type.Optional(Type.Array(Item)),
  notes: Type.Optional(Type.Array(Note)),
}, { ...closed, $id: businessAcknowledgementSchemaName })

export type BusinessAcknowledgement = Static<typeof BusinessAcknowledgement>
