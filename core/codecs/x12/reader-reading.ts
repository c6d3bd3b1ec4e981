import type { FactsOf } from '#core/errors/catalog.ts'
import { tagKey } from './dictionary-compile.ts'
import { FaultList } from './reader-faults.ts'
import type { FaultDetail } from './reader-faults.ts'
import type { SeverityTable, X12FaultCode } from './severity.ts'
import type { SegmentTape } from './tokenizer-tape.ts'
import type {
  CodecLimits, GroupHeader, GroupReport, InterchangeHeader, SetHeader, SetReport, X12Visitor,
} from './types.ts'

export interface ReadOptions {
  readonly limits: CodecLimits
  /** What the relationship says otherwise than the defaults, for interchange and group. */
  readonly envelope?: (interchange: InterchangeHeader) => { readonly severities?: SeverityTable }
  /** What the agreement for a set says otherwise than the default severities. */
  readonly profile?: (at: {
    readonly interchange: InterchangeHeader
    readonly group: GroupHeader
    readonly set: SetHeader
  }) => { readonly severities?: SeverityTable }
}

/** What the levels of one interchange share. */
export interface Reading {
  readonly visitor: X12Visitor
  readonly options: ReadOptions
  readonly interchange: InterchangeHeader
  /** Segments met in the interchange, the current one included: ISA is 1. */
  segments: number
  /** Sets met in the interchange. */
  sets: number
  /** Faults that may still be kept, over all levels. */
  readonly budget: { left: number }
}

/** Tags of the envelope, as integers. */
export const keys = {
  IEA: tagKey('IEA'), GS: tagKey('GS'), GE: tagKey('GE'), ST: tagKey('ST'), SE: tagKey('SE'),
  TA1: tagKey('TA1'),
} as const

/** The faults of an interchange or a group, told as they are met. */
export function levelFaults({ visitor, options, interchange, budget }: Reading): FaultList {
  const { severities = {} } = options.envelope?.(interchange) ?? {}
  return new FaultList({
    max: options.limits.faultsPerSetMax, budget, severities,
    tell: (fault) => visitor.fault?.(fault),
  })
}

/** A fault of the envelope stands on that segment, or on one of its elements. */
export function envelopeDetail<Code extends X12FaultCode>(
  tape: SegmentTape, segment: number, facts: FactsOf<Code>, element?: number,
): () => FaultDetail<Code> {
  const tag = tape.tag.slice(0, 10)
  const at = element === undefined
    ? { byte: tape.byte, segment, tag }
    : { byte: tape.byteOf(element), segment, tag, element }
  return () => ({ facts, at })
}

/** What stands in a rejected interchange or group is rejected with it. */
export function rejectedGroup(group: GroupReport): GroupReport {
  return { ...group, verdict: 'rejected', sets: group.sets.map(rejectedSet) }
}

export function rejectedSet(set: SetReport): SetReport {
  return { ...set, verdict: 'rejected' }
}
