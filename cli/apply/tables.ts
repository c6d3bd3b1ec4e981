import { dirname, resolve } from 'node:path'
import { entriesOfCsv } from '#api/routes/cross-references/csv.ts'
import { faultView } from '#core/errors/fault.ts'
import type { FaultView } from '#core/errors/fault.ts'
import { readText } from '../input-text.ts'

export interface Tables {
  readonly crossReferences: readonly unknown[]
  readonly problems: readonly { readonly field: string; readonly fault: FaultView }[]
}

/** Cross-references with the entries of a CSV in the place of `file: x.csv`, beside the YAML. */
export function readTables(
  crossReferences: readonly unknown[], fileOf: (index: number) => string,
): Tables {
  const problems: { field: string; fault: FaultView }[] = []
  const read = crossReferences.map((table, index) => {
    if (typeof table !== 'object' || table === null || !('file' in table)) return table
    const { file, ...rest } = table
    const field = `crossReferences[${index + 1}].file`
    if (typeof file !== 'string' || 'entries' in rest) {
      const reason = 'a table has either entries or a file'
      problems.push({ field, fault: faultView('CONFIGURATION_FILE_UNREADABLE', { reason }) })
      return rest
    }
    const csv = entriesOfCsv(readText(resolve(dirname(fileOf(index)), file)))
    problems.push(...csv.problems.map((fault) => ({ field, fault })))
    return { ...rest, entries: csv.entries }
  })
  return { crossReferences: read, problems }
}
