import Type from 'typebox'
import type { TProperties, TSchema } from 'typebox'
import { x12Faults } from '#core/errors/catalog/x12.ts'
import type { SeverityTable } from '#core/codecs/x12/severity.ts'
import type {
  AgreementSettings, CharsetSettings, DelimiterSettings, FollowUp, Gs1Settings,
  RelationshipSettings, Ta1Policy,
} from './relationship.ts'
import type { EndpointFeeds } from './endpoint.ts'

/**
 * What may be configured, beside the types that say what it is for: each object here lists exactly
 * the fields of its type, or it does not compile. Whatever is absent is the default's.
 */

/** One of these words. */
export function choice<const Value extends string>(values: readonly Value[]) {
  return Type.Unsafe<Value>(Type.String({ enum: [...values] }))
}

/** An object of which nothing is unknown: a mistyped name is not taken for none. */
export function closed<Fields extends TProperties>(fields: Fields) {
  return Type.Object(fields, { additionalProperties: false })
}

type SchemaOf<Fields> = Readonly<Record<keyof Fields, TSchema>>

function partly(fields: TProperties) {
  return closed(Object.fromEntries(
    Object.entries(fields).map(([name, schema]) => [name, Type.Optional(schema)]),
  ))
}

const days = Type.Integer({ minimum: 1, maximum: 3_650 })
const character = Type.String({ minLength: 1, maxLength: 1 })
const free = Type.Record(Type.String(), Type.Unknown())

const severities = Type.Unsafe<SeverityTable>(partly(Object.fromEntries(
  Object.keys(x12Faults).map((code) => [code, choice(['reject', 'error', 'note'])]),
)))

const delimiters = {
  element: character,
  component: character,
  repetition: character,
  segment: character,
  lineEnd: choice(['', '\n', '\r\n']),
} satisfies SchemaOf<DelimiterSettings>

const charset = {
  set: choice(['basic', 'extended', 'utf-8']),
  unfit: choice(['refuse', 'transliterate']),
  replacement: character,
} satisfies SchemaOf<CharsetSettings>

/** GS1 General Specifications, AI 00. */
const gs1 = {
  companyPrefix: Type.String({ pattern: '^\\d{7,10}$' }),
  extension: Type.String({ pattern: '^\\d$' }),
} satisfies SchemaOf<Gs1Settings>

const ta1Policies = ['as_asked', 'on_error', 'asked_or_error', 'always', 'never'] as const
const ta1 = choice(ta1Policies satisfies readonly Ta1Policy[])

export const RelationshipSettingsSchema = partly({
  acknowledge: Type.Boolean(),
  acknowledgement: choice(['997', '999']),
  acknowledgementGuide: nullable(Type.String({ pattern: '^[0-9]{6}[0-9A-Z]{0,6}$' })),
  ta1,
  requestTa1: Type.Boolean(),
  duplicateControl: choice(['reject', 'park']),
  duplicateWindowDays: days,
  severities,
  timeZone: Type.String({ minLength: 1 }),
  delimiters: partly(delimiters),
  charset: partly(charset),
  gs1: nullable(closed(gs1)),
  partner: free,
  networks: Type.Array(Type.String({ minLength: 1 }), { description: 'Names of partners.' }),
} satisfies SchemaOf<RelationshipSettings>)

const followUp = {
  endpoint: Type.String({ minLength: 1, description: 'Name of an endpoint of the same stream.' }),
  mapping: nullable(Type.String({ minLength: 1 })),
  operation: Type.String({ minLength: 1 }),
} satisfies SchemaOf<FollowUp>

export const AgreementSettingsSchema = partly({
  severities,
  reuseWindowDays: days,
  follow: Type.Array(closed(followUp)),
  options: free,
  acknowledgeWithinMinutes: nullable(Type.Integer({ minimum: 1 })),
} satisfies SchemaOf<AgreementSettings>)

export const EndpointFeedsSchema = Type.Unsafe<EndpointFeeds>(
  Type.Record(Type.String(), closed({
    everySeconds: Type.Optional(Type.Integer({ minimum: 1 })),
    records: Type.Record(Type.String(), closed({
      document: Type.String({ minLength: 1 }),
      mapping: Type.String({ minLength: 1 }),
    })),
  })),
)

function nullable(schema: TSchema) {
  return Type.Union([schema, Type.Null()])
}
