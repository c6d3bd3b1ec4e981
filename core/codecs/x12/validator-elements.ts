import type { At } from '#core/errors/fault.ts'
import type { CompiledElement } from './dictionary-compile.ts'
import { shown } from './reader-faults.ts'
import type { FaultList } from './reader-faults.ts'
import type { SegmentTape } from './tokenizer-tape.ts'
import { decodeText } from './tokenizer-tape.ts'
import type { ElementUse, LoopStep, RelationalNote, SegmentDefinition } from './types.ts'
import { checkValue, lengthOf } from './validator-values.ts'
import type { ValueFault } from './validator-values.ts'

/** One position: an element of the segment, or a component of one. Numbers from 1; 0 where there is none. */
interface Spot {
  readonly use: ElementUse
  readonly element: number
  readonly component: number
  readonly repetition: number
}

/** AK404 holds at most 99 characters (data element 724). */
const badValueMax = 99

/** Checks the elements of one segment at a time against its definition, and tells the faults. */
export class ElementValidator {
  readonly #faults: FaultList
  readonly #release: string
  #tape: SegmentTape
  #segment = 0
  #path: readonly LoopStep[] = []

  constructor(faults: FaultList, release: string, tape: SegmentTape) {
    this.#faults = faults
    this.#release = release
    this.#tape = tape
  }

  /** `segment` and `path` say where it stands. */
  check(
    tape: SegmentTape, definition: SegmentDefinition, segment: number, path: readonly LoopStep[],
  ): void {
    this.#tape = tape
    this.#segment = segment
    this.#path = path
    const uses = definition.elements
    for (let i = 0; i < uses.length; i++) {
      const use = uses[i]
      if (use === undefined) return
      const element = i + 1
      if (tape.isEmpty(element)) {
        if (use.required) this.#missing({ use, element, component: 0, repetition: 1 })
      } else if (tape.hasParts || use.composite !== undefined) {
        this.#parts(use, element)
      } else {
        const from = tape.startOf(element)
        const to = tape.endOf(element)
        const fault = checkValue(use.element as CompiledElement, tape.bytes, from, to)
        if (fault !== undefined) this.#value(fault, { use, element, component: 0, repetition: 1 }, from, to)
      }
    }
    if (tape.elements > uses.length) this.#beyond(uses.length)
    for (const note of definition.notes) this.#note(note, uses, 0, 1)
  }

