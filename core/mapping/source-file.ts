import { LineCounter, isNode, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import { Fault } from '#core/errors/fault.ts'
import type { MappingLimits } from './limits.ts'

/**
 * A node of the file: every scalar is text, because YAML would read `00` as a number and `NO` as
 * false.
 */
export type Yaml = string | readonly Yaml[] | { readonly [key: string]: Yaml }
export type YamlMap = { readonly [key: string]: Yaml }

/** A mapping file as plain data that can say on which line a part of it stands. */
export class SourceFile {
  readonly name: string
  readonly content: YamlMap
  readonly #document: Document
  readonly #lines: LineCounter

  /** Throws MAPPING_INVALID where the text is no YAML map, or too large. */
  constructor(text: string, name: string, limits: MappingLimits) {
    this.name = name
    this.#lines = new LineCounter()
    const options = { schema: 'failsafe', stringKeys: true, lineCounter: this.#lines } as const
    this.#document = parseDocument(text, options)
    if (text.length > limits.fileCharsMax) {
      throw this.fault([], `the file is longer than ${limits.fileCharsMax} characters`)
    }
    const [error] = this.#document.errors
    if (error !== undefined) {
      const line = this.#lines.linePos(error.pos[0]).line
      throw new Fault('MAPPING_INVALID', { mapping: name, line, reason: error.message })
    }
    this.content = this.#read(limits)
  }

  /** The line of the node at this path, or of the nearest one around it; from 1. */
  line(path: readonly string[]): number {
    for (let length = path.length; length > 0; length--) {
      const node: unknown = this.#document.getIn(path.slice(0, length), true)
      if (isNode(node) && node.range) return this.#lines.linePos(node.range[0]).line
    }
    return 1
  }

  fault(path: readonly string[], reason: string): Fault<'MAPPING_INVALID'> {
    return new Fault('MAPPING_INVALID', { mapping: this.name, line: this.line(path), reason })
  }

  /** The text at a key of the file's top. */
  text(key: string): string {
    const value = this.content[key]
    if (typeof value === 'string' && value !== '') return value
    throw this.fault([key], `${key} is missing`)
  }

  /** Throws where the map at this path has a key that means nothing there. */
  allowKeys(path: readonly string[], allowed: readonly string[], map = this.content): void {
    const stranger = Object.keys(map).find((key) => !allowed.includes(key))
    if (stranger !== undefined) {
      throw this.fault([...path, stranger], `${stranger} is none of ${allowed.join(', ')}`)
    }
  }

  #read(limits: MappingLimits): YamlMap {
    let content: unknown
    try {
      content = this.#document.toJS({ maxAliasCount: limits.aliasesMax, reviver: nothingIsEmpty })
    } catch (error) {
      throw this.fault([], error instanceof Error ? error.message : String(error))
    }
    if (!isYamlMap(content as Yaml)) throw this.fault([], 'the file must be a map of keys')
    return content as YamlMap
  }
}

/** A key without a value has an empty one, which whoever reads it refuses by name. */
function nothingIsEmpty(_key: unknown, value: unknown): unknown {
  return value === null ? '' : value
}

export function isYamlMap(node: Yaml | undefined): node is YamlMap {
  return typeof node === 'object' && !Array.isArray(node)
}
