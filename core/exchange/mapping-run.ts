import type { SeverityTable } from '#core/codecs/x12/severity.ts'
import type { CodecLimits } from '#core/codecs/x12/types.ts'
import type { At, FaultView } from '#core/errors/fault.ts'
import { ssccTable } from '#core/mapping/lookups.ts'
import type { LookupNeed, Lookups } from '#core/mapping/lookups.ts'
import type { Mapping } from '#core/mapping/mapping.ts'
import { runMapping } from '#core/mapping/run.ts'
import type { X12Check } from '#core/mapping/x12-target.ts'
import { needing, ssccKey } from './known.ts'
import type { Known, Needs } from './known.ts'
import { crossReferenceKey } from './outcome.ts'
import { delimiterBytes, textPolicy } from './relationship.ts'
import type { Relationship } from './relationship.ts'

/** What runs of mappings need beside what is known of the database. */
export interface MappingTools {
  /** By the name agreements use; throws MAPPING_UNKNOWN. */
  mapping(name: string): Mapping
  /** A cross-reference told in an earlier run, by `crossReferenceKey`; undefined where none was. */
  remembered(key: string): unknown
  readonly limits: CodecLimits
  /** YYYY-MM-DD: the day of receipt, in UTC; cross-references are those of that day. */
  readonly day: string
}

export type Mapped =
  | { readonly outcome: 'mapped'; readonly output: unknown; readonly hash: string }
  | { readonly outcome: 'needs'; readonly needs: Needs }
  | { readonly outcome: 'faults'; readonly faults: readonly FaultView[] }

/** What one run reads. */
export interface MapSource {
  readonly source: unknown
  /** As the mapping names it in `from`. */
  readonly kind: string
  readonly order?: unknown
  readonly agreement?: Readonly<Record<string, unknown>>
  readonly placeOf?: (node: object) => At | undefined
  /** Of a mapping to X12: what is made, and what the agreement lets pass in it. */
  readonly target?: { readonly kind: string; readonly severities: SeverityTable }
}

/** Mappings run for one relationship, with its partner's profile and cross-references. */
export class MappingRun {
  readonly #relationship: Relationship
  readonly #known: Known
  readonly #tools: MappingTools

  constructor(relationship: Relationship, known: Known, tools: MappingTools) {
    this.#relationship = relationship
    this.#known = known
    this.#tools = tools
  }

  async map(name: string, { kind, target, ...source }: MapSource): Promise<Mapped> {
    const mapping = this.#tools.mapping(name)
    const made = await runMapping(mapping, {
      ...source,
      ...(target && {
        targetKind: target.kind,
        x12Check: this.#x12Check(target.severities),
      }),
      sourceKind: kind,
      partner: this.#relationship.settings.partner,
      lookups: this.#lookups,
    })
    if (made.outcome === 'mapped') return { ...made, hash: mapping.hash }
    if (made.outcome === 'faults') return made
    return { outcome: 'needs', needs: this.#needsOf(made.needs) }
  }

  #x12Check(severities: SeverityTable): X12Check {
    const { delimiters, charset } = this.#relationship.settings
    return {
      limits: this.#tools.limits,
      severities,
      delimiters: delimiterBytes(delimiters),
      text: textPolicy(charset),
    }
  }

  #needsOf(needs: readonly LookupNeed[]): Needs {
    const { partnerId, stream, settings: { gs1 } } = this.#relationship
    const codes = needs.filter(({ table }) => table === ssccTable)
    const others = needs.filter(({ table }) => table !== ssccTable)
    return needing({
      ssccs: gs1 === null ? [] : codes.map(({ key }) => ({ ...gs1, key: `${stream}:${key}` })),
      crossReferences: others.map(({ table, key }) =>
        ({ partnerId, stream, table, key, day: this.#tools.day })),
    })
  }

  readonly #lookups: Lookups = {
    get: (table, key) => {
      if (table === ssccTable) return this.#sscc(key)
      const { partnerId, stream } = this.#relationship
      const id = crossReferenceKey({ partnerId, stream, table, key, day: this.#tools.day })
      const value = this.#known.crossReferences.get(id) ?? this.#tools.remembered(id)
      if (value !== undefined) return { is: 'found', value }
      return this.#known.crossReferences.has(id) ? { is: 'missing' } : { is: 'unknown' }
    },
  }

  /** Without a company prefix of ours there are none: the key is missing. */
  #sscc(key: string): ReturnType<Lookups['get']> {
    const { stream, settings: { gs1 } } = this.#relationship
    if (gs1 === null) return { is: 'missing' }
    const value = this.#known.ssccs.get(ssccKey({ ...gs1, key: `${stream}:${key}` }))
    if (value === undefined) return { is: 'unknown' }
    return value === null ? { is: 'missing' } : { is: 'found', value }
  }
}
