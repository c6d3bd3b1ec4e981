import type { CrossReferenceKey } from './outcome.ts'
import type { Relationship } from './relationship.ts'
import type { Pair } from './relationship.ts'
import type { SeenInterchange } from './duplicates.ts'

/**
 * What the one who computes has been told of the database. Deciding never waits: where something is
 * not told yet, the run ends with the list of its needs, they are looked up in one go, and it runs
 * again.
 */
export interface Known {
  /** By `pairKey`; both streams of a pair, an empty list where we have no such relationship. */
  readonly relationships: ReadonlyMap<string, readonly Relationship[]>
  /** By `seenKey`; null where that number was never seen. */
  readonly seen: ReadonlyMap<string, SeenInterchange | null>
  /** By `crossReferenceKey`; null where the table has no such key. */
  readonly crossReferences: ReadonlyMap<string, unknown>
}

export interface Needs {
  readonly pairs: readonly Pair[]
  readonly seen: readonly SeenKey[]
  readonly crossReferences: readonly CrossReferenceKey[]
}

export interface SeenKey {
  readonly relationshipId: string
  readonly control: string
}

export function seenKey(key: SeenKey): string {
  return `${key.relationshipId}/${key.control}`
}

/** Everything that has been told so far, and more: maps are made anew, so a run sees one state. */
export function learn(known: Known, more: Known): Known {
  return {
    relationships: new Map([...known.relationships, ...more.relationships]),
    seen: new Map([...known.seen, ...more.seen]),
    crossReferences: new Map([...known.crossReferences, ...more.crossReferences]),
  }
}

export const nothingKnown: Known = {
  relationships: new Map(),
  seen: new Map(),
  crossReferences: new Map(),
}
