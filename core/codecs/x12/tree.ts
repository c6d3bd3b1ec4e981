import { Fault } from '#core/errors/fault.ts'
import type { At } from '#core/errors/fault.ts'
import { pointed } from './tree-decimal.ts'
import type {
  ElementDefinition,
  ElementUse,
  LoopPlace,
  LoopStep,
  SegmentDefinition,
  SegmentUse,
  SegmentView,
} from './types.ts'

/**
 * A set as mappings read it (DESIGN §6): plain JSON, named by the trade.
 *
 * - `BEG.BEG03` is an element, `SVC.SVC01.SVC0101` a component; what is empty is left out.
 * - `PO1Loop` is a loop by its trigger; `N1Loop_2` the second of that name among its siblings.
 * - What the dictionary lets occur more than once (segment, loop, element) is always a list; the
 *   rest is one object or text. In a list of repetitions an empty one is `''`, so the others keep
 *   their position.
 * - HL levels nest below their parent: `HL_S[].HL_O[].HL_I[]`, always lists.
 * - Nn elements are decimal text (`SAC05` `'12.34'`); `rawOf` has what was on the wire.
 * - What the set has no room for (an unknown segment, a second one where one may stand) is kept in
 *   the list `Unplaced` of the loop it was met in, as `{ name, node }`.
 *
 * Every loop and segment knows where it came from: `placeOf`.
 */
export type LoopNode = { [name: string]: LoopChild }
export type LoopChild =
  SegmentNode | SegmentNode[] | LoopNode | LoopNode[] | UnplacedNode[]
export type SegmentNode = { [name: string]: ElementNode | ElementNode[] }
export type ElementNode = string | CompositeNode
export type CompositeNode = { [name: string]: string }
export type UnplacedNode = { name: string; node: SegmentNode | LoopNode }

/** Where a loop (by its first segment) or a segment of a tree stood in the message. */
export function placeOf(node: object): At | undefined {
  return originOf(node)?.at
}

/**
 * The text on the wire of an Nn element or component of `node`, where the tree shows other text.
 */
export function rawOf(node: object, name: string): string | undefined {
  return originOf(node)?.raw?.[name]
}

/** Builds the tree of one set from what the reader's visitor is told of it. */
export class TreeBuilder {
  readonly #root: LoopNode = {}
  /** By depth; an iteration that is over stays until another one takes its place. */
  readonly #open: { step: LoopStep; node: LoopNode }[] = []
  /** HL nodes by HL01, to hang children below. */
  readonly #levels = new Map<string, LoopNode>()

  /**
   * Takes the next segment of the set; the arguments are those of the visitor's `segment`.
   * Throws X12_LEVEL_PARENT_UNKNOWN and X12_LEVEL_NUMBER_TWICE: such a hierarchy has no tree.
   */
  add(view: SegmentView, place: LoopPlace): void {
    const at = atOf(view, place)
    if (place.segment === 1) markOrigin(this.#root, at)
    const parent = this.#loopAt(view, place, at)
    const { use } = place
    const node = segmentNode(view, use?.segment, at)
    if (use === undefined) unplaced(parent, view.tag, node)
    else attach(parent, use, node)
  }

  /** The tree so far; complete once the set's last segment was added. */
  tree(): LoopNode {
    return this.#root
  }

  #loopAt(view: SegmentView, place: LoopPlace, at: At): LoopNode {
    let node = this.#root
    for (const [depth, step] of place.path.entries()) {
      let known = this.#open[depth]
      if (known?.step !== step) {
        known = { step, node: this.#openLoop(node, step, view, at) }
        this.#open.length = depth
        this.#open.push(known)
      }
      node = known.node
    }
    return node
  }

  #openLoop(parent: LoopNode, step: LoopStep, view: SegmentView, at: At): LoopNode {
    const node: LoopNode = {}
    markOrigin(node, at)
    if (step.loop.tag === 'HL' && view.tag === 'HL') this.#addLevel(parent, view, at, node)
    else attach(parent, step.loop, node)
    return node
  }

  #addLevel(outside: LoopNode, view: SegmentView, at: At, node: LoopNode): void {
    const number = view.text(1)
    const parentNumber = view.text(2)
    const parent = parentNumber === '' ? outside : this.#levels.get(parentNumber)
    if (parent === undefined) {
      throw new Fault('X12_LEVEL_PARENT_UNKNOWN', { number, parent: parentNumber },
        { ...at, byte: view.byteOf(2), element: 2 })
    }
    if (this.#levels.has(number)) {
      throw new Fault('X12_LEVEL_NUMBER_TWICE', { number },
        { ...at, byte: view.byteOf(1), element: 1 })
    }
    this.#levels.set(number, node)
    attach(parent, { name: levelName(view.text(3)), max: Infinity }, node)
  }
}

