import { isUtf8 } from 'node:buffer'
import { CsvError, parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'

import type { CrossReferenceRow } from '#core/configuration/shape.ts'
import { Fault, faultView } from '#core/errors/fault.ts'
import type { FaultView } from '#core/errors/fault.ts'
import { isLocalDate } from '#core/std/calendar.ts'

/** A line that is none, and where it begins, from 1: the header is line 1. */
export interface LineProblem extends FaultView {
  readonly line: number
}

export interface CsvTable {
  readonly entries: readonly CrossReferenceRow[]
  /** Of each entry, the line it stands on. */
  readonly lines: readonly number[]
  readonly problems: readonly LineProblem[]
}

const ownColumns = ['key', 'valid_from', 'valid_to']

/**
 * RFC 4180, UTF-8: the first line names the columns, an empty cell is a field that the value does
 * not have. Every value is text.
 */
export function entriesOfCsv(given: Uint8Array): CsvTable {
  const problems: LineProblem[] = []
  const bad = (line: number, reason: string): void => {
    problems.push({ line, ...faultView('CROSS_REFERENCE_CSV', { line, reason }) })
  }
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength)
  if (!isUtf8(bytes)) bad(firstLineNotUtf8(bytes), 'is not UTF-8')
  const [header, ...records] = problems.length > 0 ? [] : recordsOf(bytes, bad)
  const entries: CrossReferenceRow[] = []
  const lines: number[] = []
  const { cells: columns, line: first } = header ?? { cells: [], line: 1 }
  if (problems.length > 0) return { entries, lines, problems }
  if (!columns.includes('key')) bad(first, 'has no column "key"')
  if (columns.includes('')) bad(first, 'has a column without a name')
  if (new Set(columns).size < columns.length) bad(first, 'has a column twice')
  if (problems.length > 0) return { entries, lines, problems }
  for (const { cells, line } of records) {
    if (cells.length !== columns.length) {
      bad(line, `has ${cells.length} cells where there are ${columns.length} columns`)
      continue
    }
    const cellOf = new Map(columns.map((column, index) => [column, cells[index] ?? '']))
    const reason = reasonAgainst(cellOf)
    if (reason !== null) {
      bad(line, reason)
      continue
    }
    entries.push(entryOf(cellOf))
    lines.push(line)
  }
  return { entries, lines, problems }
}

/** No byte of a character in UTF-8 is a line feed. */
function firstLineNotUtf8(bytes: Buffer): number {
  let line = 1
  let end = bytes.indexOf(lf)
  for (let from = 0; end >= 0 && isUtf8(bytes.subarray(from, end)); line += 1) {
    from = end + 1
    end = bytes.indexOf(lf, from)
  }
  return line
}

interface CsvRecord {
  readonly cells: readonly string[]
  readonly line: number
}

function recordsOf(bytes: Buffer, bad: (line: number, reason: string) => void): CsvRecord[] {
  const found: CsvRecord[] = []
  const lines = new Lines(bytes)
  let ended = 0
  try {
    parse(bytes, {
      bom: true, relax_column_count: true, skip_empty_lines: true,
      // Left to itself it takes the first line's end for that of all.
      record_delimiter: ['\r\n', '\n', '\r'],
      // The parser counts lines too, but those within quotation marks otherwise than editors do.
      on_record(cells: string[], { bytes: end }) {
        found.push({ cells, line: lines.ofRecordAfter(ended) })
        ended = end
        return null
      },
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    bad(lines.ofRecordAfter(ended), 'has a quotation mark that does not belong there')
  }
  return found
}

/** Lines by their place, asked for in ascending order. CRLF, LF and CR end one each. */
class Lines {
  readonly #bytes: Uint8Array
  #at = 0
  #line = 1

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Where the next record begins: empty lines are none. */
  ofRecordAfter(ended: number): number {
    let at = ended
    while (isBreak(this.#bytes[at])) at += 1
    for (; this.#at < at; this.#at += 1) {
      const byte = this.#bytes[this.#at]
      const isSecondHalf = byte === lf && this.#bytes[this.#at - 1] === cr
      if (isBreak(byte) && !isSecondHalf) this.#line += 1
    }
    return this.#line
  }
}

const lf = 0x0a
const cr = 0x0d

function isBreak(byte: number | undefined): boolean {
  return byte === lf || byte === cr
}

function reasonAgainst(cellOf: ReadonlyMap<string, string>): string | null {
  const [from, to] = [cellOf.get('valid_from') ?? '', cellOf.get('valid_to') ?? '']
  if (cellOf.get('key') === '') return 'has no key'
  if (from !== '' && !isLocalDate(from)) return `has the valid_from "${from}", which is no date`
  if (to !== '' && !isLocalDate(to)) return `has the valid_to "${to}", which is no date`
  if (to !== '' && to < from) return 'ends before it begins'
  return [...cellOf.values()].some((cell) => cell.includes('\0')) ? 'has a NUL character' : null
}

function entryOf(cellOf: ReadonlyMap<string, string>): CrossReferenceRow {
  const [from, to] = [cellOf.get('valid_from') ?? '', cellOf.get('valid_to') ?? '']
  const value = [...cellOf].filter(([column, cell]) => !ownColumns.includes(column) && cell !== '')
  return {
    key: cellOf.get('key') ?? '',
    value: Object.fromEntries(value),
    ...(from === '' ? {} : { validFrom: from }),
    ...(to === '' ? {} : { validTo: to }),
  }
}

/** Throws CROSS_REFERENCE_NOT_TABULAR where a value is more than a line of text. */
export function csvOfEntries(entries: readonly CrossReferenceRow[]): string {
  const fields = new Set<string>()
  for (const { key, value } of entries) {
    for (const [field, cell] of Object.entries(value)) {
      if (typeof cell !== 'string' || cell === '') throw unfit(key, `${field} is not text`)
      if (ownColumns.includes(field)) throw unfit(key, `${field} is a column of its own`)
      fields.add(field)
    }
  }
  // The database keeps no order of fields.
  const sorted = [...fields].toSorted()
  const columns = ['key', ...sorted, 'valid_from', 'valid_to']
  return stringify([
    columns,
    ...entries.map(({ key, value, validFrom = '', validTo = '' }) =>
      [key, ...sorted.map((field) => value[field] ?? ''), validFrom, validTo]),
  ])
}

function unfit(key: string, reason: string): Fault {
  return new Fault('CROSS_REFERENCE_NOT_TABULAR', { key, reason })
}
