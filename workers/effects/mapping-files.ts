import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

import { limits } from '#config/limits.ts'
import type { JsonSchema } from '#core/documents/schema.ts'
import type { Mapping } from '#core/mapping/mapping.ts'
import { parseMapping } from '#core/mapping/parse.ts'

/** The folder of the mappings that come with the hub. */
export const mappingsFolder = fileURLToPath(new URL('../../mappings/', import.meta.url))

/** Every mapping below a folder by its name, which is its own folder's path: `x12/850-to-order`. */
export function readMappings(folder = mappingsFolder): ReadonlyMap<string, Mapping> {
  const names = globSync('**/mapping.yaml', { cwd: folder }).map(dirname).sort()
  return new Map(names.map((name) => [name, readMapping(folder, name)]))
}

/** One mapping; a target that is not canonical has its schema beside it. Throws as `parseMapping` does. */
export function readMapping(folder: string, name: string): Mapping {
  const path = join(folder, name)
  const schemaFile = join(path, 'target.schema.json')
  const schemas = new Map<string, JsonSchema>()
  if (existsSync(schemaFile)) {
    const schema = JSON.parse(readFileSync(schemaFile, 'utf8')) as JsonSchema & { $id: string }
    schemas.set(schema.$id, schema)
  }
  return parseMapping(readFileSync(join(path, 'mapping.yaml'), 'utf8'), {
    name: relative('.', name),
    limits: limits.mapping,
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    schemas,
  })
}
