import type { AcknowledgementSegment } from './acknowledge.ts'
import type { Delimiters, InterchangeHeader, SegmentView, Ta1, X12Fault } from './types.ts'

/** What a TA1 says: TA104, and TA105 (data element I18). */
export interface Ta1Answer {
  readonly outcome: NonNullable<Ta1['outcome']>
  readonly note: string
}

/**
 * The TA1 of an interchange (X12.5): it speaks of the envelope alone. Undefined where ISA13 is no
 * number, so that no TA1 could say which interchange it means. A date or time that would change the
 * shape of the answer is written as zeros; `delimiters` are those it will be written with.
 */
export function ta1(
  interchange: Pick<InterchangeHeader, 'control' | 'date' | 'time'>,
  { outcome, note }: Ta1Answer,
  delimiters: Delimiters,
): AcknowledgementSegment | undefined {
  const { control, date, time } = interchange
  if (!/^\d{1,9}$/.test(control)) return undefined
  return [
    'TA1', control.padStart(9, '0'), copied(date, 6, delimiters), copied(time, 4, delimiters),
    codes[outcome], outcome === 'accepted' ? noError : note,
  ]
}

/**
 * What the envelope's own faults amount to: rejected or accepted with errors by the first of them
 * that does so, each with the code the reader gave it.
 */
export function envelopeAnswer(faults: readonly X12Fault[]): Ta1Answer {
  const own = faults.filter(({ level }) => level === 'interchange')
  const rejecting = own.find(({ severity }) => severity === 'reject')
  if (rejecting !== undefined) return { outcome: 'rejected', note: rejecting.ack ?? contentBad }
  const erring = own.find(({ severity, ack }) => severity === 'error' && ack !== undefined)
  return erring === undefined
    ? { outcome: 'accepted', note: noError }
    : { outcome: 'accepted_with_errors', note: erring.ack ?? contentBad }
}

/** `segment` counts from ISA = 1. */
export function readTa1(view: SegmentView, segment: number): Ta1 {
  return {
    control: view.text(1),
    date: view.text(2),
    time: view.text(3),
    outcome: outcomes[view.text(4)],
    note: view.text(5),
    at: { byte: view.byte, segment, tag: 'TA1' },
  }
}

const noError = '000'
/** "Invalid interchange content", e.g. a GS that no 997 could name. */
export const contentBad = '024'
/** "Duplicate interchange control number". */
export const controlNumberReused = '025'

const codes = { accepted: 'A', accepted_with_errors: 'E', rejected: 'R' } as const

const outcomes: Readonly<Record<string, Ta1['outcome']>> = {
  A: 'accepted', E: 'accepted_with_errors', R: 'rejected',
}

function copied(text: string, length: number, delimiters: Delimiters): string {
  const { element, component, segment, repetition = element } = delimiters
  const used = [element, component, segment, repetition].map((byte) => String.fromCharCode(byte))
  const fits = /^[\x20-\x7e]+$/.test(text) && text.length === length && text.trim() !== ''
  return fits && !used.some((character) => text.includes(character)) ? text : '0'.repeat(length)
}
