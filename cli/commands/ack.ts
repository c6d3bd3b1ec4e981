import { parseArgs } from 'node:util'
import { limits } from '#config/limits.ts'
import { acknowledge997 } from '#core/codecs/x12/acknowledge.ts'
import { decodeX12 } from '#core/codecs/x12/reader.ts'
import type { InterchangeReport } from '#core/codecs/x12/types.ts'
import { answerTo, delimiters, encodeAnswer, isRejectedWhole } from '../ack/answer.ts'
import type { Answer, EnvelopeTime, Numbers } from '../ack/answer.ts'
import { exitCodes, UsageError } from '../command.ts'
import type { ExitCode } from '../command.ts'
import { InputFile } from '../input-file.ts'
import { print } from '../output.ts'

/**
 * Writes the 997 that answers each interchange of a file. Exit 1 where there is one that the hub
 * would not answer because it is rejected as a whole, or no interchange at all.
 */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      interchange: { type: 'string', default: '1' },
      group: { type: 'string', default: '1' },
      set: { type: 'string', default: '1' },
      at: { type: 'string' },
    },
    allowPositionals: true,
  })
  const [name, ...more] = positionals
  if (name === undefined || more.length > 0) throw new UsageError('Name one file to answer.')
  const numbers: Numbers = {
    interchange: firstNumber('--interchange', values.interchange),
    group: firstNumber('--group', values.group),
    set: firstNumber('--set', values.set),
  }
  const time = envelopeTime(values.at ?? new Date().toISOString())
  const file = await InputFile.open(name)
  try {
    const { reports, readable } = readReports(file)
    const answerable = reports.filter((report) => !isRejectedWhole(report))
    const answers = answerable.map(answerTo).filter(({ responses }) => responses.length > 0)
    if (values.json) await print(`${JSON.stringify(answers.map(view))}\n`)
    else for (const each of answers) process.stdout.write(encodeAnswer(each, numbers, time))
    for (const report of reports) explainSilence(report)
    if (!readable) process.stderr.write(`${name} holds no X12 interchange.\n`)
    return readable && answerable.length === reports.length ? exitCodes.done : exitCodes.inputFaulty
  } finally {
    file.close()
  }
}

function readReports(file: InputFile): { reports: InterchangeReport[]; readable: boolean } {
  const reports: InterchangeReport[] = []
  const visitor = { interchangeEnd: (report: InterchangeReport) => void reports.push(report) }
  const decoder = decodeX12(visitor, { limits: limits.codec })
  for (const chunk of file.chunks()) decoder.push(chunk)
  decoder.end()
  return { reports, readable: reports.length > 0 }
}

function view({ to, responses }: Answer): unknown {
  return {
    interchange: to.control,
    acknowledgements: responses.map(({ group, acknowledgement }) => ({
      group: group.control,
      kind: acknowledgement.kind,
      outcome: acknowledgement.outcome,
      release: acknowledgement.body.release,
      segments: acknowledgement.body.segments,
    })),
  }
}

/** Tells on standard error why an interchange, or a group of it, gets no answer. */
function explainSilence(report: InterchangeReport): void {
  const { control, groups } = report
  if (isRejectedWhole(report)) {
    process.stderr.write(`Interchange ${control} is rejected as a whole and gets no 997; ` +
      'crossdock validate tells why.\n')
    return
  }
  for (const group of groups.filter((one) => acknowledge997(one, delimiters) === undefined)) {
    process.stderr.write(group.functionalId === 'FA'
      ? `Group ${group.control} holds acknowledgements, which are never acknowledged.\n`
      : `Group "${group.control}" gets no 997: its GS01 or GS06 cannot be repeated.\n`)
  }
}

function firstNumber(flag: string, text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text)
  throw new UsageError(`${flag} takes a number from 1 to 999999999, not "${text}".`)
}

function envelopeTime(text: string): EnvelopeTime {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text)
  if (parts === null || Number.isNaN(Date.parse(text))) {
    throw new UsageError(`--at takes YYYY-MM-DDTHH:MM, not "${text}".`)
  }
  return { date: parts.slice(1, 4).join(''), time: parts.slice(4, 6).join('') }
}