  /** An element that repeats, is composite, or holds a separator it should not hold. */
  #parts(use: ElementUse, element: number): void {
    const tape = this.#tape
    const repetitions = tape.repetitions(element)
    if (repetitions > use.repeat) {
      this.#tell('X12_REPETITIONS_TOO_MANY', { use, element, component: 0, repetition: use.repeat + 1 },
        { count: repetitions, max: use.repeat })
    }
    for (let repetition = 1; repetition <= repetitions; repetition++) {
      if (use.composite !== undefined) {
        this.#composite(use, element, repetition)
        continue
      }
      const [from, to] = tape.range(element, undefined, repetition)
      if (from === to) {
        if (use.required && repetition === 1) this.#missing({ use, element, component: 0, repetition })
        continue
      }
      const fault = checkValue(use.element as CompiledElement, tape.bytes, from, to)
      if (fault !== undefined) this.#value(fault, { use, element, component: 0, repetition }, from, to)
    }
    const separators = use.composite === undefined ? tape.componentSeparators(element) : 0
    if (separators > 0) {
      this.#tell('X12_COMPONENTS_TOO_MANY', { use, element, component: 0, repetition: 1 },
        { count: separators + 1, max: 1 })
    }
  }

  #composite(use: ElementUse, element: number, repetition: number): void {
    const tape = this.#tape
    const { elements: uses, notes } = use.composite ?? { elements: [], notes: [] }
    uses.forEach((part, i) => {
      const component = i + 1
      const spot = { use: part, element, component, repetition }
      const [from, to] = tape.range(element, component, repetition)
      if (from === to) {
        if (part.required) this.#missing(spot)
        return
      }
      const fault = checkValue(part.element as CompiledElement, tape.bytes, from, to)
      if (fault !== undefined) this.#value(fault, spot, from, to)
    })
    const count = tape.components(element, repetition)
    if (count > uses.length) {
      this.#tell('X12_COMPONENTS_TOO_MANY', { use, element, component: uses.length + 1, repetition },
        { count, max: uses.length })
    }
    for (const note of notes) this.#note(note, uses, element, repetition)
  }

  /** Empty elements past the last one known mean nothing. */
  #beyond(known: number): void {
    const tape = this.#tape
    for (let element = known + 1; element <= tape.elements; element++) {
      if (tape.isEmpty(element)) continue
      const facts = { tag: tape.tag, element, max: known }
      const badValue = tape.rawText(element).slice(0, badValueMax)
      this.#faults.add('X12_ELEMENTS_TOO_MANY', () => ({ facts, at: this.#at(element, 0, 1), badValue }))
      return
    }
  }

  #missing(spot: Spot): void {
    this.#faults.add('X12_ELEMENT_MISSING', () => this.#detail(spot, {}))
  }

  #value(code: ValueFault, spot: Spot, from: number, to: number): void {
    const { element } = spot.use
    if (element === undefined) return
    const { bytes } = this.#tape
    this.#faults.add(code, () => {
      const text = decodeText(bytes, from, to)
      const facts = {
        value: shown(text), length: lengthOf(element as CompiledElement, bytes, from, to),
        min: element.min, max: element.max, element: element.id, release: this.#release,
        type: element.type === 'N' ? `N${element.decimals}` : element.type,
        form: element.max === 6 ? 'YYMMDD' : 'CCYYMMDD',
      }
      return { ...this.#detail(spot, facts), badValue: text.slice(0, badValueMax) }
    })
  }

  #tell(
    code: 'X12_REPETITIONS_TOO_MANY' | 'X12_COMPONENTS_TOO_MANY', spot: Spot,
    facts: { count: number; max: number },
  ): void {
    const badValue = (): string => this.#tape.rawText(spot.element).slice(0, badValueMax)
    this.#faults.add(code, () => ({ ...this.#detail(spot, facts), badValue: badValue() }))
  }

  #detail<Facts extends object>(spot: Spot, facts: Facts) {
    const { use, element, component, repetition } = spot
    const definition = use.element ?? use.composite
    const all = { ...facts, place: this.#placeName(element, component), name: definition.name }
    const at = this.#at(element, component, repetition)
    // AK402 is the data element's number; composites and positions of unknown number have none.
    const elementRef = /^\d+$/.test(definition.id) ? { elementRef: definition.id } : {}
    return { facts: all, at, ...elementRef }
  }

  /** `PO101`, and `SVC01-2` for a component. */
  #placeName(element: number, component: number): string {
    const name = `${this.#tape.tag}${String(element).padStart(2, '0')}`
    return component === 0 ? name : `${name}-${component}`
  }

  #at(element: number, component: number, repetition: number): At {
    const tape = this.#tape
    return {
      byte: tape.byteOf(element, component === 0 ? undefined : component, repetition),
      segment: this.#segment,
      tag: tape.tag,
      element,
      ...(component === 0 ? {} : { component }),
      ...(repetition === 1 ? {} : { repetition }),
      ...loopOf(this.#path),
    }
  }

  /** A relational note of the segment (`composite` 0), or of the composite in that element. */
  #note(
    note: RelationalNote, uses: readonly ElementUse[], composite: number, repetition: number,
  ): void {
    const { kind, positions } = note
    let present = 0
    for (const position of positions) if (this.#isPresent(position, composite, repetition)) present += 1
    if (present === 0 ? kind !== 'R' : kind === 'R') return
    if (kind === 'E' ? present === 1 : present === positions.length) return
    const [first = 0, ...others] = positions
    if ((kind === 'C' || kind === 'L') && !this.#isPresent(first, composite, repetition)) return
    if (kind === 'L' && present > 1) return
    this.#tellNote(kind, kind === 'C' || kind === 'L' ? others : positions, first, uses, composite, repetition)
  }

  /** The note is broken: `positions` are those it may ask for. */
  #tellNote(
    kind: RelationalNote['kind'], positions: readonly number[], first: number,
    uses: readonly ElementUse[], composite: number, repetition: number,
  ): void {
    const present = (position: number): boolean => this.#isPresent(position, composite, repetition)
    const names = (list: readonly number[]): string =>
      list.map((position) => this.#noteName(position, composite)).join(', ')
    const there = positions.filter(present)
    const absent = positions.filter((position) => !present(position))
    if (kind === 'E') {
      const other = names(there.slice(0, 1))
      for (const position of there.slice(1)) this.#excluded(position, other, uses, composite, repetition)
      return
    }
    const because = kind === 'R' ? `one of ${names(positions)} is needed`
      : `${names(kind === 'P' ? there : [first])} is sent`
    for (const position of kind === 'P' || kind === 'C' ? absent : absent.slice(0, 1)) {
      this.#condition(position, uses, composite, repetition, because)
    }
  }

  #isPresent(position: number, composite: number, repetition: number): boolean {
    if (composite === 0) return !this.#tape.isEmpty(position)
    const [from, to] = this.#tape.range(composite, position, repetition)
    return from !== to
  }

  #noteName(position: number, composite: number): string {
    return composite === 0 ? this.#placeName(position, 0) : this.#placeName(composite, position)
  }

  #condition(
    position: number, uses: readonly ElementUse[], composite: number, repetition: number, because: string,
  ): void {
    const spot = noteSpot(position, uses, composite, repetition)
    if (spot === undefined) return
    this.#faults.add('X12_ELEMENT_CONDITION', () => this.#detail(spot, { because }))
  }

  #excluded(
    position: number, other: string, uses: readonly ElementUse[], composite: number, repetition: number,
  ): void {
    const spot = noteSpot(position, uses, composite, repetition)
    if (spot === undefined) return
    this.#faults.add('X12_ELEMENT_EXCLUDED', () => this.#detail(spot, { other }))
  }
}

function noteSpot(
  position: number, uses: readonly ElementUse[], composite: number, repetition: number,
): Spot | undefined {
  const use = uses[position - 1]
  if (use === undefined) return undefined
  return composite === 0
    ? { use, element: position, component: 0, repetition }
    : { use, element: composite, component: position, repetition }
}

/** Loop path from the set down, e.g. `PO1Loop/N1Loop`. */
export function loopOf(path: readonly LoopStep[]): { loop?: string } {
  return path.length === 0 ? {} : { loop: path.map(({ loop }) => loop.name).join('/') }
}
