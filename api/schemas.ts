import Type from 'typebox'
import type { Static, TObject, TProperties, TSchema } from 'typebox'

/** Shapes that several routes share. Ids are UUIDv7, times RFC 3339 in UTC. */

export const Id = Type.String({ format: 'uuid', description: 'A UUID.' })

/** A list; views hand out lists that nobody may change. */
export function listOf<Item extends TSchema>(item: Item, description?: string) {
  const options = description === undefined ? {} : { description }
  return Type.Unsafe<readonly Static<Item>[]>(Type.Array(item, options))
}

export const Time = Type.Unsafe<Date>(
  Type.String({ format: 'date-time', description: 'RFC 3339, UTC.' }),
)

export function nullable<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()])
}

/** A string that is one of these. Checked when it comes in; the store knows it as text. */
export function oneOf(values: readonly string[], description: string) {
  return Type.Unsafe<string>(Type.String({ enum: [...values], description }))
}

export const Stream = oneOf(['test', 'live'], 'Test and live never meet.')

const verdicts = ['accepted', 'accepted_with_errors', 'partial', 'rejected'] as const
export const Verdict = oneOf(verdicts, 'What the acknowledgement says.')

export const messageStatuses = [
  'received', 'working', 'processed', 'partial', 'rejected', 'waiting', 'parked', 'duplicate',
  'due', 'sending', 'unknown', 'delivered', 'skipped', 'discarded',
] as const

export const deliveryStatuses = [
  'due', 'sending', 'unknown', 'delivered', 'parked', 'skipped', 'discarded',
] as const

export const Place = Type.Object({
  byte: Type.Integer({ description: 'From 0 of the message.' }),
  segment: Type.Integer({ description: 'As AK301 counts: ST is 1; outside a set, ISA is 1.' }),
  tag: Type.String(),
  element: Type.Optional(Type.Integer({ description: 'From 1.' })),
  component: Type.Optional(Type.Integer({ description: 'From 1.' })),
  repetition: Type.Optional(Type.Integer({ description: 'From 1.' })),
  loop: Type.Optional(Type.String({ description: 'From the set down, as PO1Loop/N1Loop.' })),
}, { title: 'Place', description: 'Where in a message.' })

export const FaultShape = Type.Object({
  code: Type.String(),
  says: Type.String(),
  remedy: Type.String(),
  at: Type.Optional(Place),
}, { title: 'Fault', description: 'What is wrong, where, and what to do about it.' })

/** RFC 9457, with the fault's code, remedy and place. */
const Problem = Type.Object({
  type: Type.String({ description: 'urn:crossdock:fault:<code>' }),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  code: Type.String(),
  remedy: Type.String(),
  at: Type.Optional(Place),
}, { title: 'Problem' })

/** The answers of a route: its own, and a problem for everything else. */
export function answers<Own extends Record<number, TSchema>>(own: Own) {
  return { ...own, '4xx': Problem, '5xx': Problem }
}

/** One page of a list. */
export function pageSchema<Item extends TSchema>(item: Item) {
  return Type.Object({
    items: listOf(item),
    next: nullable(Type.String({
      description: 'The cursor of the next page, null on the last.',
    })),
  })
}

/**
 * A query string: these filters and nothing unknown, so that a mistyped one is not taken for none.
 */
export function query<Filters extends TProperties>(filters: Filters): TObject<Filters> {
  return Type.Object(filters, { additionalProperties: false })
}

/** What every list takes. `pageItemsMax` and the default come from config/limits.ts. */
export function paging(limits: { pageItemsMax: number; pageItemsDefault: number }) {
  return {
    cursor: Type.Optional(Type.String({ maxLength: 200, description: 'The `next` before.' })),
    limit: Type.Integer({
      minimum: 1, maximum: limits.pageItemsMax, default: limits.pageItemsDefault,
    }),
  }
}

export const Since = Type.Optional(Type.Union(
  [Type.String({ format: 'date-time' }), Type.String({ format: 'date' })],
  { description: 'Nothing older: RFC 3339 with an offset or Z, or a date, from 0:00 UTC.' },
))

export const PartnerFilter = Type.Optional(Type.String({
  maxLength: 200,
  description: 'Exact: the id or name of a partner, or the value of one of its identifiers.',
}))

/** The path's id; the title says of what, for the 404 where it is no UUID and so nothing's id. */
export function idParams(what: string) {
  return Type.Object({ id: Id }, { title: what })
}
