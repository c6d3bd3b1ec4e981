import { Fault } from '#core/errors/fault.ts'
import { builtins, refused } from './builtins.ts'
import { ExpressionError, compileExpression, type Expression } from './expression.ts'
import { functionNames } from './functions.ts'
import type { MappingLimits } from './limits.ts'
import type { FieldNode, Let, ListNode, ListPart, MappingNode, ObjectNode } from './mapping.ts'
import { isYamlMap, type SourceFile, type Yaml, type YamlMap } from './source-file.ts'

/** Reads `let` and `fields` of the file's top. */
export function readRoot(file: SourceFile, limits: MappingLimits): ObjectNode {
  const here = { path: [], field: '', names: contextNames }
  return new NodeReader(file, limits).object(file.content, here)
}

/** What every expression sees beside functions and lets; `''` is `$`, `'$'` is `$$`. */
const contextNames: ReadonlySet<string> = new Set([
  '', '$', 'root', 'parent', 'position', 'partner', 'order', 'agreement', 'release',
])

/** Where in the file and in the target we are, and which names are known there. */
interface Here {
  readonly path: readonly string[]
  readonly field: string
  readonly names: ReadonlySet<string>
}

class NodeReader {
  readonly #file: SourceFile
  readonly #limits: MappingLimits
  /** Aliased parts are compiled once. */
  readonly #compiled = new Map<string, Expression>()
  #fields = 0

  constructor(file: SourceFile, limits: MappingLimits) {
    this.#file = file
    this.#limits = limits
  }

  object(map: YamlMap, here: Here): ObjectNode {
    const when = this.#when(map, here)
    const lets = this.#lets(map['let'], here)
    const names = new Set([...here.names, ...lets.map((one) => one.name)])
    const fields = map['fields']
    if (!isYamlMap(fields)) throw this.#file.fault([...here.path, 'fields'], 'fields is missing')
    return {
      kind: 'object',
      when,
      lets,
      fields: Object.entries(fields).map(([name, node]) => {
        const field = here.field === '' ? name : `${here.field}.${name}`
        return [name, this.#node(node, { path: [...here.path, 'fields', name], field, names })]
      }),
    }
  }

  #node(node: Yaml, here: Here): MappingNode {
    this.#count(here)
    if (typeof node === 'string') return this.#field({ value: node }, here)
    if (Array.isArray(node)) return this.#list(node, here)
    const map = node as YamlMap
    return 'each' in map ? { kind: 'list', parts: [this.#part(map, here)] } : this.#item(map, here)
  }

  #list(parts: readonly Yaml[], here: Here): ListNode {
    return {
      kind: 'list',
      parts: parts.map((part, index) => {
        const there = { ...here, path: [...here.path, String(index)] }
        this.#count(there)
        if (isYamlMap(part)) return this.#part(part, there)
        throw this.#file.fault(there.path, 'a part of a list is a map with fields or value')
      }),
    }
  }

  #part(map: YamlMap, here: Here): ListPart {
    const { each, ...item } = map
    return {
      each: each === undefined ? undefined : this.#expression(each, here, 'each'),
      item: this.#item(item, { ...here, field: `${here.field}[]` }),
    }
  }

  #item(map: YamlMap, here: Here): FieldNode | ObjectNode {
    const keys = 'value' in map ? ['when', 'value'] : ['when', 'let', 'fields']
    this.#file.allowKeys(here.path, keys, map)
    return 'value' in map ? this.#field(map, here) : this.object(map, here)
  }

  #field(map: YamlMap, here: Here): FieldNode {
    const key = map['when'] === undefined ? undefined : 'value'
    return {
      kind: 'field',
      when: this.#when(map, here),
      value: this.#expression(map['value'], here, key),
    }
  }

  #when(map: YamlMap, here: Here): Expression | undefined {
    return map['when'] === undefined ? undefined : this.#expression(map['when'], here, 'when')
  }

  /** Each sees those before it. */
  #lets(lets: Yaml | undefined, here: Here): readonly Let[] {
    if (lets === undefined) return []
    if (!isYamlMap(lets)) throw this.#file.fault([...here.path, 'let'], 'let holds values by name')
    const names = new Set(here.names)
    return Object.entries(lets).map(([name, value]) => {
      const path = [...here.path, 'let', name]
      if (!/^[a-z][A-Za-z0-9]*$/.test(name) || taken(name)) {
        throw this.#file.fault(path, `${name} is no name for a let, or stands for something else`)
      }
      const expression = this.#expression(value, { path, field: `$${name}`, names: new Set(names) })
      names.add(name)
      return { name, value: expression }
    })
  }

  #expression(text: Yaml | undefined, here: Here, key?: string): Expression {
    const path = key === undefined ? here.path : [...here.path, key]
    if (typeof text !== 'string') throw this.#file.fault(path, 'an expression is one text')
    try {
      const expression = this.#compiled.get(text) ?? compileExpression(text, this.#limits)
      this.#compiled.set(text, expression)
      for (const name of expression.variables) checkName(name, here.names)
      return expression
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error
      throw new Fault('MAPPING_EXPRESSION_INVALID', {
        mapping: this.#file.name,
        line: this.#file.line(path),
        field: here.field,
        reason: error.message,
      })
    }
  }

  #count(here: Here): void {
    this.#fields += 1
    if (this.#fields > this.#limits.fieldsMax) {
      throw this.#file.fault(here.path, `there are more than ${this.#limits.fieldsMax} fields`)
    }
    if (here.path.length > this.#limits.depthMax * 2) {
      throw this.#file.fault(here.path, `fields lie deeper than ${this.#limits.depthMax}`)
    }
  }
}

function taken(name: string): boolean {
  return [contextNames, builtins, refused, functionNames].some((names) => names.has(name))
}

function checkName(name: string, known: ReadonlySet<string>): void {
  const because = refused.get(name)
  if (because !== undefined) throw new ExpressionError(`$${name} is not allowed: ${because}`)
  if (!known.has(name) && !builtins.has(name) && !functionNames.has(name)) {
    throw new ExpressionError(`nothing is called $${name} here`)
  }
}
