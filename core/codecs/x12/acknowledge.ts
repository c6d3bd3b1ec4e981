import { fitsCharset } from './writer-text.ts'
import type { TextPolicy } from './writer-text.ts'
import type { Delimiters, GroupReport, SetReport, Verdict, X12Fault } from './types.ts'

/** A 997 or 999 as it stands between ST and SE; its numbers are taken when it is enveloped. */
export interface GroupAcknowledgement {
  readonly kind: '997' | '999'
  readonly outcome: Verdict
  readonly body: {
    readonly type: '997' | '999'
    readonly functionalId: 'FA'
    /**
     * GS08. Of a 997 004010, or 005010 for a group of 005010 or later; of a 999 005010, or the
     * guide it follows.
     */
    readonly release: string
    readonly segments: readonly AcknowledgementSegment[]
  }
}

/** How an acknowledgement will be written. */
export interface AcknowledgeOptions {
  /** A copy of bad data that the charset cannot carry is left out; `extended` unless told. */
  readonly charset?: TextPolicy['charset']
  /** GS08 of a 999, e.g. `005010X231A1`; `005010` unless told. */
  readonly guide?: string
}

/** A tag, then its elements; a list is a composite. */
export type AcknowledgementSegment =
  readonly [tag: string, ...elements: (string | readonly string[])[]]

/**
 * The functional acknowledgement of a group (X12.20): one AK2 to AK5 per set, AK3 and AK4 where
 * something is wrong in it, AK9 for the group. `delimiters` are those it will be written with: a
 * copy of bad data that holds one is left out.
 *
 * Undefined for what is never answered: a group of acknowledgements (GS01 = FA), and a group whose
 * GS01 or GS06 is so broken that AK1 could not name it.
 */
export function acknowledge997(
  group: GroupReport,
  delimiters: Delimiters,
  options: AcknowledgeOptions = {},
): GroupAcknowledgement | undefined {
  const later = isLater(group)
  const dialect = dialectOf('997', later, delimiters, options)
  return acknowledge(group, later ? '005010' : '004010', dialect)
}

/**
 * The implementation acknowledgement of a group (X12 999, from 005010 on) in its plain form: as the
 * 997, with IK3, IK4 and IK5 and their codes. A group of an earlier release has none: undefined, as
 * for what is never answered.
 */
export function acknowledge999(
  group: GroupReport,
  delimiters: Delimiters,
  options: AcknowledgeOptions = {},
): GroupAcknowledgement | undefined {
  if (!isLater(group)) return undefined
  const dialect = dialectOf('999', true, delimiters, options)
  return acknowledge(group, options.guide ?? '005010', dialect)
}

function isLater({ release }: GroupReport): boolean {
  return /^\d{6}/.test(release) && release >= '005010'
}

function acknowledge(
  group: GroupReport,
  release: string,
  dialect: Dialect,
): GroupAcknowledgement | undefined {
  if (group.functionalId === 'FA' || !isNameable(group)) return undefined
  const segments = [
    groupHeader(group, dialect),
    ...group.sets.flatMap((set) => setResponse(set, group, dialect)),
    groupTrailer(group, dialect),
  ]
  const { form } = dialect
  return {
    kind: form,
    outcome: group.verdict,
    body: { type: form, functionalId: 'FA', release, segments },
  }
}

/** Whether AK1 can name the group: GS01 two characters, GS06 one to nine digits. */
export function isNameable({ functionalId, control }: GroupReport): boolean {
  return /^[A-Z][A-Z0-9]$/.test(functionalId) && /^\d{1,9}$/.test(control)
}

/** What differs between the releases of the 997, and between it and the 999. */
interface Dialect {
  readonly form: '997' | '999'
  readonly later: boolean
  readonly tags: { readonly segment: string; readonly element: string; readonly trailer: string }
  /** Data element 719: six digits in 004010, ten in 005010. */
  readonly segmentPositionMax: number
  readonly groupCodes: ReadonlySet<string>
  readonly setCodes: ReadonlySet<string>
  readonly segmentCodes: ReadonlySet<string>
  readonly elementCodes: ReadonlySet<string>
  readonly charset: TextPolicy['charset']
  readonly delimiters: readonly string[]
}

