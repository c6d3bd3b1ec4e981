import { dirname, join } from 'node:path'
import { entriesOfCsv } from '#api/routes/cross-references/csv.ts'
import type { CsvTable } from '#api/routes/cross-references/csv.ts'
import { faultView } from '#core/errors/fault.ts'
import type { FaultView } from '#core/errors/fault.ts'
import { UsageError } from '../command.ts'
import { readBytes } from '../input-text.ts'
import type { ConfigurationFiles, PlacedProblem } from './files.ts'

/** Cross-references with the entries of a CSV in the place of `file: x.csv`, beside the YAML. */
export class TableFiles {
  readonly crossReferences: readonly unknown[]
  readonly problems: PlacedProblem[] = []
  readonly #files: ConfigurationFiles
  /** By the place of their table in the list, from 0. */
  readonly #read = new Map<number, { readonly file: string; readonly csv: CsvTable }>()

  constructor(files: ConfigurationFiles) {
    this.#files = files
    const { crossReferences = [] } = files.lists
    this.crossReferences = crossReferences.map((table, index) => this.#withEntries(table, index))
  }

  /** A field as the YAML or, of an entry, the CSV tells it. */
  placed(field: string, fault: FaultView): PlacedProblem {
    const [, table, entry] = /^crossReferences\[(\d+)\]\.entries\[(\d+)\]/.exec(field) ?? []
    const read = this.#read.get(Number(table) - 1)
    const line = read?.csv.lines[Number(entry) - 1]
    if (read === undefined || line === undefined) return this.#files.placed(field, fault)
    return { ...fault, file: read.file, line, field: field.replace(/^.*?\.entries\[\d+\]\.?/, '') }
  }

  #withEntries(table: unknown, index: number): unknown {
    if (typeof table !== 'object' || table === null || !('file' in table)) return table
    const { file: name, ...rest } = table
    if (typeof name !== 'string' || 'entries' in rest) {
      this.#unreadable(index, 'a table has either entries or the name of a file')
      return rest
    }
    const file = join(dirname(this.#files.fileOf('crossReferences', index)), name)
    try {
      const csv = entriesOfCsv(readBytes(file))
      this.#read.set(index, { file, csv })
      this.problems.push(...csv.problems.map((problem) => ({ ...problem, file, field: '' })))
      return { ...rest, entries: csv.entries }
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      this.#unreadable(index, error.message.replace(/\.$/, ''))
      return rest
    }
  }

  #unreadable(index: number, reason: string): void {
    const fault = faultView('CONFIGURATION_FILE_UNREADABLE', { reason })
    this.problems.push(this.#files.placed(`crossReferences[${index + 1}].file`, fault))
  }
}
