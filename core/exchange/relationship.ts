import type { Delimiters } from '#core/codecs/x12/types.ts'
import type { SeverityTable } from '#core/codecs/x12/severity.ts'
import { plainText } from '#core/codecs/x12/writer-text.ts'
import type { TextPolicy } from '#core/codecs/x12/writer-text.ts'
import type { Stream } from './stream.ts'

/** Who an interchange is from and to, as its envelope names them. */
export interface Pair {
  readonly standard: 'x12'
  readonly theirQualifier: string
  readonly theirId: string
  readonly ourQualifier: string
  readonly ourId: string
}

/** We and one partner on one pair of interchange ids in one stream (DESIGN §2). */
export interface Relationship extends Pair {
  readonly id: string
  readonly stream: Stream
  readonly partnerId: string
  /** GS02 of theirs and of ours: often others than ISA's. */
  readonly theirGroupId: string
  readonly ourGroupId: string
  /** Where what we send to this partner goes. */
  readonly endpointId: string
  readonly settings: RelationshipSettings
  readonly agreements: readonly Agreement[]
}

/** What is agreed below a relationship for one set in one direction. */
export interface Agreement {
  readonly id: string
  readonly direction: 'in' | 'out'
  /** The kind of canonical document it becomes or is made from. */
  readonly documentKind: string
  readonly setType: string
  /** The first six characters of GS08. */
  readonly release: string
  readonly mapping: string
  readonly settings: AgreementSettings
}

export interface RelationshipSettings {
  /** Whether sets of theirs are answered with a 997 or 999; never for GS01 = FA. */
  readonly acknowledge: boolean
  /** With which. Groups before 005010 get a 997 in any case: there was no 999. */
  readonly acknowledgement: '997' | '999'
  /** GS08 and ST03 of our 999s, e.g. `005010X231A1`; null: 005010, and no guide. */
  readonly acknowledgementGuide: string | null
  readonly ta1: Ta1Policy
  /** Whether our envelopes ask for a TA1 (ISA14); those of acknowledgements never do. */
  readonly requestTa1: boolean
  /** What becomes of a number that came before with other content: TA1 025, or a person decides. */
  readonly duplicateControl: 'reject' | 'park'
  /** Days within which a control number may not come again with other content. */
  readonly duplicateWindowDays: number
  /** What their envelopes (ISA to IEA, GS to GE) may get wrong without being rejected. */
  readonly severities: SeverityTable
  /** IANA name; our envelopes carry local date and time. */
  readonly timeZone: string
  readonly delimiters: DelimiterSettings
  readonly charset: CharsetSettings
  /** From which our serial shipping container codes are made; null: none are. */
  readonly gs1: Gs1Settings | null
  /** What mappings read as `$partner`, e.g. the currency of orders that name none. */
  readonly partner: Readonly<Record<string, unknown>>
  /** Ids of partners who may hand in interchanges of this one: the networks it is reached by. */
  readonly networks: readonly string[]
}

/** GS1 General Specifications, AI 00: extension digit, company prefix, serial, check digit. */
export interface Gs1Settings {
  /** 7 to 10 digits, our own. */
  readonly companyPrefix: string
  /** One digit, ours to choose. */
  readonly extension: string
}

/**
 * When an interchange of theirs gets a TA1: when its ISA14 asks for one, when its envelope is
 * rejected or in error, when either is so, always, never. What is rejected and gets none is parked.
 */
export type Ta1Policy = 'as_asked' | 'on_error' | 'asked_or_error' | 'always' | 'never'

/** What our interchanges may hold, and what becomes of text that they cannot (X12.6 §3.3). */
export interface CharsetSettings {
  readonly set: TextPolicy['charset']
  readonly unfit: TextPolicy['unfit']
  /** One character, for text that has no nearest letters. */
  readonly replacement: string
}

/** One character each. */
export interface DelimiterSettings {
  readonly element: string
  readonly component: string
  readonly repetition: string
  readonly segment: string
  /** Written after each segment, for partners who read with their eyes. */
  readonly lineEnd: '' | '\n' | '\r\n'
}

export interface AgreementSettings {
  readonly severities: SeverityTable
  /** Days within which the same business key is a duplicate. */
  readonly reuseWindowDays: number
  /** What is made of the document and where it goes. */
  readonly follow: readonly FollowUp[]
  /** What its mapping reads as `$agreement`. */
  readonly options: Readonly<Record<string, unknown>>
  /** Minutes after its delivery in which what we sent is to be acknowledged; null: never. */
  readonly acknowledgeWithinMinutes: number | null
}

export interface FollowUp {
  readonly endpoint: string
  /** Null where the canonical document itself goes there. */
  readonly mapping: string | null
  readonly operation: string
}

const relationshipDefaults: RelationshipSettings = {
  acknowledge: true,
  acknowledgement: '997',
  acknowledgementGuide: null,
  ta1: 'asked_or_error',
  requestTa1: false,
  duplicateControl: 'park',
  duplicateWindowDays: 365,
  severities: {},
  timeZone: 'UTC',
  delimiters: { element: '*', component: '>', repetition: '^', segment: '~', lineEnd: '' },
  charset: {
    set: plainText.charset, unfit: plainText.unfit, replacement: plainText.replacement,
  },
  gs1: null,
  partner: {},
  networks: [],
}

export const agreementDefaults: AgreementSettings = {
  severities: {},
  reuseWindowDays: 730,
  follow: [],
  options: {},
  acknowledgeWithinMinutes: 24 * 60,
}

/** Stored settings hold only what differs from the defaults. */
export function relationshipSettings(
  stored: Partial<RelationshipSettings>,
): RelationshipSettings {
  const delimiters = { ...relationshipDefaults.delimiters, ...stored.delimiters }
  const charset = { ...relationshipDefaults.charset, ...stored.charset }
  return { ...relationshipDefaults, ...stored, delimiters, charset }
}

export function agreementSettings(stored: Partial<AgreementSettings>): AgreementSettings {
  return { ...agreementDefaults, ...stored }
}

/** The pair as one key of a table in memory; blanks that pad ISA06 and ISA08 are gone already. */
export function pairKey(pair: Pair): string {
  return JSON.stringify([
    pair.standard,
    pair.theirQualifier,
    pair.theirId,
    pair.ourQualifier,
    pair.ourId,
  ])
}

/** The delimiters as the codec writes them. */
export function delimiterBytes(settings: DelimiterSettings): Delimiters {
  return {
    element: settings.element.charCodeAt(0),
    component: settings.component.charCodeAt(0),
    repetition: settings.repetition.charCodeAt(0),
    segment: settings.segment.charCodeAt(0),
  }
}

/** What our text may hold, as the codec writes it. */
export function textPolicy({ set: charset, unfit, replacement }: CharsetSettings): TextPolicy {
  return { charset, unfit, replacement }
}
