import fc from 'fast-check'
import type { Arbitrary, GeneratorValue } from 'fast-check'
import { limits } from '#config/limits.ts'
import { decodeX12 } from '#core/codecs/x12/reader.ts'
import { TreeBuilder } from '#core/codecs/x12/tree.ts'
import type { LoopNode } from '#core/codecs/x12/tree.ts'
import type {
  ElementDefinition, ElementUse, InterchangeReport, LoopDefinition, RelationalNote, SegmentUse,
  SetDefinition,
} from '#core/codecs/x12/types.ts'
import { encodeInterchange } from '#core/codecs/x12/writer.ts'
import type { WireSegment } from '#core/codecs/x12/writer.ts'
import { pointed } from '#core/codecs/x12/tree-decimal.ts'

/** Delimiters that no generated text holds. */
const delimiters = { element: 0x2a, component: 0x3e, segment: 0x7e, repetition: 0x5e }

/** One set in an interchange of its release, as the writer writes it. */
export function enveloped(
  release: string,
  definition: Pick<SetDefinition, 'type' | 'functionalId'>,
  segments: readonly WireSegment[],
): Uint8Array {
  return encodeInterchange({
    header: {
      senderQualifier: 'ZZ', senderId: 'SENDER', receiverQualifier: 'ZZ', receiverId: 'RECEIVER',
      date: '260131', time: '0915', version: release.slice(0, 5), control: '1',
      acknowledgementRequested: false, usage: 'T',
    },
    delimiters,
    groups: [{
      header: {
        functionalId: definition.functionalId, senderId: 'SENDER', receiverId: 'RECEIVER',
        date: release < '004010' ? '260131' : '20260131', time: '0915', control: '1', release,
      },
      sets: [{ type: definition.type, control: '0001', segments }],
    }],
  })
}

/** Reads bytes into the trees of their sets, with the reports. */
export function treesOf(bytes: Uint8Array): { trees: LoopNode[]; reports: InterchangeReport[] } {
  const trees: LoopNode[] = []
  const reports: InterchangeReport[] = []
  let builder = new TreeBuilder()
  const decoder = decodeX12({
    setStart: () => { builder = new TreeBuilder() },
    segment: (view, place) => builder.add(view, place),
    setEnd: () => { trees.push(builder.tree()) },
    interchangeEnd: (report) => { reports.push(report) },
  }, { limits: limits.codec })
  decoder.push(bytes)
  decoder.end()
  return { trees, reports }
}

/**
 * Trees of a set as a mapping would make them: what is required, some of the rest, values that fit.
 */
export function treeArbitrary(definition: SetDefinition): Arbitrary<Record<string, unknown>> {
  return fc.gen().map((draw) => new TreeDrawer(draw).loop(definition.root, 0))
}

class TreeDrawer {
  readonly #draw: GeneratorValue
  /** Optional parts left to draw, so that sets with deep tables stay small. */
  #optionalLeft = 60

  constructor(draw: GeneratorValue) {
    this.#draw = draw
  }

  loop(loop: LoopDefinition, depth: number): Record<string, unknown> {
    const node: Record<string, unknown> = {}
    /** LS, its loop and LE stand together or not at all. */
    let bounded: string | undefined
    for (const [index, item] of loop.items.entries()) {
      if (item.tag === 'ST' || item.tag === 'SE') continue
      const trigger = index === 0 && depth > 0
      const within = item.tag === 'LE' || loop.items[index - 1]?.tag === 'LS'
      const wanted = within ? bounded !== undefined : this.#wants(depth)
      if (!item.required && !trigger && !wanted) continue
      if (item.tag === 'LS') bounded = loop.items[index + 1]?.tag
      const occurrences = this.#occurrences(item, depth)
      const nodes = Array.from({ length: occurrences })
        .map(() => this.#item(item, depth, bounded ?? ''))
        .filter((one) => Object.keys(one).length > 0)
      if (nodes.length === 0) continue
      if (item.kind === 'loop' && item.tag === 'HL') node.HL_S = nodes
      else node[item.name] = item.max === 1 ? nodes[0] : nodes
      if (item.tag === 'LE') bounded = undefined
    }
    return node
  }

  #wants(depth: number): boolean {
    if (this.#optionalLeft === 0 || this.#number(0, 3 + depth) > 0) return false
    this.#optionalLeft -= 1
    return true
  }

  #occurrences(item: SegmentUse | LoopDefinition, depth: number): number {
    return item.max > 1 && this.#number(0, 2 + depth) === 0 ? 2 : 1
  }

