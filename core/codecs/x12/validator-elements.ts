import type { At } from '#core/errors/fault.ts'
import { shown } from './reader-faults.ts'
import type { FaultList } from './reader-faults.ts'
import { decodeText } from './tokenizer-tape.ts'
import type { SegmentTape } from './tokenizer-tape.ts'
import type { ElementUse, LoopStep, RelationalNote, SegmentDefinition } from './types.ts'
import { checkNote } from './validator-notes.ts'
import { checkValue, holdsControl, lengthOf } from './validator-values.ts'
import type { ValueFault } from './validator-values.ts'

/** An element of the segment, or a component of one. All count from 1; component 0 is the whole. */
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
  /** The composite whose notes are checked: its element, 0 for the segment's own, and which one. */
  #within = 0
  #repetition = 1

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
      if (use !== undefined) this.#element(use, i + 1)
    }
    if (tape.elements > uses.length) this.#beyond(uses.length)
    this.#notes(definition.notes, uses, 0, 1)
  }

  #element(use: ElementUse, element: number): void {
    const tape = this.#tape
    if (tape.isEmpty(element)) {
      if (use.required) this.#missing({ use, element, component: 0, repetition: 1 })
    } else if (use.composite === undefined && !tape.hasParts) {
      const from = tape.startOf(element)
      const to = tape.endOf(element)
      const fault = checkValue(use.element, tape.bytes, from, to)
      if (fault === undefined) return
      this.#value(fault, { use, element, component: 0, repetition: 1 }, from, to)
    } else this.#parts(use, element)
  }

  /** An element that repeats, is composite, or stands beside one that does or is. */
  #parts(use: ElementUse, element: number): void {
    const tape = this.#tape
    const repetitions = tape.repetitions(element)
    if (repetitions > use.repeat) {
      const spot = { use, element, component: 0, repetition: use.repeat + 1 }
      this.#tooMany('X12_REPETITIONS_TOO_MANY', spot, repetitions, use.repeat)
    }
    const allowed = Math.min(repetitions, use.repeat)
    for (let repetition = 1; repetition <= allowed; repetition++) {
      if (use.composite === undefined) {
        this.#simple({ use, element, component: 0, repetition })
      } else this.#composite(use, element, repetition)
    }
    const separators = use.composite === undefined ? tape.componentSeparators(element) : 0
    if (separators > 0) {
      const spot = { use, element, component: 0, repetition: 1 }
      this.#tooMany('X12_COMPONENTS_TOO_MANY', spot, separators + 1, 1)
    }
  }

  #composite(use: ElementUse, element: number, repetition: number): void {
    const tape = this.#tape
    const { elements: uses, notes } = use.composite ?? { elements: [], notes: [] }
    uses.forEach((part, i) => {
      this.#simple({ use: part, element, component: i + 1, repetition })
    })
    const count = tape.components(element, repetition)
    if (count > uses.length) {
      const spot = { use, element, component: uses.length + 1, repetition }
      this.#tooMany('X12_COMPONENTS_TOO_MANY', spot, count, uses.length)
    }
    this.#notes(notes, uses, element, repetition)
  }

  /** One repetition of a simple element, or one component. */
  #simple(spot: Spot): void {
    const { use, element, component, repetition } = spot
    const part = component === 0 ? undefined : component
    const [from, to] = this.#tape.range(element, part, repetition)
    if (from === to) {
      if (use.required && (component > 0 || repetition === 1)) this.#missing(spot)
      return
    }
    if (use.element === undefined) return
    const fault = checkValue(use.element, this.#tape.bytes, from, to)
    if (fault !== undefined) this.#value(fault, spot, from, to)
  }

  /** Empty elements past the last one known mean nothing; the first that is not tells of all. */
  #beyond(known: number): void {
    const tape = this.#tape
    let told = false
    for (let element = known + 1; element <= tape.elements; element++) {
      if (tape.isEmpty(element)) continue
      const badValue = this.#badValue(element)
      const at = this.#at({ element, component: 0, repetition: 1 })
      if (!told) {
        const facts = { tag: tape.tag, element, max: known }
        this.#faults.add('X12_ELEMENTS_TOO_MANY', () => ({ facts, at, badValue }))
        told = true
      }
      if (holdsControl(tape, element)) {
        const facts = { what: this.#placeOf(element, 0), value: shown(badValue) }
        this.#faults.add('X12_CHARACTER_BAD', () => ({ facts, at, badValue }))
        return
      }
    }
  }

  #notes(
    notes: readonly RelationalNote[], uses: readonly ElementUse[], within: number,
    repetition: number,
  ): void {
    if (notes.length === 0) return
    this.#within = within
    this.#repetition = repetition
    for (const note of notes) {
      const broken = checkNote(note, this.#isPresent)
      if (broken === undefined) continue
      const other = broken.beside.map((position) => this.#nameOf(position)).join(', ')
      const because = note.kind === 'R' ? `one of ${other} is needed` : `${other} is sent`
      for (const position of broken.positions) {
        const use = uses[position - 1]
        if (use === undefined) continue
        const spot = within === 0
          ? { use, element: position, component: 0, repetition }
          : { use, element: within, component: position, repetition }
        if (note.kind === 'E') {
          this.#faults.add('X12_ELEMENT_EXCLUDED', () => this.#detail(spot, { other }))
        } else this.#faults.add('X12_ELEMENT_CONDITION', () => this.#detail(spot, { because }))
      }
    }
  }

  readonly #isPresent = (position: number): boolean => {
    if (this.#within === 0) return !this.#tape.isEmpty(position)
    const [from, to] = this.#tape.range(this.#within, position, this.#repetition)
    return from !== to
  }

  #nameOf(position: number): string {
    return this.#within === 0 ? this.#placeOf(position, 0) : this.#placeOf(this.#within, position)
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
        value: shown(text), length: lengthOf(element, bytes, from, to),
        min: element.min, max: element.max, element: element.id, release: this.#release,
        type: element.type === 'N' ? `N${element.decimals}` : element.type,
        form: element.max === 6 ? 'YYMMDD' : 'CCYYMMDD',
      }
      return { ...this.#detail(spot, facts), badValue: text.slice(0, badValueMax) }
    })
  }

  #tooMany(
    code: 'X12_REPETITIONS_TOO_MANY' | 'X12_COMPONENTS_TOO_MANY', spot: Spot,
    count: number, max: number,
  ): void {
    this.#faults.add(code, () => ({
      ...this.#detail(spot, { count, max }), badValue: this.#badValue(spot.element),
    }))
  }

  #badValue(element: number): string {
    return this.#tape.rawText(element).slice(0, badValueMax)
  }

  #detail<Facts extends object>(spot: Spot, facts: Facts) {
    const { use, element, component } = spot
    const { id, name } = use.element ?? use.composite
    const place = this.#placeOf(element, component)
    // AK402 is the data element's number; composites and elements of unknown number have none.
    const elementRef = /^\d+$/.test(id) ? { elementRef: id } : {}
    const named = { ...facts, place, what: `${place} ${name}`.trim() }
    return { facts: named, at: this.#at(spot), ...elementRef }
  }

  /** `PO101`, and `SVC01-2` for a component. */
  #placeOf(element: number, component: number): string {
    const name = `${this.#tape.tag}${String(element).padStart(2, '0')}`
    return component === 0 ? name : `${name}-${component}`
  }

  #at({ element, component, repetition }: Omit<Spot, 'use'>): At {
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
}

/** Loop path from the set down, e.g. `PO1Loop/N1Loop`. */
export function loopOf(path: readonly LoopStep[]): { loop?: string } {
  return path.length === 0 ? {} : { loop: path.map(({ loop }) => loop.name).join('/') }
}
