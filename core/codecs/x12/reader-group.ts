import type { FactsOf } from '#core/errors/catalog.ts'
import { dictionaryFor } from './dictionary.ts'
import type { CompiledDictionary } from './dictionary-compile.ts'
import { checkGs, groupHeader, plainNumber, sameNumber } from './reader-envelope.ts'
import { shown } from './reader-faults.ts'
import type { FaultList } from './reader-faults.ts'
import { envelopeDetail, keys, levelFaults, rejectedSet } from './reader-reading.ts'
import type { Reading } from './reader-reading.ts'
import { OpenSet } from './reader-set.ts'
import type { X12FaultCode } from './severity.ts'
import type { SegmentTape } from './tokenizer-tape.ts'
import type { GroupHeader, GroupReport, SetReport } from './types.ts'

/** A group from its GS on. */
export class OpenGroup {
  readonly #reading: Reading
  readonly #header: GroupHeader
  readonly #dictionary: CompiledDictionary
  /** Whether the dictionary is that of the group's release. */
  readonly #exact: boolean
  readonly #faults: FaultList
  readonly #byte: number
  readonly #sets: SetReport[] = []
  readonly #controls = new Set<string>()
  #set: OpenSet | undefined
  #counted = 0
  /** A set past the limit is passed over. */
  #passing = false
  #strayed = false

  /** `controls` are the group numbers met in the interchange; this one's is added. */
  constructor(gs: SegmentTape, reading: Reading, controls: Set<string>) {
    const header = groupHeader(gs)
    const { dictionary, exact } = dictionaryFor(header.release)
    this.#reading = reading
    this.#header = header
    this.#dictionary = dictionary
    this.#exact = exact
    this.#byte = gs.byte
    reading.visitor.groupStart?.(header, gs.byte)
    this.#faults = levelFaults(reading)
    checkGs(gs, header, reading.segments, dictionary, this.#faults)
    if (!exact) {
      const facts = { release: shown(header.release), nearest: dictionary.release }
      this.#tell('X12_RELEASE_UNKNOWN', gs, facts, 8)
    }
    const number = plainNumber(header.control)
    if (controls.has(number)) {
      this.#tell('X12_GROUP_CONTROL_REPEATED', gs, { control: shown(header.control) }, 6)
    }
    controls.add(number)
  }

  /** Any segment but IEA, GS and GE. */
  segment(tape: SegmentTape): void {
    const tag = tape.tagKey
    if (tag === keys.ST) this.#open(tape)
    else if (this.#set !== undefined) {
      this.#set.segment(tape)
      if (tag === keys.SE) this.#push(this.#set.end(tape))
    } else if (this.#passing) this.#passing = tag !== keys.SE
    else this.#stray(tape)
  }

  /** Whether it stood in a set, which then told of it. */
  overlong(byte: number, tag: string): boolean {
    this.#set?.overlong(byte, tag)
    return this.#set !== undefined
  }

  end(ge: SegmentTape): GroupReport {
    this.#closeSet(ge.byte)
    const claimed = ge.text(1)
    const value = ge.text(2)
    const { control } = this.#header
    if (!sameNumber(claimed, String(this.#counted))) {
      this.#tell('X12_GE_COUNT', ge, { claimed: shown(claimed), counted: this.#counted }, 1)
    }
    if (!sameNumber(value, control)) {
      this.#tell('X12_GE_NUMBER', ge, { value: shown(value), control: shown(control) }, 2)
    }
    return this.#report(claimed)
  }

  /** The message, the interchange or the group ends at that byte without GE. */
  cut(byte: number): GroupReport {
    this.#closeSet(byte)
    const at = { byte, segment: this.#reading.segments, tag: 'GE' }
    const facts = { control: shown(this.#header.control) }
    this.#faults.add('X12_GE_MISSING', () => ({ facts, at }))
    return this.#report('')
  }

  #open(st: SegmentTape): void {
    this.#closeSet(st.byte)
    this.#strayed = false
    this.#counted += 1
    this.#reading.sets += 1
    const max = this.#reading.options.limits.setsPerInterchangeMax
    this.#passing = this.#reading.sets > max
    if (this.#passing) {
      if (this.#reading.sets === max + 1) this.#tell('X12_SETS_TOO_MANY', st, { max })
      return
    }
    this.#set = new OpenSet(st, {
      reading: this.#reading, group: this.#header, dictionary: this.#dictionary, exact: this.#exact,
      controls: this.#controls,
    })
  }

  #closeSet(byte: number): void {
    this.#passing = false
    if (this.#set !== undefined) this.#push(this.#set.cut(byte))
  }

  #push(report: SetReport): void {
    this.#sets.push(report)
    this.#set = undefined
  }

  /** One fault for each run of segments that stand outside any set. */
  #stray(tape: SegmentTape): void {
    if (this.#strayed) return
    this.#strayed = true
    this.#tell('X12_SEGMENT_OUTSIDE_SET', tape, { tag: shown(tape.tag, 10) })
  }

  #report(setsClaimed: string): GroupReport {
    const verdict = this.#faults.verdict(this.#sets.map((set) => set.verdict))
    const sets = verdict === 'rejected' ? this.#sets.map(rejectedSet) : this.#sets
    const report = {
      ...this.#header, verdict, faults: this.#faults.kept, sets, setsClaimed, byte: this.#byte,
    }
    this.#reading.visitor.groupEnd?.(report)
    return report
  }

  #tell<Code extends X12FaultCode>(
    code: Code, tape: SegmentTape, facts: FactsOf<Code>, element?: number,
  ): void {
    this.#faults.add(code, envelopeDetail(tape, this.#reading.segments, facts, element))
  }
}
