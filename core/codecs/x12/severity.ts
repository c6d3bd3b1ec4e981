import type { x12Faults } from '#core/errors/catalog/x12.ts'
import type { Severity, X12Fault } from './types.ts'

export type X12FaultCode = keyof typeof x12Faults

/** What an agreement says otherwise than the defaults. */
export type SeverityTable = Readonly<Partial<Record<X12FaultCode, Severity>>>

export interface FaultKind {
  readonly level: X12Fault['level']
  readonly severity: Severity
  /** For TA105, AK905, AK502, AK304, AK403 (data elements I18, 716, 718, 720, 723). */
  readonly ack?: string
}

/**
 * Level, acknowledgement code and default severity of every fault (DESIGN §5). Rejected is what
 * makes the set unreadable or incomplete: a missing or misplaced part (the mapping would lose it
 * unseen), a value that is not of its type or holds a control character (X12.6 §3.3 has none in
 * data), a count or number that does not agree. Accepted with
 * errors is what reads well all the same: unlisted codes, lengths, repeats. Relational notes (P R C
 * L E) are among these: nothing that stands there is unreadable, many partners break them, and the
 * notes of some releases are carried over from 004010.
 */
const faultKinds = {
  X12_NO_INTERCHANGE: { level: 'interchange', severity: 'reject' },
  X12_TEXT_OUTSIDE: { level: 'interchange', severity: 'error' },
  X12_ISA_UNREADABLE: { level: 'interchange', severity: 'reject', ack: '022' },
  X12_INTERCHANGES_TOO_MANY: { level: 'interchange', severity: 'reject' },

  X12_ISA_NOT_FIXED: { level: 'interchange', severity: 'reject', ack: '022' },
  X12_ISA_ELEMENT_BAD: { level: 'interchange', severity: 'error' },
  X12_ISA_CONTROL_BAD: { level: 'interchange', severity: 'reject', ack: '018' },
  X12_IEA_MISSING: { level: 'interchange', severity: 'reject', ack: '023' },
  X12_IEA_NUMBER: { level: 'interchange', severity: 'reject', ack: '001' },
  X12_IEA_COUNT: { level: 'interchange', severity: 'reject', ack: '021' },
  X12_SEGMENT_OUTSIDE_GROUP: { level: 'interchange', severity: 'reject', ack: '022' },
  X12_GROUPS_TOO_MANY: { level: 'interchange', severity: 'reject', ack: '024' },
  X12_TA1S_TOO_MANY: { level: 'interchange', severity: 'reject', ack: '022' },
  X12_SETS_TOO_MANY: { level: 'group', severity: 'reject', ack: '5' },
  X12_UNTERMINATED: { level: 'interchange', severity: 'note' },

  X12_GS_ELEMENT_BAD: { level: 'group', severity: 'error' },
  X12_GROUP_CONTROL_BAD: { level: 'group', severity: 'reject', ack: '6' },
  X12_GROUP_CONTROL_REPEATED: { level: 'group', severity: 'reject', ack: '6' },
  X12_ENVELOPE_CHARACTER_BAD: { level: 'group', severity: 'reject' },
  X12_RELEASE_UNKNOWN: { level: 'group', severity: 'note' },
  X12_GE_MISSING: { level: 'group', severity: 'reject', ack: '3' },
  X12_GE_NUMBER: { level: 'group', severity: 'reject', ack: '4' },
  X12_GE_COUNT: { level: 'group', severity: 'reject', ack: '5' },
  X12_SEGMENT_OUTSIDE_SET: { level: 'group', severity: 'error' },

  X12_SET_UNKNOWN: { level: 'set', severity: 'reject', ack: '1' },
  X12_SET_TYPE_MISSING: { level: 'set', severity: 'reject', ack: '6' },
  X12_SET_CONTROL_MISSING: { level: 'set', severity: 'reject', ack: '7' },
  X12_SET_CONTROL_BAD: { level: 'set', severity: 'reject', ack: '7' },
  X12_SET_CONTROL_REPEATED: { level: 'set', severity: 'reject', ack: '23' },
  X12_SET_NOT_OF_GROUP: { level: 'set', severity: 'error', ack: '6' },
  X12_SE_MISSING: { level: 'set', severity: 'reject', ack: '2' },
  X12_SE_NUMBER: { level: 'set', severity: 'reject', ack: '3' },
  X12_SE_COUNT: { level: 'set', severity: 'reject', ack: '4' },
  X12_SET_TOO_LONG: { level: 'set', severity: 'reject', ack: '5' },

  X12_SEGMENT_UNKNOWN: { level: 'segment', severity: 'reject', ack: '1' },
  X12_SEGMENT_NOT_IN_SET: { level: 'segment', severity: 'reject', ack: '6' },
  X12_SEGMENT_OUT_OF_SEQUENCE: { level: 'segment', severity: 'reject', ack: '7' },
  X12_SEGMENT_MISSING: { level: 'segment', severity: 'reject', ack: '3' },
  X12_SEGMENT_REPEATED: { level: 'segment', severity: 'error', ack: '5' },
  X12_LOOP_REPEATED: { level: 'segment', severity: 'error', ack: '4' },
  X12_LOOP_ID_WRONG: { level: 'element', severity: 'error', ack: '7' },
  X12_SEGMENT_TOO_LONG: { level: 'segment', severity: 'reject', ack: '8' },

  X12_ELEMENT_MISSING: { level: 'element', severity: 'reject', ack: '1' },
  X12_ELEMENT_CONDITION: { level: 'element', severity: 'error', ack: '2' },
  X12_ELEMENT_EXCLUDED: { level: 'element', severity: 'error', ack: '10' },
  X12_ELEMENTS_TOO_MANY: { level: 'element', severity: 'error', ack: '3' },
  X12_COMPONENTS_TOO_MANY: { level: 'element', severity: 'error', ack: '3' },
  X12_REPETITIONS_TOO_MANY: { level: 'element', severity: 'error', ack: '3' },
  X12_ELEMENT_TOO_SHORT: { level: 'element', severity: 'error', ack: '4' },
  X12_ELEMENT_TOO_LONG: { level: 'element', severity: 'error', ack: '5' },
  X12_CHARACTER_BAD: { level: 'element', severity: 'reject', ack: '6' },
  X12_ELEMENT_BLANK: { level: 'element', severity: 'error', ack: '6' },
  X12_NUMBER_BAD: { level: 'element', severity: 'reject', ack: '6' },
  X12_CODE_UNLISTED: { level: 'element', severity: 'error', ack: '7' },
  X12_DATE_BAD: { level: 'element', severity: 'reject', ack: '8' },
  X12_TIME_BAD: { level: 'element', severity: 'reject', ack: '9' },
} as const satisfies Record<X12FaultCode, FaultKind>

