import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { lookupsFrom, type CrossReferences, type Lookups } from '#core/mapping/lookups.ts'
import type { PartnerProfile } from '#core/mapping/run-input.ts'
import { UsageError } from '../command.ts'

/** What a run needs beside its source. */
export interface Context {
  readonly partner: PartnerProfile
  readonly lookups: Lookups
}

/**
 * What the hub knows of the sandbox's buyer; cases and trials stand on it unless told otherwise.
 */
export function sandboxContext(mappingsRoot: string): Context {
  const folder = join(mappingsRoot, 'sandbox')
  return {
    partner: filePartner(join(folder, 'partner.yaml')),
    lookups: fileLookups(join(folder, 'cross-references.yaml')),
  }
}

/** A partner's profile from a YAML file. Throws UsageError. */
export function filePartner(file: string): PartnerProfile {
  return readYaml(file) as PartnerProfile
}

/** Tables from a YAML file: name of the table, key, value. Throws UsageError. */
export function fileLookups(file: string): Lookups {
  const tables = readYaml(file)
  for (const [name, table] of Object.entries(tables)) {
    if (typeof table === 'object' && table !== null) continue
    throw new UsageError(`${file}: table ${name} must map keys to values.`)
  }
  return lookupsFrom(tables as CrossReferences)
}

/**
 * Knows every key, for a first look at a new partner's files: each stands for itself, items for one
 * product.
 */
export const anyLookups: Lookups = {
  get: (table, key) => ({
    is: 'found',
    value: table === 'items' ? { product: 'ANY' } : { party: key, unit: key },
  }),
}

function readYaml(file: string): object {
  let content: unknown
  try {
    content = parse(readFileSync(file, 'utf8'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unreadable'
    throw new UsageError(`Cannot read ${file}: ${reason}`)
  }
  if (typeof content === 'object' && content !== null) return content
  throw new UsageError(`${file} must hold a map.`)
}
