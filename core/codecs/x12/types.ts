import type { At, FaultView } from '#core/errors/fault.ts'

/** Bytes of the four characters an interchange chose for itself (X12.5 §3; ISA by position). */
export interface Delimiters {
  /** Byte 3 of ISA. */
  readonly element: number
  /** ISA16. */
  readonly component: number
  /** The byte after ISA16. */
  readonly segment: number
  /** ISA11 from 00402 on unless alphanumeric; absent before. */
  readonly repetition?: number
}

/**
 * One segment on the tape: offsets into the bytes read, valid only while the visitor is being
 * called. Strings are made when asked for. Elements, components and repetitions count from 1; what
 * is absent is `''`.
 */
export interface SegmentView {
  readonly tag: string
  /** Offset of the tag in the message. */
  readonly byte: number
  /** Length in bytes, without the terminator. */
  readonly length: number
  /** Number of elements after the tag, trailing empty ones included. */
  readonly elements: number
  repetitions(element: number): number
  components(element: number, repetition?: number): number
  /** The whole element (first repetition unless told), or one component of it. */
  text(element: number, component?: number, repetition?: number): string
  /** Offset in the message where that element, component or repetition starts. */
  byteOf(element: number, component?: number, repetition?: number): number
}

/**
 * What a fault does to the verdict of the level it stands on. `reject` rejects it, `error` accepts
 * it with errors, `note` is told and changes nothing.
 */
export type Severity = 'reject' | 'error' | 'note'

/**
 * One fault the reader met, with what it becomes in a 997 (X12.20, data elements 715, 716, 718,
 * 720, 723).
 */
export interface X12Fault extends FaultView {
  readonly at: At
  readonly level: 'interchange' | 'group' | 'set' | 'segment' | 'element'
  readonly severity: Severity
  /**
   * TA105, AK905, AK502, AK304 or AK403 by level; absent where the acknowledgement has no word for
   * it.
   */
  readonly ack?: string
  /**
   * Data element number for AK402, and the copy of the bad value for AK404 (at most 99 characters).
   */
  readonly elementRef?: string
  readonly badValue?: string
}

export type Verdict = 'accepted' | 'accepted_with_errors' | 'partial' | 'rejected'

export interface InterchangeHeader {
  readonly control: string
  readonly senderQualifier: string
  /** Trimmed of the blanks that pad it to 15. */
  readonly senderId: string
  readonly receiverQualifier: string
  readonly receiverId: string
  /** ISA09 and ISA10 as they stand: YYMMDD, HHMM. */
  readonly date: string
  readonly time: string
  /** ISA12. */
  readonly version: string
  /** ISA14 = 1. */
  readonly acknowledgementRequested: boolean
  /** ISA15 as it stands: P, T or I. */
  readonly usage: string
  readonly delimiters: Delimiters
}

export interface GroupHeader {
  /** GS01. */
  readonly functionalId: string
  readonly senderId: string
  readonly receiverId: string
  readonly date: string
  readonly time: string
  /** GS06. */
  readonly control: string
  /** GS08 as it stands, e.g. 004010VICS. */
  readonly release: string
}

export interface SetHeader {
  /** ST01. */
  readonly type: string
  /** ST02. */
  readonly control: string
  /** ST03, where it stands. */
  readonly implementation?: string
}

/** A set as it was judged. `byte`/`length` span ST to SE's terminator. */
export interface SetReport {
  readonly type: string
  readonly control: string
  readonly implementation?: string
  readonly verdict: Verdict
  readonly faults: readonly X12Fault[]
  /** Faults past the limit are counted, not kept. */
  readonly faultsLeftOut: number
  readonly segments: number
  readonly byte: number
  readonly length: number
}

export interface GroupReport extends GroupHeader {
  readonly verdict: Verdict
  readonly faults: readonly X12Fault[]
  readonly sets: readonly SetReport[]
  /** Sets the sender says are in it (GE01), '' where there is no GE. */
  readonly setsClaimed: string
  readonly byte: number
}

/** A TA1: what the other side says of an interchange of ours as a whole (X12.5). */
export interface Ta1 {
  /** TA101 to TA103: ISA13, ISA09 and ISA10 of that interchange, as they stand. */
  readonly control: string
  readonly date: string
  readonly time: string
  /** TA104; undefined where it is none of A, E and R. */
  readonly outcome: Exclude<Verdict, 'partial'> | undefined
  /** TA105. */
  readonly note: string
  readonly at: At
}

export interface InterchangeReport extends InterchangeHeader {
  readonly standard: 'x12'
  readonly verdict: Verdict
  readonly faults: readonly X12Fault[]
  /** In the order in which they stand before the groups. */
  readonly ta1s: readonly Ta1[]
  readonly groups: readonly GroupReport[]
  /** From ISA to IEA's terminator. */
  readonly byte: number
  readonly length: number
}

/**
 * One open loop: its definition and the running number of this iteration within its parent, from 1.
 * The object is the same for every segment of the iteration, so it may serve as a key.
 */
export interface LoopStep {
  readonly loop: LoopDefinition
  readonly iteration: number
}

/**
 * Where a segment stands in the set's definition; the tree is built from these. Valid only while
 * the visitor is being called.
 */
