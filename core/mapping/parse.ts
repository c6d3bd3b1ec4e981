import { canonicalSchemas } from '#core/documents/schemas.ts'
import { compileSchema, type JsonSchema, type SchemaCheck } from '#core/documents/schema.ts'
import type { MappingLimits } from './limits.ts'
import type { CodeTables, Mapping } from './mapping.ts'
import { readRoot } from './parse-nodes.ts'
import { definitionOf, x12Target } from './x12-target.ts'
import { SourceFile, isYamlMap, type Yaml, type YamlMap } from './source-file.ts'

export interface ParseOptions {
  /** The mapping's name in faults: its folder, as `crossdock map` takes it. */
  readonly name: string
  readonly limits: MappingLimits
  /** Hex sha256 of a text. */
  readonly sha256: (text: string) => string
  /** Schemas a mapping may aim at beside the canonical ones, by name. */
  readonly schemas?: ReadonlyMap<string, JsonSchema>
}

/**
 * Reads and compiles a mapping file (its shape: mappings/README.md). Throws MAPPING_INVALID or
 * MAPPING_EXPRESSION_INVALID with the line.
 */
export function parseMapping(text: string, options: ParseOptions): Mapping {
  const file = new SourceFile(text, options.name, options.limits)
  file.allowKeys([], ['id', 'version', 'from', 'to', 'says', 'codes', 'let', 'fields'])
  const to = readTargets(file)
  return {
    id: file.text('id'),
    version: file.text('version'),
    hash: options.sha256(identity(file.content)),
    from: readFrom(file),
    to,
    says: file.text('says'),
    codes: readCodes(file),
    root: readRoot(file, options.limits),
    checkTarget: targetCheck(file, to, options.schemas),
    limits: options.limits,
  }
}

/** What the mapping does, without its labels; layout and comments went when it was read. */
function identity(content: YamlMap): string {
  const labels = ['version', 'says']
  return JSON.stringify(Object.entries(content).filter(([key]) => !labels.includes(key)))
}

function readFrom(file: SourceFile): readonly string[] {
  return readNames(file, 'from', 'from names what the mapping reads')
}

/** One schema, or one X12 set in one release or several. */
function readTargets(file: SourceFile): readonly string[] {
  const names = readNames(file, 'to', 'to is missing')
  const targets = names.map(x12Target)
  if (names.length > 1 && targets.includes(undefined)) {
    throw file.fault(['to'], 'only sets of X12 are made in several releases')
  }
  if (new Set(targets.map((target) => target?.type)).size > 1) {
    throw file.fault(['to'], 'a mapping makes one type of set')
  }
  const strange = names.find((_, index) => {
    const target = targets[index]
    return target !== undefined && definitionOf(target) === undefined
  })
  if (strange !== undefined) throw file.fault(['to'], `there is no dictionary for ${strange}`)
  return names
}

function readNames(file: SourceFile, key: string, missing: string): readonly string[] {
  const value = file.content[key]
  const names: readonly Yaml[] =
    typeof value === 'string' && value !== '' ? [value] : Array.isArray(value) ? value : []
  if (names.length === 0) throw file.fault([key], missing)
  return names.map((name) => {
    if (typeof name === 'string') return name
    throw file.fault([key], `${key} is a name or a list of names`)
  })
}

function readCodes(file: SourceFile): CodeTables {
  const codes = file.content['codes'] ?? {}
  if (!isYamlMap(codes)) throw file.fault(['codes'], 'codes holds lists by name')
  return new Map(
    Object.entries(codes).map(([name, list]) => [name, readCodeTable(file, name, list)]),
  )
}

function readCodeTable(file: SourceFile, name: string, table: Yaml): ReadonlyMap<string, string> {
  if (!isYamlMap(table)) throw file.fault(['codes', name], 'a code list maps code to word')
  return new Map(
    Object.entries(table).map(([code, word]) => {
      if (typeof word === 'string') return [code, word]
      throw file.fault(['codes', name, code], 'a code stands for one word')
    }),
  )
}

/** One compiled check per schema: compiling takes longer than most mappings. */
const checks = new WeakMap<JsonSchema, SchemaCheck>()

function targetCheck(
  file: SourceFile,
  [to = '']: readonly string[],
  schemas: ReadonlyMap<string, JsonSchema> | undefined,
): SchemaCheck {
  if (x12Target(to) !== undefined) return () => []
  const canonical = canonicalSchemas.get(to)
  if (canonical !== undefined) return canonical.schemaFaults
  const schema = schemas?.get(to)
  if (schema === undefined) throw file.fault(['to'], `there is no schema ${to}`)
  const known = checks.get(schema)
  if (known !== undefined) return known
  try {
    const check = compileSchema(schema)
    checks.set(schema, check)
    return check
  } catch (error) {
    throw file.fault(['to'], `${to} is no JSON Schema: ${String(error)}`)
  }
}
