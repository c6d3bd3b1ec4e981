import Type from 'typebox'
import type { EndpointFeeds } from '#core/exchange/endpoint.ts'
import type { AgreementSettings, RelationshipSettings } from '#core/exchange/relationship.ts'
import {
  AgreementSettingsSchema, choice, closed, EndpointFeedsSchema, RelationshipSettingsSchema,
} from '#core/exchange/settings-schema.ts'
import type { Stream } from '#core/exchange/stream.ts'

/**
 * Who trades with whom and how, in names: what `crossdock apply` reads, the API takes and hands
 * out. Ids, which differ from hub to hub, do not occur. What is absent is left as it is, or the
 * default's where it is new.
 */
export interface Configuration {
  readonly partners: readonly PartnerEntry[]
  readonly endpoints: readonly EndpointEntry[]
  readonly relationships: readonly RelationshipEntry[]
  readonly crossReferences: readonly CrossReferenceEntries[]
}

/** Known by its name. */
export interface PartnerEntry {
  readonly name: string
  readonly hosted?: boolean
  /** The identifiers are all there shall be; otherwise they are added to those that are there. */
  readonly replace?: boolean
  readonly identifiers?: readonly IdentifierEntry[]
}

export interface IdentifierEntry {
  readonly scheme: string
  readonly value: string
  /** Name of the partner who gave it, e.g. a buyer's number for its supplier. */
  readonly owner?: string
}

/** Known by its stream and name. */
export interface EndpointEntry {
  readonly stream: Stream
  readonly name: string
  readonly connector: string
  readonly partner?: string
  readonly settings?: Readonly<Record<string, unknown>>
  /** All of them, where any is told. */
  readonly secrets?: Readonly<Record<string, SecretEntry>>
  readonly feeds?: EndpointFeeds
}

/** The secret itself, or the one that the hub holds: it never hands one out. */
export type SecretEntry = string | { readonly kept: true }

/** One side of a pair: an interchange id (ISA05/06, ISA07/08) and a group id (GS02, GS03). */
export interface SideEntry {
  readonly qualifier: string
  readonly id: string
  /** The interchange id where it is absent. */
  readonly group?: string
}

/** Known by its stream and pair of interchange ids. */
export interface RelationshipEntry {
  readonly stream: Stream
  readonly their: SideEntry
  readonly our: SideEntry
  readonly partner: string
  readonly host: string
  readonly endpoint: string
  readonly settings?: Partial<RelationshipSettings>
  /** The agreements are all there shall be; otherwise they are added to those that are there. */
  readonly replace?: boolean
  readonly agreements?: readonly AgreementEntry[]
}

/** Known by its relationship, direction, set and release. */
export interface AgreementEntry {
  readonly direction: 'in' | 'out'
  readonly document: string
  readonly set: string
  readonly release: string
  readonly mapping: string
  readonly settings?: Partial<AgreementSettings>
}

/** Known by its partner, stream and table. */
export interface CrossReferenceEntries {
  readonly partner: string
  readonly stream: Stream
  readonly table: string
  /** The entries are all there shall be; otherwise they are added to those that are there. */
  readonly replace?: boolean
  readonly entries: readonly CrossReferenceRow[]
}

/** One key's value within a time: of several that hold on a day, the one that began last counts. */
export interface CrossReferenceRow {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
  /** YYYY-MM-DD, the first day and the last; absent: ever since, and until further notice. */
  readonly validFrom?: string
  readonly validTo?: string
}

/** The day from which an entry is kept that holds ever since: others begin after it. */
export const everSince = '1900-01-01'

// PostgreSQL keeps no NUL in text.
const name = Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f]*$' })
/** What things are known by: with a blank at its end it would be another, and nobody sees it. */
const known = Type.String({
  minLength: 1, maxLength: 200, pattern: '^(?! )[^\\u0000-\\u001f]*(?<! )$',
})
const stream = choice(['test', 'live'])

const Identifier = closed({ scheme: known, value: known, owner: Type.Optional(name) })

const Partner = closed({
  name: known,
  hosted: Type.Optional(Type.Boolean()),
  replace: Type.Optional(Type.Boolean()),
  identifiers: Type.Optional(Type.Array(Identifier)),
})

const Endpoint = closed({
  stream,
  name: known,
  connector: name,
  partner: Type.Optional(name),
  settings: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  secrets: Type.Optional(Type.Record(Type.String(), Type.Union([
    Type.String({ minLength: 1 }), closed({ kept: Type.Literal(true) }),
  ]))),
  feeds: Type.Optional(EndpointFeedsSchema),
})

/** ISA06 and ISA08 have 15 characters, GS02 and GS03 2 to 15. */
const Side = closed({
  qualifier: Type.String({ pattern: '^[0-9A-Z]{2}$' }),
  id: Type.String({ pattern: '^[ -~]{0,14}[!-~]$' }),
  group: Type.Optional(Type.String({ pattern: '^[ -~]{1,14}[!-~]$' })),
})

const Agreement = closed({
  direction: choice(['in', 'out']),
  document: name,
  set: Type.String({ pattern: '^[0-9]{3}$' }),
  release: Type.String({ pattern: '^[0-9]{6}$' }),
  mapping: name,
  settings: Type.Optional(AgreementSettingsSchema),
})

const Relationship = closed({
  stream,
  their: Side,
  our: Side,
  partner: name,
  host: name,
  endpoint: name,
  settings: Type.Optional(RelationshipSettingsSchema),
  replace: Type.Optional(Type.Boolean()),
  agreements: Type.Optional(Type.Array(Agreement)),
})

const CrossReference = closed({
  partner: name,
  stream,
  table: known,
  replace: Type.Optional(Type.Boolean()),
  entries: Type.Array(closed({
    key: name,
    value: Type.Record(Type.String(), Type.Unknown()),
    validFrom: Type.Optional(Type.String({ format: 'date' })),
    validTo: Type.Optional(Type.String({ format: 'date' })),
  })),
})

export const ConfigurationSchema = Type.Unsafe<Partial<Configuration>>(Type.Object({
  partners: Type.Optional(Type.Array(Partner)),
  endpoints: Type.Optional(Type.Array(Endpoint)),
  relationships: Type.Optional(Type.Array(Relationship)),
  crossReferences: Type.Optional(Type.Array(CrossReference)),
}, { title: 'Configuration', additionalProperties: false }))
