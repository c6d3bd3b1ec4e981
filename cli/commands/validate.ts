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
  const faults: X12Fault[] = []
  let passed = true
  let separator = ''
  await print(`{"file":${JSON.stringify(file.name)},"interchanges":[`)
  for (const step of reports(file)) {
    if (!step.passed) passed = false
    faults.push(...step.outside)
    for (const report of step.interchanges) {
      await print(separator)
      await printAll(interchangeJson(report))
      separator = ','
    }
  }
  await print(`],"faults":${JSON.stringify(faults.map(plainFault))}}\n`)
  return passed
}

async function validateToText(file: InputFile): Promise<boolean> {
  const counts: SetCounts = {
    sets: { accepted: 0, accepted_with_errors: 0, partial: 0, rejected: 0 },
    faults: 0,
  }
  const slice = file.slice.bind(file)
  let passed = true
  await print(`${file.name}\n`)
  for (const step of reports(file)) {
    if (!step.passed) passed = false
    const lines = faultsText(step.outside, slice, undefined, '  ')
    counts.faults += step.outside.length
    for (const report of step.interchanges) {
      lines.push(...interchangeText(report, slice))
      add(counts, report)
    }
    if (lines.length > 0) await print(`${lines.join('\n')}\n`)
  }
  await print(`${summaryText(counts)}\n`)
  return passed
}

/** What was found since the step before. */
interface Step {
  readonly interchanges: readonly InterchangeReport[]
  readonly outside: readonly X12Fault[]
  readonly passed: boolean
}

function* reports(file: InputFile): Generator<Step> {
  let interchanges: InterchangeReport[] = []
  let outside: X12Fault[] = []
  let open = false
  const decoder = decodeX12({
    interchangeStart: () => { open = true },
    interchangeEnd: (report) => {
      open = false
      interchanges.push(report)
    },
    fault: (fault) => { if (!open) outside.push(fault) },
  }, { limits: limits.codec })
  const step = (): Step => {
    const rejects = interchanges.some(holdsRejected) ||
      outside.some(({ severity }) => severity === 'reject')
    const found = { interchanges, outside, passed: !rejects }
    interchanges = []
    outside = []
    return found
  }
  for (const chunk of file.chunks()) {
    decoder.push(chunk)
    yield step()
  }
  decoder.end()
  yield step()
}

function holdsRejected({ verdict, groups }: InterchangeReport): boolean {
  return verdict === 'rejected' || verdict === 'partial' ||
    groups.some((group) => group.verdict === 'rejected' || group.verdict === 'partial')
}

function add(counts: SetCounts, { faults, groups }: InterchangeReport): void {
  counts.faults += faults.length
  for (const group of groups) {
    counts.faults += group.faults.length
    for (const set of group.sets) {
      counts.sets[set.verdict] += 1
      counts.faults += set.faults.length + set.faultsLeftOut
    }
  }
}