  /** `bounded` is the loop that an LS or LE stands around, which it names. */
  #item(
    item: SegmentUse | LoopDefinition,
    depth: number,
    bounded: string,
  ): Record<string, unknown> {
    if (item.tag === 'LS' || item.tag === 'LE') return { [`${item.tag}01`]: bounded }
    if (item.kind === 'segment') return this.#segment(item)
    const node = this.loop(item, depth + 1)
    if (item.tag === 'HL' && this.#wants(depth)) node.HL_I = [this.loop(item, depth + 2)]
    return node
  }

  #segment(use: SegmentUse): Record<string, unknown> {
    const { elements, notes } = use.segment
    // The binary segments tell the length of what follows (X12.22, BIN01 and BDS02).
    if (use.tag === 'BIN') return { BIN01: '5', BIN02: 'BYTES' }
    if (use.tag === 'BDS') return { BDS01: 'ASC', BDS02: '5', BDS03: 'BYTES' }
    return this.#elements(use.tag, elements, notes) ?? {}
  }

  #elements(
    prefix: string,
    uses: readonly ElementUse[],
    notes: readonly RelationalNote[],
  ): Record<string, unknown> | undefined {
    const first = uses.findIndex((use) => use.required)
    const drawn = uses.map((use, index) =>
      use.required || (first < 0 && index === 0) || this.#number(0, 3) === 0)
    const bare = uses.map((use, index) => use.required || (first < 0 && index === 0))
    const present = settled(drawn, notes) ?? settled(bare, notes)
    if (present === undefined) return undefined
    const node: Record<string, unknown> = {}
    uses.forEach((use, index) => {
      if (present[index] !== true) return
      const name = `${prefix}${String(index + 1).padStart(2, '0')}`
      const count = use.repeat > 1 ? this.#number(1, 2) : 1
      const values = Array.from({ length: count }, () => this.#value(use, name))
      node[name] = use.repeat > 1 ? values : values[0]
    })
    return node
  }

  #value(use: ElementUse, name: string): unknown {
    if (use.composite !== undefined) {
      return this.#elements(name, use.composite.elements, use.composite.notes) ?? {}
    }
    return this.#text(use.element)
  }

  #text(element: ElementDefinition): string {
    const { type, min, max, decimals } = element
    const length = this.#number(min, Math.min(max, min + 8))
    const codes = [...element.codes ?? []]
      .filter((code) => code.length >= min && code.length <= max)
    const [code] = codes
    if (code !== undefined) return codes[this.#number(0, codes.length - 1)] ?? code
    if (type === 'DT') return max === 6 ? '260131' : '20260131'
    if (type === 'TM') return '091500'.slice(0, Math.max(4, Math.min(max, 6)))
    if (type === 'N') return pointed(this.#digits(length), decimals)
    if (type === 'R') return this.#digits(length)
    return this.#letters(length)
  }

  #digits(length: number): string {
    const digits = Array.from({ length }, () => this.#number(0, 9)).join('')
    return digits.replace(/^0/, '1')
  }

  #letters(length: number): string {
    const letters = 'ABCDEFGHIJ0123456789'
    return Array.from({ length }, () => letters[this.#number(0, letters.length - 1)]).join('')
  }

  #number(min: number, max: number): number {
    return this.#draw(fc.integer, { min, max })
  }
}

/** The positions with what the notes ask for added; undefined where they still do not hold. */
function settled(
  wanted: readonly boolean[],
  notes: readonly RelationalNote[],
): readonly boolean[] | undefined {
  const present = [...wanted]
  const has = (position: number): boolean => present[position - 1] === true
  const fill = (positions: readonly number[]): void => {
    for (const position of positions) present[position - 1] = true
  }
  for (let round = 0; round < 5; round++) {
    for (const { kind, positions } of notes) {
      const [first = 0, ...others] = positions
      if (kind === 'P' && positions.some(has)) fill(positions)
      if (kind === 'R' && !positions.some(has)) fill([first])
      if (kind === 'C' && has(first)) fill(others)
      if (kind === 'L' && has(first) && !others.some(has)) fill(others.slice(0, 1))
    }
  }
  const excluded = notes.some(({ kind, positions }) =>
    kind === 'E' && positions.filter(has).length > 1)
  return excluded ? undefined : present
}
