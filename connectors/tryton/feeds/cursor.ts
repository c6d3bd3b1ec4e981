import { isObject } from '../wire.ts'

/** What is read in one round, in this order: a sale is told before what follows from it. */
export const kinds = ['sale', 'shipment', 'invoice'] as const
export type Kind = (typeof kinds)[number]

/**
 * Where reading goes on. A round reads what changed from `from` on, kind by kind, in the order of
 * ids, so that what changes meanwhile moves no page. It may miss what changes behind its back, but
 * the next round does not: that begins where the one before this one ended (`next`), by Tryton's
 * own clock, of which the highest time seen (`seen`) is the only reading we have.
 */
export interface Cursor {
  readonly from: string | null
  readonly next: string | null
  readonly seen: string | null
  readonly kind: Kind
  /** The id of the last row that was read of this kind. */
  readonly after: number
}

export const beginning: Cursor = { from: null, next: null, seen: null, kind: 'sale', after: 0 }

/** Null is the beginning. Throws where it is no cursor of ours: there is no guessing. */
export function cursorOf(value: unknown): Cursor {
  if (value === null || value === undefined) return beginning
  const { from, next, seen, kind, after } = isObject(value) ? value : {}
  const known = kinds.find((one) => one === kind)
  if (known === undefined || typeof after !== 'number') throw notOurs()
  return { from: timeOr(from), next: timeOr(next), seen: timeOr(seen), kind: known, after }
}

/** After a page of this kind: its rows up to the one with this id are done. */
export function advanced(cursor: Cursor, after: number, times: readonly string[]): Cursor {
  return { ...cursor, after, seen: latest([...times, cursor.seen]) }
}

/** This kind has no more rows: on to the next one, or to the next round. */
export function onward(cursor: Cursor): Cursor {
  const kind = kinds[kinds.indexOf(cursor.kind) + 1]
  if (kind !== undefined) return { ...cursor, kind, after: 0 }
  const { next, seen } = cursor
  return { from: next, next: latest([next, seen]), seen: null, kind: 'sale', after: 0 }
}

/** A round is over where the next one begins. */
export function isBetweenRounds({ kind, after }: Cursor): boolean {
  return kind === 'sale' && after === 0
}

/** An instant of Tryton's clock so many minutes earlier. */
export function earlier(instant: string, minutes: number): string {
  const millis = Date.parse(`${instant}Z`) - minutes * 60_000
  if (Number.isNaN(millis)) throw new Error('the cursor holds no instant')
  return new Date(millis).toISOString().slice(0, -1)
}

/** ISO texts of one length sort as what they mean. */
function latest(times: readonly (string | null)[]): string | null {
  return times.reduce((max, time) => (max === null || (time ?? '') > max ? time : max), null)
}

function timeOr(value: unknown): string | null {
  if (value === null || typeof value === 'string') return value
  throw notOurs()
}

function notOurs(): Error {
  return new Error('the cursor is none of ours')
}