function dialectOf(
  form: Dialect['form'],
  later: boolean,
  delimiters: Delimiters,
  { charset = 'extended' }: AcknowledgeOptions,
): Dialect {
  const { element, component, segment, repetition = element } = delimiters
  return {
    form,
    later,
    tags: form === '997'
      ? { segment: 'AK3', element: 'AK4', trailer: 'AK5' }
      : { segment: 'IK3', element: 'IK4', trailer: 'IK5' },
    segmentPositionMax: later ? 9_999_999_999 : 999_999,
    groupCodes: codes('1 2 3 4 5 6'),
    setCodes: codes('1 2 3 4 5 6 7 23'),
    // Data elements 720 and 723; those of the 999 (620, 621) list 10 of 720 no more.
    segmentCodes: codes(later && form === '997' ? '1 2 3 4 5 6 7 8 10' : '1 2 3 4 5 6 7 8'),
    elementCodes: codes(later ? '1 2 3 4 5 6 7 8 9 10 12 13' : '1 2 3 4 5 6 7 8 9 10'),
    charset,
    delimiters: [element, component, segment, repetition].map((byte) => String.fromCharCode(byte)),
  }
}

function codes(list: string): ReadonlySet<string> {
  return new Set(list.split(' '))
}

function groupHeader(group: GroupReport, dialect: Dialect): AcknowledgementSegment {
  const header = ['AK1', group.functionalId, group.control] as const
  return dialect.later && isCopyable(group.release, 12, dialect)
    ? [...header, group.release]
    : header
}

/**
 * A set whose ST01 or ST02 cannot be copied is counted in AK9 but has no AK2: one with another
 * number would name another set. Its number as sent is copied even where it is shorter than the
 * standard's four.
 */
function setResponse(
  set: SetReport,
  group: GroupReport,
  dialect: Dialect,
): AcknowledgementSegment[] {
  if (!isCopyable(set.type, 3, dialect) || !isCopyable(set.control, 9, dialect)) return []
  const { implementation } = set
  const header: AcknowledgementSegment = ['AK2', set.type, set.control]
  return [
    dialect.later && implementation !== undefined && isCopyable(implementation, 35, dialect)
      ? [...header, implementation]
      : header,
    ...segmentNotes(set.faults, dialect),
    setTrailer(set, group, dialect),
  ]
}

/**
 * AK3 and AK4, in order of the set: what is wrong with a segment as a whole, then its elements
 * below one AK3 with code 8.
 */
function segmentNotes(faults: readonly X12Fault[], dialect: Dialect): AcknowledgementSegment[] {
  const told = faults
    .filter((fault) => fault.severity !== 'note')
    .filter((fault) => fault.level === 'segment' || fault.level === 'element')
    .filter((fault) => canPoint(fault, dialect))
    .toSorted((a, b) => a.at.segment - b.at.segment || elementsLast(a) - elementsLast(b))
  const notes: AcknowledgementSegment[] = []
  let open: { readonly segment: number; elements: number } | undefined
  for (const fault of told) {
    if (fault.level === 'segment') {
      const code = listed(fault.ack, dialect.segmentCodes)
      if (code === undefined) continue
      notes.push(segmentNote(fault, code, dialect))
      open = undefined
      continue
    }
    const note = elementNote(fault, dialect)
    if (note === undefined) continue
    if (open?.segment !== fault.at.segment) {
      open = { segment: fault.at.segment, elements: 0 }
      notes.push(segmentNote(fault, segmentHasElementErrors, dialect))
    }
    if (open.elements === elementNotesMax) continue
    open.elements += 1
    notes.push(note)
  }
  return notes
}

function elementsLast({ level }: X12Fault): number {
  return level === 'element' ? 1 : 0
}

/** AK304 = 8, "Segment has data element errors". */
const segmentHasElementErrors = '8'
/** AK4 may stand 99 times below one AK3. */
const elementNotesMax = 99

