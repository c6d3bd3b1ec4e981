import type { At } from '#core/errors/fault.ts'
import { tagKey } from './dictionary-compile.ts'
import type { CompiledDictionary, CompiledLoop, CompiledSet } from './dictionary-compile.ts'
import { shown } from './reader-faults.ts'
import type { FaultList } from './reader-faults.ts'
import type { SegmentTape } from './tokenizer-tape.ts'
import type { LoopPlace, LoopStep, SegmentDefinition, SegmentUse } from './types.ts'
import { ElementValidator, loopOf } from './validator-elements.ts'
import { StructureWalk } from './validator-structure.ts'
import type { StructureSink } from './validator-structure.ts'

const keys = { LS: tagKey('LS'), LE: tagKey('LE'), SE: tagKey('SE') } as const

/**
 * Checks one set, segment by segment, against the dictionary of its release. It knows no envelope:
 * counts and control numbers are the reader's.
 */
export class SetValidator implements StructureSink {
  readonly #dictionary: CompiledDictionary
  readonly #set: CompiledSet | undefined
  readonly #faults: FaultList
  readonly #walk: StructureWalk | undefined
  readonly #elements: ElementValidator
  /** Where segments stand when there is no definition to place them in. */
  readonly #nowhere = { segment: 1, path: [], use: undefined }
  /** LS01 of the LS that no LE has closed yet. */
  readonly #bounds: string[] = []
  #tape: SegmentTape
  #segment = 1
  #after = 'ST'
  #endByte: number | undefined

  /** `st` is the ST segment; `set` is absent where the release has no such set. */
  constructor(
    dictionary: CompiledDictionary, set: CompiledSet | undefined, faults: FaultList,
    st: SegmentTape,
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
    if (this.#walk?.use !== undefined) this.#after = this.#walk.use.tag
    else if (this.#walk !== undefined) this.#misplaced(definition, path)
    if (definition !== undefined) this.#elements.check(tape, definition, number, path)
    if (key === keys.LS) this.#bounds.push(tape.text(1))
    else if (key === keys.LE) this.#closeBounds(tape, path)
    else if (key === keys.SE) this.#bounds.forEach(() => { this.#missingLE() })
  }

  /** The set ended at that byte without its SE: what is required and never came is missing. */
  end(number: number, byte: number): void {
    this.#segment = number
    this.#endByte = byte
    this.#walk?.next(keys.SE, number)
    this.#bounds.forEach(() => { this.#missingLE() })
  }

  missing({ tag, name }: SegmentDefinition, path: readonly LoopStep[]): void {
    const before = this.#endByte === undefined ? shown(this.#tape.tag, 3) : 'SE'
    const byte = this.#endByte ?? this.#tape.byte
    const at = { byte, segment: this.#segment, tag, ...loopOf(path) }
    const what = named(tag, name)
    this.#faults.add('X12_SEGMENT_MISSING', () => ({ facts: { tag, what, before }, at }))
  }

  repeatedSegment({ tag, max, segment }: SegmentUse, path: readonly LoopStep[]): void {
    const facts = { tag, what: named(tag, segment.name), max }
    this.#faults.add('X12_SEGMENT_REPEATED', () => ({ facts, at: this.#at(path) }))
  }

  repeatedLoop({ tag, max }: CompiledLoop, path: readonly LoopStep[]): void {
    const facts = { tag, what: named(tag, this.#dictionary.segment(tag)?.name ?? ''), max }
    this.#faults.add('X12_LOOP_REPEATED', () => ({ facts, at: this.#at(path) }))
  }

  #misplaced(definition: SegmentDefinition | undefined, path: readonly LoopStep[]): void {
    const type = this.#set?.type ?? ''
    const at = (): At => this.#at(path)
    if (definition === undefined) {
      const { release } = this.#dictionary
      const facts = () => ({ release, tag: at().tag })
      this.#faults.add('X12_SEGMENT_UNKNOWN', () => ({ facts: facts(), at: at() }))
      return
    }
    const { tag } = definition
    const what = named(tag, definition.name)
    if (this.#set?.tags.has(tag) === true) {
      const facts = { tag, what, type, after: this.#after }
      this.#faults.add('X12_SEGMENT_OUT_OF_SEQUENCE', () => ({ facts, at: at() }))
    } else {
      this.#faults.add('X12_SEGMENT_NOT_IN_SET', () => ({ facts: { tag, what, type }, at: at() }))
    }
  }

  /** X12.6 §3.8.3.4: LE closes the last LS, by its name. */
  #closeBounds(le: SegmentTape, path: readonly LoopStep[]): void {
    const expected = this.#bounds.pop() ?? ''
    const value = le.text(1)
    if (value === expected) return
    const facts = { tag: 'LE', value: shown(value), expected: shown(expected) }
    const at = { ...this.#at(path), byte: le.byteOf(1), element: 1 }
    this.#faults.add('X12_LOOP_ID_WRONG', () => ({ facts, at, elementRef: '447', badValue: value }))
  }

  #missingLE(): void {
    const definition = this.#dictionary.segment('LE')
    if (definition !== undefined) this.missing(definition, [])
  }

  #at(path: readonly LoopStep[]): At {
    const tag = shown(this.#tape.tag, 10)
    return { byte: this.#tape.byte, segment: this.#segment, tag, ...loopOf(path) }
  }
}

function named(tag: string, name: string): string {
  return `${tag} ${name}`.trim()
}