export interface LoopPlace {
  /** Counts as AK301 does: ST is 1. */
  readonly segment: number
  /** Open loops from the set down; empty for what stands directly in the set. */
  readonly path: readonly LoopStep[]
  /**
   * The use it fills; absent when the set has no place for it here (unknown, or out of sequence).
   */
  readonly use: SegmentUse | undefined
}

/** The dictionary of one release, as compiled on first use. */
export interface Dictionary {
  readonly release: string
  set(type: string): SetDefinition | undefined
  segment(tag: string): SegmentDefinition | undefined
  element(id: string): ElementDefinition | undefined
}

export interface SetDefinition {
  readonly type: string
  readonly name: string
  /** GS01 of the group it travels in. */
  readonly functionalId: string
  /** ST first, SE last. */
  readonly root: LoopDefinition
  /** Tags that stand anywhere in the set. */
  readonly tags: ReadonlySet<string>
}

export interface LoopDefinition {
  readonly kind: 'loop'
  /** Tag of its first segment. */
  readonly tag: string
  /**
   * `N1Loop`, and `N1Loop_2` for the second of that name among its siblings; `''` for the set
   * itself.
   */
  readonly name: string
  readonly required: boolean
  /** Infinity where the standard says ">1". */
  readonly max: number
  /** In order of the standard; the first is the trigger. */
  readonly items: readonly (SegmentUse | LoopDefinition)[]
}

export interface SegmentUse {
  readonly kind: 'segment'
  readonly tag: string
  /** `REF`, and `REF_2` for the second of that tag among its siblings. */
  readonly name: string
  readonly required: boolean
  readonly max: number
  readonly segment: SegmentDefinition
}

export interface SegmentDefinition {
  readonly tag: string
  readonly name: string
  readonly elements: readonly ElementUse[]
  readonly notes: readonly RelationalNote[]
}

/** One position of a segment, or of a composite: a simple element or a composite of them. */
export type ElementUse = {
  readonly required: boolean
  /** How often it may repeat (1 where it may not). */
  readonly repeat: number
} & (
  | { readonly element: ElementDefinition; readonly composite?: undefined }
  | { readonly composite: CompositeDefinition; readonly element?: undefined }
)

export interface CompositeDefinition {
  readonly id: string
  readonly name: string
  readonly elements: readonly ElementUse[]
  readonly notes: readonly RelationalNote[]
}

export interface ElementDefinition {
  /** The data element number, e.g. `373`. */
  readonly id: string
  readonly name: string
  readonly type: 'AN' | 'ID' | 'N' | 'R' | 'DT' | 'TM' | 'B'
  /** Implied decimals of an Nn element; 0 for the rest. */
  readonly decimals: number
  readonly min: number
  readonly max: number
  /** Absent where the standard lists none. */
  readonly codes: ReadonlySet<string> | undefined
  /** Whether there is a code list and bytes [from, to) are not in it; makes no string. */
  isUnlisted(bytes: Uint8Array, from: number, to: number): boolean
}

/**
 * X12.6 §3.8.3.2. P: all or none. R: at least one. E: at most one. C: with the first, all the
 * others. L: with the first, at least one of the others.
 */
export interface RelationalNote {
  readonly kind: 'P' | 'R' | 'E' | 'C' | 'L'
  readonly positions: readonly number[]
}

/**
 * What the reader tells, in the order of the message. A level that started always ends, with or
 * without its trailer. A set or group is judged by itself when it ends; what stands above it may
 * still reject it, so the verdict that counts is the one in the interchange's report.
 */
export interface X12Visitor {
  interchangeStart?(header: InterchangeHeader, byte: number): void
  groupStart?(header: GroupHeader, byte: number): void
  setStart?(start: SetStart): void
  /** Every segment of a set, ST and SE too. */
  segment?(segment: SegmentView, place: LoopPlace): void
  setEnd?(report: SetReport): void
  groupEnd?(report: GroupReport): void
  interchangeEnd?(report: InterchangeReport): void
  /** An interchange acknowledgement: it stands outside any group. */
  ta1?(segment: SegmentView): void
  /**
   * Each fault as it is met, wherever it stands; past the limit per level they are only counted.
   */
  fault?(fault: X12Fault): void
}

export interface SetStart {
  readonly interchange: InterchangeHeader
  readonly group: GroupHeader
  readonly set: SetHeader
  readonly dictionary: Dictionary
  /** Absent where the release has no such set. */
  readonly definition: SetDefinition | undefined
  readonly byte: number
}

/** Bounds of one read; the values are in config/limits.ts. */
export interface CodecLimits {
  readonly segmentBytesMax: number
  readonly elementsPerSegmentMax: number
  readonly segmentsPerSetMax: number
  readonly loopDepthMax: number
  /** Kept per set, and per group and interchange beside their sets; more are counted. */
  readonly faultsPerSetMax: number
  /** Kept over all levels of an interchange. */
  readonly faultsPerInterchangeMax: number
  readonly setsPerInterchangeMax: number
  readonly groupsPerInterchangeMax: number
  readonly interchangesPerMessageMax: number
  readonly ta1sPerInterchangeMax: number
}
