import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '#config/limits.ts'
import type { JsonSchema } from '#core/documents/schema.ts'
import { Fault, isFault } from '#core/errors/fault.ts'
import type { Mapping } from '#core/mapping/mapping.ts'
import { parseMapping } from '#core/mapping/parse.ts'

/** The mappings folder: each mapping is read and compiled when it is first asked for, and kept. */
export class MappingShelf {
  readonly root: string
  readonly #mappings = new Map<string, Mapping>()
  #schemas: ReadonlyMap<string, JsonSchema> | undefined

  constructor(root = join(import.meta.dirname, '..', '..', 'mappings')) {
    this.root = root
  }

  /** Folders with a mapping.yaml, sorted: `x12/850-to-order`. */
  names(): readonly string[] {
    return filesNamed(this.root, mappingFile).map((path) => path.slice(0, -mappingFile.length - 1))
  }

  /** Throws MAPPING_UNKNOWN, MAPPING_INVALID or MAPPING_EXPRESSION_INVALID. */
  get(name: string): Mapping {
    const known = this.#mappings.get(name)
    if (known !== undefined) return known
    const file = join(this.folder(name), mappingFile)
    const mapping = parseMapping(readFileSync(file, 'utf8'), {
      name,
      limits: limits.mapping,
      sha256,
      schemas: this.#targets(),
    })
    this.#mappings.set(name, mapping)
    return mapping
  }

  /** What it reads and makes; null where there is none of that name that can be used. */
  ends(name: string): Pick<Mapping, 'from' | 'to'> | null {
    try {
      return this.get(name)
    } catch (error) {
      if (isFault(error)) return null
      throw error
    }
  }

  /**
   * Throws MAPPING_UNKNOWN; a name comes from an agreement, so it must not lead out of the folder.
   */
  folder(name: string): string {
    const folder = join(this.root, name)
    const plain = /^[a-z0-9-]+(\/[a-z0-9-]+)*$/.test(name)
    if (plain && existsSync(join(folder, mappingFile))) return folder
    throw new Fault('MAPPING_UNKNOWN', { mapping: name })
  }

  /** Schemas that stand beside mappings, by their $id. */
  #targets(): ReadonlyMap<string, JsonSchema> {
    this.#schemas ??= new Map(
      filesNamed(this.root, schemaFile).map((path) => {
        const schema = JSON.parse(readFileSync(join(this.root, path), 'utf8')) as { $id: string }
        return [schema.$id, schema]
      }),
    )
    return this.#schemas
  }
}

const mappingFile = 'mapping.yaml'
const schemaFile = 'target.schema.json'

function filesNamed(root: string, name: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith(`/${name}`))
    .toSorted()
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
