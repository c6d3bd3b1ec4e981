import type { Conversation, Feed, FeedContext, FeedPage, FeedRecord } from '../../_kit/contract.ts'
import { openSession } from '../session.ts'
import { rowsOf, searchRead, toDateTime } from '../wire.ts'
import type { Row } from '../wire.ts'
import { advanced, cursorOf, earlier, isBetweenRounds, onward } from './cursor.ts'
import type { Cursor, Kind } from './cursor.ts'
import { invoiceKind } from './invoices.ts'
import { saleKind } from './sales.ts'
import { shipmentKind } from './shipments.ts'
import type { KindReader, Reading } from './reader.ts'

/**
 * How much of what was read is read again. A transaction of Tryton bears the time it began and is
 * seen when it commits; one that takes longer than this would be missed.
 */
const overlapMinutes = 15

/**
 * https://docs.tryton.org/6.0/server/topics/models/: every record bears when it was written and
 * when it was created, and what has never been written has only the latter.
 */
export const changes: Feed = {
  title: 'Sales confirmed or cancelled, shipments done, invoices posted',
  vendorDocs: 'https://docs.tryton.org/6.0/server/topics/models/',
  timeoutMs: 60_000,
  everyMs: 15_000,
  read: readChanges,
}

/** What tells one Tryton from another, in keys of what only has a number there. */
function systemOf({ url, database }: FeedContext['settings']): string {
  const host = String(url).replace(/^https?:\/\//, '')
  return `${host}/${String(database)}`
}

const readers: Readonly<Record<Kind, KindReader>> = {
  sale: saleKind,
  shipment: shipmentKind,
  invoice: invoiceKind,
}

/** One page: all kinds in turn until one of them fills it. */
function* readChanges(
  stored: unknown,
  { settings, pageMax }: FeedContext,
): Conversation<FeedPage> {
  const context = yield* openSession(settings)
  const system = systemOf(settings)
  let cursor = cursorOf(stored)
  for (;;) {
    const page = yield* readKind(cursor, pageMax, { context, system })
    cursor = page.cursor
    const over = isBetweenRounds(cursor)
    if (over || page.records.length > 0) return { ...page, more: !over }
  }
}

function* readKind(
  cursor: Cursor,
  pageMax: number,
  { context, system }: Reading,
): Conversation<{ readonly records: readonly FeedRecord[]; readonly cursor: Cursor }> {
  const reader = readers[cursor.kind]
  const rows = rowsOf(yield searchRead({
    model: reader.model,
    where: [...reader.where, ...since(cursor), ['id', '>', cursor.after]],
    fields: [...reader.fields, 'create_date', 'write_date'],
  }, pageMax, context))
  const told = rows.length === 0 ? [] : yield* reader.records(rows, { context, system })
  const kept = fitting(told, pageMax)
  const done = rows.slice(0, kept.length)
  const last = done.at(-1)
  const read = last === undefined ? cursor : advanced(cursor, last.id, done.flatMap(timesOf))
  const more = done.length < rows.length || rows.length === pageMax
  return { records: kept.flat(), cursor: more ? read : onward(read) }
}

/** As many rows as have no more records together than a page may hold; one at the least. */
function fitting(
  told: readonly (readonly FeedRecord[])[],
  pageMax: number,
): readonly (readonly FeedRecord[])[] {
  let count = 0
  const over = told.findIndex((records, at) => {
    count += records.length
    return at > 0 && count > pageMax
  })
  return over === -1 ? told : told.slice(0, over)
}

function since({ from }: Cursor): readonly unknown[] {
  if (from === null) return []
  const start = toDateTime(earlier(from, overlapMinutes))
  return [['OR', [['write_date', '>=', start]], [['create_date', '>=', start]]]]
}

function timesOf(row: Row): readonly string[] {
  return [row.instantOr('create_date'), row.instantOr('write_date')].filter((time) => time !== null)
}
