import type { FactsOf } from '#core/errors/catalog.ts'
import { readTa1 } from './acknowledge-ta1.ts'
import { checkIsa, interchangeHeader, sameNumber } from './reader-envelope.ts'
import { shown } from './reader-faults.ts'
import type { FaultList } from './reader-faults.ts'
import { OpenGroup } from './reader-group.ts'
import { envelopeDetail, keys, levelFaults, rejectedGroup } from './reader-reading.ts'
import type { Reading, ReadOptions } from './reader-reading.ts'
import type { X12FaultCode } from './severity.ts'
import type { SegmentTape } from './tokenizer-tape.ts'
import type { Delimiters, GroupReport, Ta1, X12Visitor } from './types.ts'

/** An interchange from its ISA on. Each level closes what is open below when its trailer comes. */
export class OpenInterchange {
  readonly #reading: Reading
  readonly #faults: FaultList
  readonly #byte: number
  readonly #ta1s: Ta1[] = []
  #ta1sTooMany = false
  readonly #groups: GroupReport[] = []
  readonly #controls = new Set<string>()
  #group: OpenGroup | undefined
  #counted = 0
  /** A group past the limit is passed over. */
  #passing = false
  #strayed = false

  constructor(
    isa: SegmentTape, delimiters: Delimiters, fixed: boolean, visitor: X12Visitor,
    options: ReadOptions,
  ) {
    const interchange = interchangeHeader(isa, delimiters)
    const budget = { left: options.limits.faultsPerInterchangeMax }
    this.#reading = { visitor, options, interchange, segments: 1, sets: 0, budget }
    this.#byte = isa.byte
    visitor.interchangeStart?.(interchange, isa.byte)
    this.#faults = levelFaults(this.#reading)
    checkIsa(isa, interchange, fixed, this.#faults)
  }

  segment(tape: SegmentTape): 'ended' | 'open' {
    this.#reading.segments += 1
    const tag = tape.tagKey
    if (tape.unterminated) this.#tell('X12_UNTERMINATED', tape, { tag: shown(tape.tag, 3) })
    if (tag === keys.IEA) {
      this.#closeGroup(tape.byte)
      this.#trailer(tape)
      this.#close(tape.byte + tape.length + (tape.unterminated ? 0 : 1))
      return 'ended'
    }
    if (tag === keys.GS) this.#open(tape)
    else if (tag === keys.GE && (this.#group !== undefined || this.#passing)) this.#endGroup(tape)
    else if (this.#group !== undefined) this.#group.segment(tape)
    else if (tag === keys.TA1) this.#ta1(tape)
    else if (!this.#passing) this.#stray(tape)
    return 'open'
  }

  overlong(byte: number, tag: string): void {
    this.#reading.segments += 1
    if (this.#group?.overlong(byte, tag) === true) return
    const at = { byte, segment: this.#reading.segments, tag }
    const facts = { tag: shown(tag, 3), max: this.#reading.options.limits.segmentBytesMax }
    const level = 'interchange'
    this.#faults.add('X12_SEGMENT_TOO_LONG', () => ({ facts, at, level, ack: '022' }))
  }

  /** The message ends, or the next interchange begins, at that byte. */
  cut(byte: number): void {
    this.#reading.segments += 1
    this.#closeGroup(byte)
    const { control } = this.#reading.interchange
    const at = { byte, segment: this.#reading.segments, tag: 'IEA' }
    this.#faults.add('X12_IEA_MISSING', () => ({ facts: { control: shown(control) }, at }))
    this.#close(byte)
  }

  #ta1(tape: SegmentTape): void {
    const { visitor, options, segments } = this.#reading
    visitor.ta1?.(tape)
    const max = options.limits.ta1sPerInterchangeMax
    if (this.#ta1s.length < max) this.#ta1s.push(readTa1(tape, segments))
    else if (!this.#ta1sTooMany) {
      this.#ta1sTooMany = true
      this.#tell('X12_TA1S_TOO_MANY', tape, { max })
    }
  }

  #open(gs: SegmentTape): void {
    this.#closeGroup(gs.byte)
    this.#counted += 1
    this.#strayed = false
    const max = this.#reading.options.limits.groupsPerInterchangeMax
    this.#passing = this.#counted > max
    if (this.#counted === max + 1) this.#tell('X12_GROUPS_TOO_MANY', gs, { max })
    if (this.#passing) return
    this.#group = new OpenGroup(gs, this.#reading, this.#controls)
  }

  #endGroup(ge: SegmentTape): void {
    this.#passing = false
    this.#strayed = false
    if (this.#group === undefined) return
    this.#groups.push(this.#group.end(ge))
    this.#group = undefined
  }

  #closeGroup(byte: number): void {
    this.#passing = false
    if (this.#group === undefined) return
    this.#groups.push(this.#group.cut(byte))
    this.#group = undefined
  }

  /** One fault for each run of segments that stand outside any group. */
  #stray(tape: SegmentTape): void {
    if (this.#strayed) return
    this.#strayed = true
    this.#tell('X12_SEGMENT_OUTSIDE_GROUP', tape, { tag: shown(tape.tag, 3) })
  }

  #trailer(iea: SegmentTape): void {
    const { control } = this.#reading.interchange
    const claimed = iea.text(1)
    const value = iea.text(2)
    if (!sameNumber(claimed, String(this.#counted))) {
      this.#tell('X12_IEA_COUNT', iea, { claimed: shown(claimed), counted: this.#counted }, 1)
    }
    if (!sameNumber(value, control)) {
      this.#tell('X12_IEA_NUMBER', iea, { value: shown(value), control: shown(control) }, 2)
    }
  }

  #close(endByte: number): void {
    const { interchange, visitor } = this.#reading
    const verdict = this.#faults.verdict(this.#groups.map((group) => group.verdict))
    const rejected = verdict === 'rejected'
    visitor.interchangeEnd?.({
      ...interchange, standard: 'x12', verdict, faults: this.#faults.kept,
      ta1s: this.#ta1s,
      groups: rejected ? this.#groups.map(rejectedGroup) : this.#groups,
      byte: this.#byte, length: endByte - this.#byte,
    })
  }

  #tell<Code extends X12FaultCode>(
    code: Code, tape: SegmentTape, facts: FactsOf<Code>, element?: number,
  ): void {
    this.#faults.add(code, envelopeDetail(tape, this.#reading.segments, facts, element))
  }
}
