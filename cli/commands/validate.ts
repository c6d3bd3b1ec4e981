import { parseArgs } from 'node:util'
import { limits } from '#config/limits.ts'
import { decodeX12 } from '#core/codecs/x12/reader.ts'
import type { InterchangeReport, X12Fault } from '#core/codecs/x12/types.ts'
import { exitCodes, UsageError } from '../command.ts'
import type { ExitCode } from '../command.ts'
import { InputFile } from '../input-file.ts'
import { print, printAll } from '../output.ts'
import { faultsText, interchangeText, summaryText } from '../report/verdict-report.ts'
import type { SetCounts } from '../report/verdict-report.ts'
import { interchangeJson, plainFault } from '../report/views.ts'

/**
 * Checks each file and tells what is wrong with it. Exit 0 when nothing in any of them is rejected.
 */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  if (positionals.length === 0) throw new UsageError('Name a file to check.')
  let code: ExitCode = exitCodes.done
  for (const name of positionals) {
    const file = await InputFile.open(name)
    try {
      const passed = values.json ? await validateToJson(file) : await validateToText(file)
      if (!passed) code = exitCodes.inputFaulty
    } finally {
      file.close()
    }
  }
  return code
}

async function validateToJson(file: InputFile): Promise<boolean> {
  const outside: X12Fault[] = []
  let passed = true
  let separator = ''
  await print(`{"file":${JSON.stringify(file.name)},"interchanges":[`)
  for (const found of read(file)) {
    if (rejects(found)) passed = false
    if (found.is === 'outside') {
      outside.push(found.fault)
      continue
    }
    await print(separator)
    await printAll(interchangeJson(found.report))
    separator = ','
  }
  await print(`],"faults":${JSON.stringify(outside.map(plainFault))}}\n`)
  return passed
}

async function validateToText(file: InputFile): Promise<boolean> {
  const counts: SetCounts = {
    sets: { accepted: 0, accepted_with_errors: 0, partial: 0, rejected: 0 },
    faults: 0,
  }
  const slice = file.slice.bind(file)
  let passed = true
  await print(`${file.name === '-' ? 'Standard input' : file.name}\n`)
  for (const found of read(file)) {
    if (rejects(found)) passed = false
    add(counts, found)
    const lines = found.is === 'outside'
      ? faultsText([found.fault], slice, undefined, '  ')
      : interchangeText(found.report, slice)
    await print(`${lines.join('\n')}\n`)
  }
  await print(`${summaryText(counts)}\n`)
  return passed
}

/** An interchange, or a fault outside any, in the order of the file. */
type Found =
  | { readonly is: 'interchange'; readonly report: InterchangeReport }
  | { readonly is: 'outside'; readonly fault: X12Fault }

function* read(file: InputFile): Generator<Found> {
  let found: Found[] = []
  let open = false
  const decoder = decodeX12({
    interchangeStart: () => { open = true },
    interchangeEnd: (report) => {
      open = false
      found.push({ is: 'interchange', report })
    },
    fault: (fault) => { if (!open) found.push({ is: 'outside', fault }) },
  }, { limits: limits.codec })
  for (const chunk of file.chunks()) {
    decoder.push(chunk)
    yield* found
    found = []
  }
  decoder.end()
  yield* found
}

function rejects(found: Found): boolean {
  return found.is === 'outside'
    ? found.fault.severity === 'reject'
    : holdsRejected(found.report)
}

function holdsRejected({ verdict, groups }: InterchangeReport): boolean {
  return verdict === 'rejected' || verdict === 'partial' ||
    groups.some((group) => group.verdict === 'rejected' || group.verdict === 'partial')
}

function add(counts: SetCounts, found: Found): void {
  if (found.is === 'outside') {
    counts.faults += 1
    return
  }
  const { faults, groups } = found.report
  counts.faults += faults.length
  for (const group of groups) {
    counts.faults += group.faults.length
    for (const set of group.sets) {
      counts.sets[set.verdict] += 1
      counts.faults += set.faults.length + set.faultsLeftOut
    }
  }
}
