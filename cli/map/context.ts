import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import {
  lookupsFrom, ssccTable, type CrossReferences, type Lookups,
} from '#core/mapping/lookups.ts'
import type { AgreementOptions, PartnerProfile } from '#core/mapping/run-input.ts'
import { sscc, ssccSerialsOf } from '#core/std/gs1.ts'
import { UsageError } from '../command.ts'

/** What a run needs beside its source. */
export interface Context {
  readonly partner: PartnerProfile
  readonly lookups: Lookups
  readonly order?: unknown
  /** Which release of a set is made; the mapping's first where absent. */
  readonly targetKind?: string
  readonly agreement?: AgreementOptions
}

/**
 * What the hub knows of the sandbox's buyer; cases and trials stand on it unless told otherwise.
 */
export function sandboxContext(mappingsRoot: string): Context {
  const folder = join(mappingsRoot, 'sandbox')
  return {
    partner: filePartner(join(folder, 'partner.yaml')),
    lookups: withSsccs(fileLookups(join(folder, 'cross-references.yaml'))),
  }
}

/** The company prefix of GS1's own examples. */
const trialPrefix = '0614141'

/** The hub gives codes out one by one; a trial makes one from its key, the same every time. */
function withSsccs(lookups: Lookups): Lookups {
  return {
    get: (table, key) => {
      if (table !== ssccTable) return lookups.get(table, key)
      const digest = createHash('sha256').update(key).digest()
      const serial = digest.readUInt32BE() % ssccSerialsOf(trialPrefix)
      return { is: 'found', value: sscc('0', trialPrefix, serial) }
    },
  }
}

/** What stands beside a case that needs it: the order it belongs to, the agreement's options. */
export function withCaseFiles(context: Context, input: string): Context {
  const beside = (kind: string): unknown => {
    const file = input.replace(/\.in\.[a-z0-9]+$/, `.${kind}.json`)
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as unknown) : undefined
  }
  const order = beside('order')
  const agreement = beside('agreement') as AgreementOptions | undefined
  return { ...context, ...(order !== undefined && { order }), ...(agreement && { agreement }) }
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
