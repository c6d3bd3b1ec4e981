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
 * One segment on the tape: offsets into the bytes pushed, valid until the next `push`. Strings are made when
 * asked for. Elements, components and repetitions count from 1; what is absent is `''`.
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
 * What a fault does to the verdict of the level it stands on. `reject` rejects it, `error` accepts it with
 * errors, `note` is told and changes nothing.
 */
export type Severity = 'reject' | 'error' | 'note'

/** One fault the reader met, with what it becomes in a 997 (X12.20, data elements 715, 716, 718, 720, 723). */
export interface X12Fault extends FaultView {
  readonly at: At
  readonly level: 'interchange' | 'group' | 'set' | 'segment' | 'element'
  readonly severity: Severity
  /** AK905, AK502, AK304 or AK403 by level; absent where the 997 has no word for it. */
  readonly ack?: string
  /** Data element number for AK402, and the copy of the bad value for AK404 (at most 99 characters). */
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

export interface InterchangeReport extends InterchangeHeader {
  readonly standard: 'x12'
  readonly verdict: Verdict
  readonly faults: readonly X12Fault[]
  readonly groups: readonly GroupReport[]
  /** From ISA to IEA's terminator. */
  readonly byte: number
  readonly length: number
}

/** Where a segment stands in the set's definition; the tree is built from these. */
export interface LoopPlace {
  /** Trigger tags from the set down with the running number of each iteration, e.g. [['PO1', 3], ['N1', 1]]. */
  readonly path: readonly (readonly [loop: string, iteration: number])[]
}
