import { Fault } from '#core/errors/fault.ts'
import type { Store } from '../index.ts'

/**
 * Which part of a list is wanted. Lists run from the newest to the oldest by id, which is a UUIDv7.
 */
export interface PageWanted {
  readonly cursor?: string | undefined
  readonly limit: number
}

/** One part of a list; `next` is the cursor of the following one, null at the end. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * The id after which a page starts. A cursor is opaque to clients, so that paging may change
 * beneath them.
 */
export function afterId(wanted: PageWanted): string | null {
  if (wanted.cursor === undefined) return null
  const id = Buffer.from(wanted.cursor, 'base64url').toString('latin1')
  if (!uuid.test(id)) {
    throw new Fault('REQUEST_INVALID', { problem: 'cursor is not one that a list gave as next' })
  }
  return id
}

/** Cuts what was read with one row too many into a page. */
export function pageOf<Row extends { readonly id: string }, Item>(
  rows: readonly Row[],
  wanted: PageWanted,
  item: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, wanted.limit)
  const last = shown.at(-1)
  const more = rows.length > wanted.limit && last !== undefined
  return {
    items: shown.map(item),
    next: more ? Buffer.from(last.id, 'latin1').toString('base64url') : null,
  }
}

/**
 * The partners a filter names: by id, by name, or by an identifier's value (`SANDBOXBUYER`, also
 * with its scheme as `ZZ/SANDBOXBUYER`). Exact; several partners may share a name or, under
 * different owners, a number.
 */
export async function partnersNamed(store: Store, name: string): Promise<readonly string[]> {
  const { rows } = await store.pool.query<{ id: string }>(
    `SELECT id FROM partners WHERE id::text = lower($1) OR name = $1
     UNION
     SELECT partner_id FROM partner_identifiers WHERE value = $1 OR scheme || '/' || value = $1`,
    [name],
  )
  return rows.map(({ id }) => id)
}

/** The name of the one partner that is named. Throws NOT_FOUND or CONFIGURATION_NAME_AMBIGUOUS. */
export async function partnerNamed(store: Store, name: string): Promise<PartnerNamed> {
  // PostgreSQL keeps no NUL in text, so nobody is named with one.
  const [id, other] = name.includes('\0') ? [] : await partnersNamed(store, name)
  if (id === undefined) throw new Fault('NOT_FOUND', { what: 'partner', id: name })
  if (other !== undefined) throw new Fault('CONFIGURATION_NAME_AMBIGUOUS', { name })
  const partner = await store.prisma.partner.findUniqueOrThrow({ where: { id } })
  return { id, name: partner.name }
}

export interface PartnerNamed {
  readonly id: string
  readonly name: string
}

/**
 * Ids carry the clock of the process that made them, and a long upload gets its id when it begins.
 */
const leewayMs = 86_400_000

/**
 * The smallest id a row made at this time can have, a day of leeway taken off. It bounds a scan;
 * the time itself is compared too.
 */
export function idFloor(since: Date): string {
  return firstIdAt(since.getTime() - leewayMs)
}

/** The smallest UUIDv7 of a millisecond (RFC 9562 §5.7: the time is in its first 48 bits). */
export function firstIdAt(atMs: number): string {
  const hex = Math.max(0, Math.floor(atMs)).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7000-8000-000000000000`
}

/**
 * The filters that were given: Prisma takes an absent condition as none, and refuses `undefined`.
 */
export function given<Filters extends object>(filters: Filters): Given<Filters> {
  const named = Object.entries(filters).filter(([, value]) => value !== undefined)
  return Object.fromEntries(named) as Given<Filters>
}

type Given<Filters> = { [Name in keyof Filters]?: Exclude<Filters[Name], undefined> }
