import type {
  CompositeDefinition, Dictionary, ElementDefinition, ElementUse, LoopDefinition, RelationalNote,
  SegmentDefinition, SegmentUse, SetDefinition,
} from './types.ts'

/** A dictionary file: see cli/convert-standards.ts for the notation. */
export interface DictionarySource {
  readonly release: string
  readonly codes: 'exact' | 'advisory'
  readonly sets: Readonly<Record<string, [name: string, functionalId: string, items: string]>>
  readonly segments: Readonly<Record<string, UsesSource>>
  readonly composites: Readonly<Record<string, UsesSource>>
  readonly elements: Readonly<
    Record<string, [name: string, type: string, min: number, max: number, codeList?: number]>
  >
  readonly codeLists: readonly string[]
}

type UsesSource = [name: string, uses: string, notes?: string]

/** A tag of two or three characters as an integer, so that no string is made to find it; else 0. */
export function tagKey(tag: string): number {
  if (tag.length < 2 || tag.length > 3) return 0
  const third = tag.length === 3 ? tag.charCodeAt(2) : 0
  return (tag.charCodeAt(0) << 16) | (tag.charCodeAt(1) << 8) | third
}

/** Compiles sets, segments and elements when they are first asked for, once. */
export class CompiledDictionary implements Dictionary {
  readonly release: string
  /** Code lists borrowed from another release, or joined from several, prove nothing. */
  readonly codesAdvisory: boolean
  readonly #source: DictionarySource
  readonly #sets = new Map<string, CompiledSet>()
  readonly #segments = new Map<number, SegmentDefinition | undefined>()
  readonly #composites = new Map<string, CompositeDefinition>()
  readonly #elements = new Map<string, CompiledElement>()

  constructor(source: DictionarySource) {
    this.#source = source
    this.release = source.release
    this.codesAdvisory = source.codes === 'advisory'
  }

