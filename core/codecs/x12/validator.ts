import type { At } from '#core/errors/fault.ts'
import type { CompiledDictionary, CompiledLoop, CompiledSet } from './dictionary-compile.ts'
import { shown } from './reader-faults.ts'
import type { FaultList } from './reader-faults.ts'
import type { SegmentTape } from './tokenizer-tape.ts'
import type { LoopPlace, LoopStep, SegmentDefinition, SegmentUse } from './types.ts'
import { ElementValidator, loopOf } from './validator-elements.ts'
import { StructureWalk } from './validator-structure.ts'
import type { StructureSink } from './validator-structure.ts'

/**
 * Checks one set, segment by segment, against the dictionary of its release. It knows no envelope: counts and
 * control numbers are the reader's.
 */
export class SetValidator implements StructureSink {
  readonly #dictionary: CompiledDictionary
  readonly #set: CompiledSet | undefined
  readonly #faults: FaultList
  readonly #walk: StructureWalk | undefined
  readonly #elements: ElementValidator
  /** Where segments stand when there is no definition to place them in. */
  readonly #nowhere = { segment: 1, path: [], use: undefined }
  #tape: SegmentTape
  #segment = 1
  #after = 'ST'
  #endByte: number | undefined

  /** `st` is the ST segment; `set` is absent where the release has no such set. */
  constructor(
    dictionary: CompiledDictionary, set: CompiledSet | undefined, faults: FaultList, st: SegmentTape,
  ) {
    this.#dictionary = dictionary
    this.#set = set
    this.#faults = faults
    this.#tape = st
    this.#walk = set === undefined ? undefined : new StructureWalk(set, this)
    this.#elements = new ElementValidator(faults, dictionary.release, st)
    const definition = dictionary.segment('ST')
    if (definition !== undefined) this.#elements.check(st, definition, 1, [])
  }

  /** Where the segment checked last stands; the same object each time. */
  get place(): LoopPlace {
    return this.#walk ?? this.#nowhere
  }

  /** The next segment, SE included; `number` counts as AK301 does. */
  check(tape: SegmentTape, number: number): void {
    this.#tape = tape
    this.#segment = number
    this.#nowhere.segment = number
    const key = tape.tagKey
    const definition = this.#dictionary.segmentByKey(key)
    this.#walk?.next(key, number)
    const path = this.#walk?.path ?? []
    if (this.#walk !== undefined && this.#walk.use === undefined) this.#misplaced(definition, path)
    else this.#after = tape.tag
    if (definition !== undefined) this.#elements.check(tape, definition, number, path)
  }

  /** The set ended at that byte without its SE: what is required and never came is missing. */
  end(number: number, byte: number): void {
    this.#segment = number
    this.#endByte = byte
    this.#walk?.next(keySE, number)
  }

  missing(segment: SegmentDefinition, path: readonly LoopStep[]): void {
    const { tag, name } = segment
    if (tag === 'SE') return
    const before = this.#endByte === undefined ? shown(this.#tape.tag, 3) : 'SE'
    const byte = this.#endByte ?? this.#tape.byte
    const at = (): At => ({ byte, segment: this.#segment, tag, ...loopOf(path) })
    this.#faults.add('X12_SEGMENT_MISSING', () => ({ facts: { tag, name, before }, at: at() }))
  }

  repeatedSegment({ tag, max, segment }: SegmentUse, path: readonly LoopStep[]): void {
    const facts = { tag, name: segment.name, max }
    this.#faults.add('X12_SEGMENT_REPEATED', () => ({ facts, at: this.#at(path) }))
  }

  repeatedLoop({ tag, max }: CompiledLoop, path: readonly LoopStep[]): void {
    const name = this.#dictionary.segment(tag)?.name ?? ''
    this.#faults.add('X12_LOOP_REPEATED', () => ({ facts: { tag, name, max }, at: this.#at(path) }))
  }

  #misplaced(definition: SegmentDefinition | undefined, path: readonly LoopStep[]): void {
    const type = this.#set?.type ?? ''
    const at = (): At => this.#at(path)
    if (definition === undefined) {
      const facts = { release: this.#dictionary.release, tag: shown(this.#tape.tag, 10) }
      this.#faults.add('X12_SEGMENT_UNKNOWN', () => ({ facts, at: at() }))
      return
    }
    const { tag, name } = definition
    if (this.#set?.tags.has(tag) !== true) {
      this.#faults.add('X12_SEGMENT_NOT_IN_SET', () => ({ facts: { tag, name, type }, at: at() }))
      return
    }
    const facts = { tag, name, type, after: this.#after }
    this.#faults.add('X12_SEGMENT_OUT_OF_SEQUENCE', () => ({ facts, at: at() }))
  }

  #at(path: readonly LoopStep[]): At {
    const tag = shown(this.#tape.tag, 10)
    return { byte: this.#tape.byte, segment: this.#segment, tag, ...loopOf(path) }
  }
}

const keySE = (0x53 << 16) | (0x45 << 8)
