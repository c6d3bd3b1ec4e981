import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalog } from '#core/errors/catalog.ts'
import type { CatalogEntry } from '#core/errors/catalog/entry.ts'

/** Writes docs/errors.md from the catalog: `npm run errors-doc`. */

export const errorsDocPath = join(import.meta.dirname, '..', 'docs', 'errors.md')

const fates: Record<CatalogEntry['fate'], string> = {
  refused: 'It failed, and will fail again until something is changed.',
  not_sent: 'Nothing has happened yet; it is tried again.',
  unknown: 'It may or may not have taken effect; it is looked up before it is tried again.',
}

/** The page: one section per code, sorted, so that a code can be linked to and found. */
export function errorsDoc(entries: Readonly<Record<string, CatalogEntry>>): string {
  const sections = Object.entries(entries)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { fate, http, says, remedy }]) =>
      `## ${code}\n\n${says}\n\n**What to do.** ${remedy}\n\n${fates[fate]} HTTP ${http}.\n`)
  return [head, ...sections].join('\n')
}

const head = `# Fault codes

Every fault the hub knows, in the API, the CLI and the database alike. A code is never renamed or
used for something else. What stands in braces is filled in with the facts of the case. This page is
generated from \`core/errors/catalog.ts\` by \`npm run errors-doc\`.
`

if (import.meta.main) writeFileSync(errorsDocPath, errorsDoc(catalog))