  set(type: string): CompiledSet | undefined {
    const known = this.#sets.get(type)
    if (known !== undefined) return known
    const source = own(this.#source.sets, type)
    if (source === undefined) return undefined
    const [name, functionalId, items] = source
    const tags = new Set<string>()
    const parse = new ItemsParser(items, (tag) => {
      tags.add(tag)
      return this.#required(this.segment(tag), tag)
    })
    const root = compileLoop('', '', true, 1, parse.items())
    const compiled = { type, name, functionalId, root, tags }
    this.#sets.set(type, compiled)
    return compiled
  }

  segment(tag: string): SegmentDefinition | undefined {
    return this.segmentByKey(tagKey(tag))
  }

  segmentByKey(key: number): SegmentDefinition | undefined {
    const known = this.#segments.get(key)
    if (known !== undefined) return known
    const tag = tagOf(key)
    const source = own(this.#source.segments, tag)
    if (source === undefined) return undefined
    const compiled = { tag, ...this.#uses(source) }
    this.#segments.set(key, compiled)
    return compiled
  }

  element(id: string): CompiledElement | undefined {
    const known = this.#elements.get(id)
    if (known !== undefined) return known
    const source = own(this.#source.elements, id)
    if (source === undefined) return undefined
    const list = source[4] === undefined ? undefined : this.#source.codeLists[source[4]]
    const compiled = new CompiledElement(id, source, list)
    this.#elements.set(id, compiled)
    return compiled
  }

  #composite(id: string): CompositeDefinition | undefined {
    const known = this.#composites.get(id)
    if (known !== undefined) return known
    const source = own(this.#source.composites, id)
    if (source === undefined) return undefined
    const compiled = { id, ...this.#uses(source) }
    this.#composites.set(id, compiled)
    return compiled
  }

  #uses([name, uses, notes]: UsesSource): Omit<SegmentDefinition, 'tag'> {
    return {
      name,
      elements: uses === '' ? [] : uses.split(' ').map((use) => this.#use(use)),
      notes: notes === undefined ? [] : notes.split(' ').map(parseNote),
    }
  }

  #use(text: string): ElementUse {
    const { tag: ref, required, max: repeat } = parseUse(text)
    const composite = this.#composite(ref)
    if (composite !== undefined) return { required, repeat, composite }
    return { required, repeat, element: this.#required(this.element(ref), ref) }
  }

  #required<T>(found: T | undefined, name: string): T {
    if (found === undefined) throw new Error(`dictionary ${this.release} lacks ${name}`)
    return found
  }
}

export interface CompiledSet extends SetDefinition {
  readonly root: CompiledLoop
}

export interface CompiledLoop extends LoopDefinition {
  /** Keys of the items' tags, for a search without strings. */
  readonly keys: Int32Array
  /** Index of the last item that is required; -1 if none is. */
  readonly requiredLast: number
  readonly items: readonly (SegmentUse | CompiledLoop)[]
}

export class CompiledElement implements ElementDefinition {
  readonly id: string
  readonly name: string
  readonly type: ElementDefinition['type']
  readonly decimals: number
  readonly min: number
  readonly max: number
  readonly #list: string | undefined
  #codes: ReadonlySet<string> | undefined
  #packed: Set<number> | undefined

  constructor(
    id: string,
    [name, type, min, max]: DictionarySource['elements'][string],
    list: string | undefined,
  ) {
    this.id = id
    this.name = name
    this.type = type.startsWith('N') ? 'N' : (type as ElementDefinition['type'])
    this.decimals = type.startsWith('N') ? Number(type.slice(1)) : 0
    this.min = min
    this.max = max
    this.#list = list
  }

  get codes(): ReadonlySet<string> | undefined {
    if (this.#list !== undefined) this.#codes ??= new Set(this.#list.split(' '))
    return this.#codes
  }

  isUnlisted(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.#list === undefined) return false
    this.#packed ??= packCodes(this.#list)
    const packed = packCode(bytes, from, to)
    if (packed !== 0) return !this.#packed.has(packed)
    let code = ''
    for (let i = from; i < to; i++) code += String.fromCharCode(bytes[i] ?? 0)
    return this.codes?.has(code) !== true
  }
}

/** Up to five letters and digits in a small integer, six bits each; 0 for any other code. */
function packCode(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > 5) return 0
  let packed = 0
  for (let i = from; i < to; i++) {
    const byte = bytes[i] ?? 0
    const isDigit = byte >= 0x30 && byte <= 0x39
    const isLetter = byte >= 0x41 && byte <= 0x5a
    if (!isDigit && !isLetter) return 0
    const six = isDigit ? byte - 0x2f : byte - 0x36
    packed = (packed << 6) | six
  }
  return packed
}

function packCodes(list: string): Set<number> {
  const encoder = new TextEncoder()
  const packed = list.split(' ').map((code) => {
    const bytes = encoder.encode(code)
    return packCode(bytes, 0, bytes.length)
  })
  return new Set(packed)
}

/** `P0203` is a note of kind P over positions 2 and 3. */
function parseNote(text: string): RelationalNote {
  const positions = text.slice(1).match(/\d\d/g) ?? []
  return { kind: text.charAt(0) as RelationalNote['kind'], positions: positions.map(Number) }
}

/** `N1!*200`: `!` mandatory, `*` unbounded, `*n` at most n. */
function parseUse(text: string): { tag: string; required: boolean; max: number } {
  const [, tag = '', mandatory, often, max] = /^([^!*]+)(!)?(\*(\d*))?$/.exec(text) ?? []
  return {
    tag, required: mandatory !== undefined,
    max: often === undefined ? 1 : max === '' ? Infinity : Number(max),
  }
}

/** Reads `N1*200(N2*2 N3*2) CTT(AMT)`: brackets hold what follows a loop's trigger. */
class ItemsParser {
  readonly #tokens: readonly string[]
  readonly #segment: (tag: string) => SegmentDefinition
  #next = 0

  constructor(text: string, segment: (tag: string) => SegmentDefinition) {
    this.#tokens = text.match(/[^\s()]+|[()]/g) ?? []
    this.#segment = segment
  }

  items(trigger?: SegmentUse): (SegmentUse | CompiledLoop)[] {
    const items: (SegmentUse | CompiledLoop)[] = trigger === undefined ? [] : [trigger]
    const seen = new Map(items.map((item) => [item.tag, 1]))
    for (let token = this.#take(); token !== undefined && token !== ')'; token = this.#take()) {
      items.push(this.#item(token, seen))
    }
    return items
  }

  #item(token: string, seen: Map<string, number>): SegmentUse | CompiledLoop {
    const { tag, required, max } = parseUse(token)
    const segment = this.#segment(tag)
    if (this.#tokens[this.#next] !== '(') {
      return { kind: 'segment', tag, name: numbered(tag, seen), required, max, segment }
    }
    this.#next += 1
    const name = numbered(`${tag}Loop`, seen)
    const trigger = { kind: 'segment', tag, name: tag, required: true, max: 1, segment } as const
    return compileLoop(tag, name, required, max, this.items(trigger))
  }

  #take(): string | undefined {
    return this.#tokens[this.#next++]
  }
}

function compileLoop(
  tag: string, name: string, required: boolean, max: number, items: (SegmentUse | CompiledLoop)[],
): CompiledLoop {
  const requiredLast = items.findLastIndex((item) => item.required)
  const keys = Int32Array.from(items, (item) => tagKey(item.tag))
  return { kind: 'loop', tag, name, required, max, items, keys, requiredLast }
}

/** The second of a name is `name_2`, and so on. */
function numbered(name: string, seen: Map<string, number>): string {
  const number = (seen.get(name) ?? 0) + 1
  seen.set(name, number)
  return number === 1 ? name : `${name}_${number}`
}

function tagOf(key: number): string {
  const third = key & 0xff
  return String.fromCharCode(key >> 16, (key >> 8) & 0xff, ...(third === 0 ? [] : [third]))
}

function own<T>(entries: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(entries, key) ? entries[key] : undefined
}
