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
export function entriesOfCsv(text: string): CsvTable {
  const problems: LineProblem[] = []
  const bad = (line: number, reason: string): void => {
    problems.push({ line, ...faultView('CROSS_REFERENCE_CSV', { line, reason }) })
  }
  const [header, ...records] = recordsOf(text, bad)
  const entries: CrossReferenceRow[] = []
  const lines: number[] = []
  const columns = header?.cells ?? []
  if (problems.length > 0) return { entries, lines, problems }
  if (!columns.includes('key')) bad(1, 'has no column "key"')
  if (columns.includes('')) bad(1, 'has a column without a name')
  if (new Set(columns).size < columns.length) bad(1, 'has a column twice')
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

interface CsvRecord {
  readonly cells: readonly string[]
  readonly line: number
}

function recordsOf(text: string, bad: (line: number, reason: string) => void): CsvRecord[] {
  const found: CsvRecord[] = []
  let ended = 0
  try {
    parse(text, {
      bom: true, relax_column_count: true, skip_empty_lines: true,
      on_record(cells: string[], { lines }) {
        // The parser tells the line on which a record ends; a quoted cell may run over several.
        const breaks = cells.reduce((sum, cell) => sum + (cell.split('\n').length - 1), 0)
        found.push({ cells, line: Math.max(ended + 1, lines - breaks) })
        ended = lines
        return null
      },
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    bad(Number(error['lines'] ?? 1), 'has a quotation mark that does not belong there')
  }
  return found
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
