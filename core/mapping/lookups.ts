/**
 * What is known of a partner's cross-reference tables. Deciding never waits: what is not loaded yet
 * is `unknown`, the run ends with its needs, and runs again once they are known.
 */
export interface Lookups {
  get(table: string, key: string): Lookup
}

export type Lookup =
  | { readonly is: 'found'; readonly value: unknown }
  | { readonly is: 'missing' }
  | { readonly is: 'unknown' }

export interface LookupNeed {
  readonly table: string
  readonly key: string
}

/**
 * The table of serial shipping container codes: each key, say a package of an ERP, has one for
 * ever, given to it when it is first asked for.
 */
export const ssccTable = '$sscc'

/** Tables that are wholly known: a key outside them is missing. */
export function lookupsFrom(tables: CrossReferences): Lookups {
  return {
    get: (table, key) => {
      const entries = tables[table]
      return entries !== undefined && Object.hasOwn(entries, key)
        ? { is: 'found', value: entries[key] }
        : { is: 'missing' }
    },
  }
}

/** Cross-reference tables by name, each from key to value. */
export type CrossReferences = Readonly<Record<string, Readonly<Record<string, unknown>>>>