/** AK301 takes two or three characters, AK302 as many digits as its release. */
function canPoint(fault: X12Fault, dialect: Dialect): boolean {
  return /^[A-Z0-9]{2,3}$/.test(fault.at.tag) && fault.at.segment <= dialect.segmentPositionMax
}

/** AK303 is the innermost loop, by its trigger as the set's table names it. */
function segmentNote(
  { at }: X12Fault,
  code: string,
  { tags }: Dialect,
): AcknowledgementSegment {
  const loop = at.loop?.split('/').at(-1)?.replace(/Loop(?:_\d+)?$/, '') ?? ''
  return [tags.segment, at.tag, String(at.segment), /^[A-Z0-9]{1,4}$/.test(loop) ? loop : '', code]
}

function elementNote(fault: X12Fault, dialect: Dialect): AcknowledgementSegment | undefined {
  const { element, component, repetition } = fault.at
  const code = listed(fault.ack, dialect.elementCodes)
  if (code === undefined || element === undefined || element > 99) return undefined
  const position = [String(element), String(component ?? '')]
  if (dialect.later && repetition !== undefined && repetition > 1) position.push(String(repetition))
  const reference = /^\d{1,4}$/.test(fault.elementRef ?? '') ? fault.elementRef ?? '' : ''
  const { badValue = '' } = fault
  const copy = isCopyable(badValue, 99, dialect) ? badValue : ''
  return [dialect.tags.element, position, reference, code, copy]
}

/**
 * AK5. A rejected group takes its sets with it, also those nothing is wrong with: they are rejected
 * without a code of their own, and AK905 says why.
 */
function setTrailer(set: SetReport, group: GroupReport, dialect: Dialect): AcknowledgementSegment {
  const verdict = group.verdict === 'rejected' ? 'rejected' : set.verdict
  const told = set.faults.filter((fault) => fault.severity !== 'note')
  const found = told.filter((fault) => fault.level === 'set').map((fault) => fault.ack)
  if (told.some((fault) => fault.level === 'segment' || fault.level === 'element')) {
    found.push('5')
  }
  return [dialect.tags.trailer, verdictCodes[verdict], ...firstCodes(found, dialect.setCodes)]
}

const verdictCodes: Readonly<Record<Verdict, string>> = {
  accepted: 'A',
  accepted_with_errors: 'E',
  partial: 'P',
  rejected: 'R',
}

/**
 * AK902 repeats what GE01 claims where it is a number; AK903 and AK904 are what was met and
 * accepted.
 */
function groupTrailer(group: GroupReport, dialect: Dialect): AcknowledgementSegment {
  const received = group.sets.length
  const accepted = group.verdict === 'rejected'
    ? 0
    : group.sets.filter((set) => set.verdict !== 'rejected').length
  const claimed = /^\d{1,6}$/.test(group.setsClaimed) ? group.setsClaimed : String(received)
  const found = group.faults
    .filter((fault) => fault.severity !== 'note' && fault.level === 'group')
    .map((fault) => fault.ack)
  return [
    'AK9', verdictCodes[group.verdict], claimed, String(received), String(accepted),
    ...firstCodes(found, dialect.groupCodes),
  ]
}

/** AK5 and AK9 hold five codes each. */
const codesMax = 5

function firstCodes(found: readonly (string | undefined)[], list: ReadonlySet<string>): string[] {
  const distinct = new Set(found.filter((code) => listed(code, list) !== undefined))
  return [...distinct]
    .filter((code) => code !== undefined)
    .toSorted((a, b) => Number(a) - Number(b))
    .slice(0, codesMax)
}

function listed(code: string | undefined, list: ReadonlySet<string>): string | undefined {
  return code !== undefined && list.has(code) ? code : undefined
}

/**
 * Whether a partner's text may be repeated to them as it is: it must not change the shape of the
 * 997.
 */
function isCopyable(text: string, lengthMax: number, dialect: Dialect): boolean {
  const { charset, delimiters } = dialect
  return text !== '' && text.trim() !== '' && text.length <= lengthMax &&
    fitsCharset(text, charset) && !delimiters.some((delimiter) => text.includes(delimiter))
}
