import Type from 'typebox'

import { Id, listOf, nullable, pageSchema, Stream, Time } from '../../schemas.ts'

const free = Type.Unsafe<unknown>(Type.Object({}, { additionalProperties: true }))
const Side = Type.Object({
  qualifier: Type.String({ description: 'ISA05 or ISA07.' }),
  id: Type.String({ description: 'ISA06 or ISA08, without the blanks.' }),
  group: Type.String({ description: 'GS02 or GS03.' }),
})

export const PartnerPage = pageSchema(Type.Object({
  id: Id,
  name: Type.String(),
  hosted: Type.Boolean({ description: 'Whether we trade on its behalf.' }),
  identifiers: listOf(Type.Object({
    scheme: Type.String(),
    value: Type.String(),
    owner: nullable(Id),
  })),
  createdAt: Time,
}, { title: 'Partner' }))

const agreement = {
  id: Id,
  direction: Type.String(),
  document: Type.String(),
  set: Type.String(),
  release: Type.String(),
  mapping: nullable(Type.String()),
  settings: nullable(free),
}

export const AgreementPage = pageSchema(Type.Object({
  ...agreement, stream: Stream, relationship: Id, partner: Id, createdAt: Time,
}, { title: 'Agreement', description: 'A partner\'s key sees what is agreed, not how we do it.' }))

export const RelationshipPage = pageSchema(Type.Object({
  id: Id,
  stream: Stream,
  standard: Type.String(),
  partner: Id,
  host: Id,
  their: Side,
  our: Side,
  endpoint: nullable(Type.String()),
  settings: nullable(free),
  agreements: listOf(Type.Object(agreement)),
  createdAt: Time,
}, {
  title: 'Relationship',
  description: 'A partner\'s key sees what is agreed, not how we do it.',
}))

const ShownFault = nullable(Type.Object({ code: Type.String(), says: Type.String() }))

export const EndpointPage = pageSchema(Type.Object({
  id: Id,
  stream: Stream,
  name: Type.String(),
  connector: Type.String(),
  partner: nullable(Id),
  settings: free,
  createdAt: Time,
  standing: Type.Object({
    circuit: Type.String(),
    failures: Type.Integer(),
    openUntil: nullable(Time),
    fault: ShownFault,
    sending: Type.Integer(),
    due: Type.Integer(),
    parked: Type.Integer(),
    feeds: listOf(Type.Object({
      feed: Type.String(),
      readAt: nullable(Type.String()),
      nextAt: Type.String(),
      failures: Type.Integer(),
      fault: ShownFault,
    })),
  }),
}, { title: 'Endpoint', description: 'Where things go, and how it is doing.' }))
