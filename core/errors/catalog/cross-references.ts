import type { CatalogEntry } from './entry.ts'

/** What keeps a table of cross-references from being read or written as CSV. */
export const crossReferenceFaults = {
  CROSS_REFERENCE_CSV: {
    fate: 'refused', http: 422,
    says: 'Line {line} of the table {reason}.',
    remedy: 'Correct the line: a column "key", a column for each field of the value, and where ' +
      'needed "valid_from" and "valid_to" (YYYY-MM-DD).',
  },
  CROSS_REFERENCE_NOT_TABULAR: {
    fate: 'refused', http: 409,
    says: 'The value of key {key} does not go into a line: {reason}.',
    remedy: 'Read and write this table as JSON.',
  },
} as const satisfies Record<string, CatalogEntry>