/** The name of the list that holds the levels of one HL03 code. */
export function levelName(levelCode: string): string {
  return `HL_${levelCode}`
}

/** `PO102`, or `SVC0101` for a component: a tag and two digits per position. */
export function positionName(prefix: string, position: number): string {
  return position < 10 ? `${prefix}0${position}` : `${prefix}${position}`
}

/** Where a tree keeps what the set has no room for. */
export const unplacedName = 'Unplaced'

const originKey = Symbol('x12 origin')

interface Origin {
  readonly at: At | undefined
  raw?: Record<string, string>
}

function originOf(node: object): Origin | undefined {
  return (node as { [originKey]?: Origin })[originKey]
}

/** Not enumerable, so that a tree stays plain JSON to whoever walks, copies or prints it. */
function markOrigin(node: object, at: At | undefined): Origin {
  const origin: Origin = { at }
  Object.defineProperty(node, originKey, { value: origin })
  return origin
}

function atOf(view: SegmentView, place: LoopPlace): At {
  const at = { byte: view.byte, segment: place.segment, tag: view.tag }
  if (place.path.length === 0) return at
  return { ...at, loop: place.path.map((step) => step.loop.name).join('/') }
}

function attach(
  parent: LoopNode,
  use: Pick<SegmentUse, 'name' | 'max'>,
  node: SegmentNode | LoopNode,
): void {
  const present = parent[use.name] as (SegmentNode | LoopNode)[] | undefined
  if (use.max === 1) {
    if (present === undefined) parent[use.name] = node
    else unplaced(parent, use.name, node)
  } else if (present === undefined) {
    parent[use.name] = [node] as LoopChild
  } else {
    present.push(node)
  }
}

function unplaced(parent: LoopNode, name: string, node: SegmentNode | LoopNode): void {
  const list = (parent[unplacedName] ??= []) as UnplacedNode[]
  list.push({ name, node })
}

function segmentNode(
  view: SegmentView,
  definition: SegmentDefinition | undefined,
  at: At,
): SegmentNode {
  const node: SegmentNode = {}
  const origin = markOrigin(node, at)
  const names = definition === undefined ? undefined : namesOf(definition)
  for (let element = 1; element <= view.elements; element++) {
    const name = names?.[element - 1] ?? positionName(view.tag, element)
    const value = elementValue(view, element, name, definition?.elements[element - 1], origin)
    if (value !== undefined) node[name] = value
  }
  return node
}

function elementValue(
  view: SegmentView,
  element: number,
  name: string,
  use: ElementUse | undefined,
  origin: Origin,
): ElementNode | ElementNode[] | undefined {
  const repetitions = view.repetitions(element)
  if (repetitions <= 1 && (use === undefined || use.repeat === 1)) {
    return repetition(view, element, 1, name, use, origin)
  }
  const list: ElementNode[] = []
  let last = 0
  for (let number = 1; number <= repetitions; number++) {
    const value = repetition(view, element, number, name, use, origin)
    list.push(value ?? '')
    if (value !== undefined) last = number
  }
  list.length = last
  if (last <= 1 && (use === undefined || use.repeat === 1)) return list[0]
  return last === 0 ? undefined : list
}

function repetition(
  view: SegmentView,
  element: number,
  number: number,
  name: string,
  use: ElementUse | undefined,
  origin: Origin,
): ElementNode | undefined {
  if (use?.composite === undefined) {
    const text = view.text(element, undefined, number)
    return text === '' ? undefined : decimalOrText(text, use?.element, name, origin)
  }
  const node: CompositeNode = {}
  let inner: Origin | undefined
  let filled = false
  for (let component = 1; component <= view.components(element, number); component++) {
    const text = view.text(element, component, number)
    if (text === '') continue
    const definition = use.composite.elements[component - 1]?.element
    const key = positionName(name, component)
    if (definition?.decimals) inner ??= markOrigin(node, origin.at)
    node[key] = inner === undefined ? text : decimalOrText(text, definition, key, inner)
    filled = true
  }
  return filled ? node : undefined
}

function decimalOrText(
  wire: string,
  definition: ElementDefinition | undefined,
  name: string,
  origin: Origin,
): string {
  if (definition === undefined || definition.decimals === 0) return wire
  const text = pointed(wire, definition.decimals)
  if (text !== wire) (origin.raw ??= {})[name] = wire
  return text
}

const elementNames = new WeakMap<SegmentDefinition, readonly string[]>()

function namesOf(definition: SegmentDefinition): readonly string[] {
  let names = elementNames.get(definition)
  if (names === undefined) {
    names = definition.elements.map((_, index) => positionName(definition.tag, index + 1))
    elementNames.set(definition, names)
  }
  return names
}