/** Codes that data element 723 has only from 005010 on; before, 3 stands for both. */
const ackFrom005010: Readonly<Partial<Record<X12FaultCode, string>>> = {
  X12_REPETITIONS_TOO_MANY: '12',
  X12_COMPONENTS_TOO_MANY: '13',
}

/** How a fault stands in a set of that release, where the agreement may say otherwise. */
export function faultKind(
  code: X12FaultCode, severities: SeverityTable, release?: string,
): FaultKind {
  const kind: FaultKind = faultKinds[code]
  const severity = severities[code] ?? kind.severity
  const later = release !== undefined && release >= '005010' ? ackFrom005010[code] : undefined
  return { ...kind, severity, ...(later === undefined ? {} : { ack: later }) }
}

/** A code list borrowed from another release proves no code wrong. */
export const doubtedCodes: ReadonlySet<X12FaultCode> = new Set(['X12_CODE_UNLISTED'])

const provenAnywhere: ReadonlySet<X12FaultCode> = new Set([
  'X12_SEGMENT_TOO_LONG', 'X12_CHARACTER_BAD',
])

/**
 * The dictionary of another release proves nothing about a segment or an element, but none has
 * segments without end or control characters in data.
 */
export const doubtedSegments: ReadonlySet<X12FaultCode> = new Set(
  (Object.keys(faultKinds) as X12FaultCode[]).filter((code) => {
    const { level } = faultKinds[code]
    return (level === 'segment' || level === 'element') && !provenAnywhere.has(code)
  }),
)
