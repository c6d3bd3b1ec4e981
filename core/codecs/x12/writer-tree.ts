import { Fault } from '#core/errors/fault.ts'
import { pointless } from './tree-decimal.ts'
import { levelName, positionName, unplacedName } from './tree.ts'
import { totalsOf } from './writer-totals.ts'
import type { ElementUse, LoopDefinition, SegmentUse, SetDefinition } from './types.ts'
import type { WireElement, WireSegment, WireValue } from './writer.ts'

/** A tree as `TreeBuilder` builds it, or as a mapping makes one: plain JSON. */
export type TreeInput = Readonly<Record<string, unknown>>

/**
 * The segments of a set between ST and SE, from its tree: the inverse of `TreeBuilder`. Segments
 * come in the order of the standard; levels below `HL_S` and its like are numbered (HL01, HL02, and
 * HL04 where it is used), and so are LX01 and the totals in CTT, where the tree has them or the set
 * must; mappings leave those elements out. Nn elements are scaled back.
 *
 * Throws X12_NAME_UNKNOWN (a name the set has no place for), X12_SHAPE_UNFIT (a list where one
 * value belongs, a number where text does) and X12_DECIMALS_UNFIT. Nothing of the tree is left out
 * silently.
 */
export function segmentsOf(tree: TreeInput, definition: SetDefinition): WireSegment[] {
  return new TreeWriter(definition).write(tree)
}

class TreeWriter {
  readonly #definition: SetDefinition
  readonly #segments: WireSegment[] = []
  #levelsWritten = 0

  constructor(definition: SetDefinition) {
    this.#definition = definition
  }

  write(tree: TreeInput): WireSegment[] {
    this.#loop(this.#definition.root, tree, '')
    const totals = totalsOf(this.#definition, this.#segments)
    return totals === undefined ? this.#segments : this.#segments.map(totals)
  }

  #loop(loop: LoopDefinition, node: TreeInput, path: string): void {
    const left = new Set(Object.keys(node))
    for (const item of loop.items) {
      if (left.delete(item.name)) {
        this.#item(item, node[item.name], join(path, item.name))
      } else if (item.kind === 'segment' && item.tag === 'CTT' && item.required) {
        this.#segments.push(['CTT'])
      }
      if (item.kind === 'loop' && item.tag === 'HL') this.#levels(item, node, path, '', left)
    }
    const [unknown] = [...left].filter((name) => node[name] !== undefined)
    if (unknown !== undefined) throw this.#unknown(join(path, unknown))
  }

  #item(item: SegmentUse | LoopDefinition, value: unknown, path: string): void {
    const nodes = occurrences(value, item.max, path)
    nodes.forEach((node, index) => {
      const here = nodes.length > 1 ? `${path}[${index}]` : path
      if (item.kind === 'loop') this.#numbered(item, asNode(node, here), here, index + 1)
      else this.#segment(item, asNode(node, here), here)
    })
  }

  /** LX01 is an assigned number: the position of the loop among its siblings. */
  #numbered(loop: LoopDefinition, node: TreeInput, path: string, position: number): void {
    if (loop.tag !== 'LX') {
      this.#loop(loop, node, path)
      return
    }
    const given = asNode(node.LX ?? {}, path)
    this.#loop(loop, { ...node, LX: { ...given, LX01: String(position) } }, path)
  }

  /**
   * The levels among the names `left` of a node, in the order the tree names them. `parent` is the
   * HL01 of the level above, '' at the top.
   */
  #levels(
    loop: LoopDefinition,
    node: TreeInput,
    path: string,
    parent: string,
    left: Set<string>,
  ): void {
    for (const name of [...left].filter(isLevelName)) {
      left.delete(name)
      const code = name.slice(levelName('').length)
      occurrences(node[name], Infinity, join(path, name)).forEach((level, index) => {
        const here = `${join(path, name)}[${index}]`
        this.#level(loop, asNode(level, here), here, parent, code)
      })
    }
  }

  #level(loop: LoopDefinition, node: TreeInput, path: string, parent: string, code: string): void {
    this.#levelsWritten += 1
    const number = String(this.#levelsWritten)
    const below = new Set(Object.keys(node).filter(isLevelName))
    const own = Object.fromEntries(Object.entries(node).filter(([name]) => !below.has(name)))
    const given = asNode(node.HL ?? {}, path)
    const child = given.HL04 === undefined ? {} : { HL04: below.size > 0 ? '1' : '0' }
    const numbers = { HL01: number, HL02: parent, HL03: code, ...child }
    this.#loop(loop, { ...own, HL: { ...given, ...numbers } }, path)
    this.#levels(loop, node, path, number, below)
  }

  #segment(use: SegmentUse, node: TreeInput, path: string): void {
    if (use.tag === 'ST' || use.tag === 'SE') return
    const elements = this.#elements(use.segment.elements, use.tag, node, path)
    if (elements.length > 0 || use.tag === 'CTT') this.#segments.push([use.tag, ...elements])
  }

  #elements(
    uses: readonly ElementUse[],
    prefix: string,
    node: TreeInput,
    path: string,
  ): WireElement[] {
    const left = new Set(Object.keys(node))
    const elements: WireElement[] = []
    uses.forEach((use, index) => {
      const name = positionName(prefix, index + 1)
      left.delete(name)
      const value = node[name]
      if (value === undefined || value === null || value === '') return
      while (elements.length < index) elements.push('')
      elements.push(this.#element(use, value, name, join(path, name)))
    })
    const [unknown] = [...left].filter((name) => node[name] !== undefined)
    if (unknown !== undefined) throw this.#unknown(join(path, unknown))
    return elements
  }

  #element(use: ElementUse, value: unknown, name: string, path: string): WireElement {
    if (use.repeat === 1) return this.#value(use, value, name, path)
    const repetitions = occurrences(value, Infinity, path)
      .map((one) => this.#value(use, one, name, path))
    return { repetitions }
  }

  #value(use: ElementUse, value: unknown, name: string, path: string): WireValue {
    if (use.composite === undefined) return wireText(use, value, path)
    if (value === '') return ''
    const components = this.#elements(use.composite.elements, name, asNode(value, path), path)
    return components.filter((component) => typeof component === 'string')
  }

  #unknown(path: string): Fault {
    const hint = path.split('.').includes(unplacedName) ? ' (what the reader could not place)' : ''
    return new Fault('X12_NAME_UNKNOWN', { path: path + hint, set: this.#definition.type })
  }
}

function wireText(use: ElementUse, value: unknown, path: string): string {
  if (typeof value !== 'string') {
    throw new Fault('X12_SHAPE_UNFIT', { path, given: kindOf(value), expected: 'text' })
  }
  if (use.element?.type !== 'N' || value === '') return value
  const { decimals, min } = use.element
  const wire = pointless(value, decimals, min)
  if (wire === undefined) throw new Fault('X12_DECIMALS_UNFIT', { path, value, decimals })
  return wire
}

/** What a name of the tree holds, as a list; a single value is taken for a list of one. */
function occurrences(value: unknown, max: number, path: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) return [value]
  if (max === 1) {
    throw new Fault('X12_SHAPE_UNFIT', { path, given: 'a list', expected: 'one value' })
  }
  return value as unknown[]
}

function asNode(value: unknown, path: string): TreeInput {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as TreeInput
  }
  throw new Fault('X12_SHAPE_UNFIT', { path, given: kindOf(value), expected: 'an object' })
}

function isLevelName(name: string): boolean {
  return name.startsWith(levelName(''))
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}
