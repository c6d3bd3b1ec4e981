import type { FaultView } from '#core/errors/fault.ts'
import type { LookupNeed, Lookups } from './lookups.ts'
import type { PlaceOf } from './place.ts'
import type { X12Check } from './x12-target.ts'

export interface RunInput {
  /** The tree of a set, or a document. */
  readonly source: unknown
  /** What the source is, e.g. `x12/004010/850`: the release is GS08 without its suffix. */
  readonly sourceKind: string
  /** What mappings read of the partner's profile as `$partner`. */
  readonly partner: PartnerProfile
  /** The canonical order that the source belongs to, read as `$order`; absent for an order. */
  readonly order?: unknown
  /** What the agreement says to its mapping, read as `$agreement`. */
  readonly agreement?: AgreementOptions
  readonly lookups: Lookups
  /** Which release of the sets that a mapping makes; its first where absent. */
  readonly targetKind?: string
  /** How a set of X12 that a mapping makes is checked. */
  readonly x12Check?: X12Check
  /** Gives faults their place; a document has none. */
  readonly placeOf?: PlaceOf
}

export interface PartnerProfile {
  /** ISO 4217, where the message names none. */
  readonly currency?: string
  /** Zone of times the message gives none for, e.g. `America/Chicago`. */
  readonly timeZone?: string
  readonly [name: string]: unknown
}

/** Settings of an agreement that only its mapping reads, e.g. the structure of an 856. */
export type AgreementOptions = Readonly<Record<string, unknown>>

export type MappingOutcome =
  | { readonly outcome: 'mapped'; readonly output: unknown }
  /** Cross-references that must be looked up first; run again with them. */
  | { readonly outcome: 'needs'; readonly needs: readonly LookupNeed[] }
  | { readonly outcome: 'faults'; readonly faults: readonly FaultView[] }
