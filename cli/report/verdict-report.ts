import { styleText } from 'node:util'
import type { At, FaultView } from '#core/errors/fault.ts'
import type {
  Delimiters,
  GroupReport,
  InterchangeReport,
  SetReport,
  Verdict,
} from '#core/codecs/x12/types.ts'
import { excerptAt } from './excerpt.ts'

/** Reads the message again at a place, to show it. */
export type Slice = (position: number, length: number) => Uint8Array

/**
 * An interchange and what is wrong with it, as a person reads it: each level with its verdict, each
 * fault with its place, the segment with a caret, what it means and what to do. Sets without faults
 * share a line.
 */
export function interchangeText(report: InterchangeReport, slice: Slice): string[] {
  const { delimiters, groups } = report
  const parties = `${report.senderQualifier}/${report.senderId} to ` +
    `${report.receiverQualifier}/${report.receiverId}`
  const title = `Interchange ${report.control}, ${parties}, ${usage(report.usage)}`
  return [
    heading('', title, report.verdict),
    ...faultsText(report.faults, slice, delimiters, '  '),
    ...groups.flatMap((group) => groupText(group, slice, delimiters)),
  ]
}

/**
 * Faults, each with its place, its segment, its sentence and its remedy, and blank lines around
 * them.
 */
export function faultsText(
  faults: readonly FaultView[],
  slice: Slice,
  delimiters: Delimiters | undefined,
  indent: string,
): string[] {
  const lines = faults.flatMap((fault) => ['', ...faultText(fault, slice, delimiters, indent)])
  return lines.length === 0 ? [] : [...lines, '']
}

function faultText(
  fault: FaultView,
  slice: Slice,
  delimiters: Delimiters | undefined,
  indent: string,
): string[] {
  const { code, says, remedy, at } = fault
  const place = at === undefined ? '' : `${placeText(at)}  `
  const excerpt = at === undefined ? undefined : excerptAt(slice, at, delimiters)
  return [
    `${indent}${paint('bold', place)}${paint('dim', code)}`,
    ...(excerpt === undefined
      ? []
      : [`${indent}  ${excerpt.line}`, `${indent}  ${paint('red', excerpt.caret)}`]),
    `${indent}${says}`,
    `${indent}${paint('cyan', '→')} ${remedy}`,
  ]
}

/** How many sets had which verdict, over all interchanges of a file. */
export function summaryText(reports: SetCounts): string {
  const sets = Object.values(reports.sets).reduce((sum, count) => sum + count, 0)
  const parts = verdictOrder
    .filter((verdict) => reports.sets[verdict] > 0)
    .map((verdict) => `${reports.sets[verdict]} ${words[verdict]}`)
  const told = parts.length === 0 ? '' : `: ${parts.join(', ')}`
  return `${count(sets, 'set')}${told}; ${count(reports.faults, 'fault')}.`
}

export interface SetCounts {
  readonly sets: Record<Verdict, number>
  faults: number
}

function groupText(group: GroupReport, slice: Slice, delimiters: Delimiters): string[] {
  const title = `Group ${group.control}, ${group.functionalId} in ${group.release}`
  const lines = [
    heading('  ', title, group.verdict),
    ...faultsText(group.faults, slice, delimiters, '    '),
  ]
  for (let index = 0; index < group.sets.length; ) {
    const run = flawlessRun(group.sets, index)
    const [first] = run
    if (first === undefined) {
      const set = group.sets[index]
      if (set !== undefined) lines.push(...setText(set, slice, delimiters))
      index += 1
    } else {
      lines.push(setHeading(first, run.at(-1) ?? first, run.length))
      index += run.length
    }
  }
  return lines
}

/** Sets in a row from `index` that are of one type and have neither fault nor flaw. */
function flawlessRun(sets: readonly SetReport[], index: number): readonly SetReport[] {
  const type = sets[index]?.type
  const end = sets.findIndex((set, position) => position >= index &&
    (set.type !== type || set.verdict !== 'accepted' || set.faults.length > 0))
  return sets.slice(index, end < 0 ? sets.length : end)
}

function setText(set: SetReport, slice: Slice, delimiters: Delimiters): string[] {
  const leftOut = set.faultsLeftOut === 0
    ? []
    : [`      … and ${count(set.faultsLeftOut, 'more fault')} in this set.`, '']
  return [
    setHeading(set, set, 1),
    ...faultsText(set.faults, slice, delimiters, '      '),
    ...leftOut,
  ]
}

function setHeading(first: SetReport, last: SetReport, sets: number): string {
  const span = sets === 1 ? first.control : `${first.control} to ${last.control}, ${sets} sets`
  return heading(`    ${mark(first.verdict)} `, `${first.type} ${span}`, first.verdict)
}

function heading(indent: string, title: string, verdict: Verdict): string {
  return `${indent}${title}: ${paint(colours[verdict], words[verdict])}`
}

/** `segment 2, BEG05`, with component, repetition and loop where the fault has them. */
function placeText(at: At): string {
  if (at.tag === '') return `byte ${at.byte}`
  const element = at.element === undefined ? '' : String(at.element).padStart(2, '0')
  const component = at.component === undefined ? '' : `-${String(at.component).padStart(2, '0')}`
  const repetition = at.repetition === undefined || at.repetition === 1
    ? ''
    : `, repetition ${at.repetition}`
  const loop = at.loop === undefined || at.loop === '' ? '' : ` in ${at.loop}`
  return `segment ${at.segment}, ${at.tag}${element}${component}${repetition}${loop}`
}

function usage(code: string): string {
  return { P: 'production', T: 'test', I: 'information' }[code] ?? `usage "${code}"`
}

const verdictOrder = ['accepted', 'accepted_with_errors', 'partial', 'rejected'] as const

const words: Readonly<Record<Verdict, string>> = {
  accepted: 'accepted',
  accepted_with_errors: 'accepted with errors',
  partial: 'partly accepted',
  rejected: 'rejected',
}

const colours = {
  accepted: 'green',
  accepted_with_errors: 'yellow',
  partial: 'yellow',
  rejected: 'red',
} as const

function mark(verdict: Verdict): string {
  if (verdict === 'accepted') return paint('green', '✓')
  return verdict === 'rejected' ? paint('red', '✗') : paint('yellow', '!')
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}

/** Colour where standard output is a terminal that wants it; NO_COLOR is respected. */
function paint(style: 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan', text: string): string {
  return styleText(style, text, { stream: process.stdout })
}
