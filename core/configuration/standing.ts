import type { EndpointFeeds } from '#core/exchange/endpoint.ts'
import type { AgreementSettings, RelationshipSettings } from '#core/exchange/relationship.ts'
import type { Stream } from '#core/exchange/stream.ts'
import type { CrossReferenceRow, IdentifierEntry, SecretEntry } from './shape.ts'

/** One thing that is configured, whole: nothing is left to defaults but within settings. */
export type Item =
  | { readonly kind: 'partner'; readonly it: Partner }
  | { readonly kind: 'endpoint'; readonly it: Endpoint }
  | { readonly kind: 'relationship'; readonly it: Relationship }
  | { readonly kind: 'agreement'; readonly it: Agreement }
  | { readonly kind: 'cross-reference'; readonly it: CrossReference }

export interface Partner {
  readonly name: string
  readonly hosted: boolean
  readonly identifiers: readonly IdentifierEntry[]
}

export interface Endpoint {
  readonly stream: Stream
  readonly name: string
  readonly connector: string
  readonly partner: string | null
  readonly settings: Readonly<Record<string, unknown>>
  readonly secrets: Readonly<Record<string, SecretEntry>>
  readonly feeds: EndpointFeeds
}

export interface Side {
  readonly qualifier: string
  readonly id: string
  readonly group: string
}

/** A relationship's natural key. */
export interface PairPlace {
  readonly stream: Stream
  readonly their: Pick<Side, 'qualifier' | 'id'>
  readonly our: Pick<Side, 'qualifier' | 'id'>
}

export interface Relationship extends PairPlace {
  readonly their: Side
  readonly our: Side
  readonly partner: string
  readonly host: string
  readonly endpoint: string
  readonly settings: Partial<RelationshipSettings>
}

export interface Agreement {
  readonly of: PairPlace
  readonly direction: 'in' | 'out'
  readonly document: string
  readonly set: string
  readonly release: string
  readonly mapping: string
  readonly settings: Partial<AgreementSettings>
}

/** A table's natural key. */
export interface TablePlace {
  readonly partner: string
  readonly stream: Stream
  readonly table: string
}

export interface CrossReference extends TablePlace {
  readonly entries: readonly CrossReferenceRow[]
}

/** What the hub has, in names; of cross-references the tables that are asked about. */
export interface Standing {
  readonly items: readonly Item[]
  /** The secrets that are held, by the key of their endpoint. They are compared, never shown. */
  readonly secrets: ReadonlyMap<string, Readonly<Record<string, string>>>
}

/** The natural key of an item, over all kinds. */
export function keyOf(item: Item): string {
  switch (item.kind) {
    case 'partner': return partnerKey(item.it.name)
    case 'endpoint': return endpointKey(item.it.stream, item.it.name)
    case 'relationship': return relationshipKey(item.it)
    case 'agreement': return agreementKey(item.it)
    case 'cross-reference': return tableKey(item.it)
  }
}

export function partnerKey(name: string): string {
  return JSON.stringify(['partner', name])
}

export function endpointKey(stream: string, name: string): string {
  return JSON.stringify(['endpoint', stream, name])
}

export function relationshipKey({ stream, their, our }: PairPlace): string {
  return JSON.stringify(
    ['relationship', stream, their.qualifier, their.id, our.qualifier, our.id])
}

export function tableKey({ partner, stream, table }: TablePlace): string {
  return JSON.stringify(['cross-reference', partner, stream, table])
}

function agreementKey({ of, direction, set, release }: Agreement): string {
  return JSON.stringify(['agreement', relationshipKey(of), direction, set, release])
}

/** What a person calls it. */
export function labelOf(item: Item): string {
  switch (item.kind) {
    case 'partner': return item.it.name
    case 'endpoint': return `${item.it.name} (${item.it.stream})`
    case 'relationship': return pairLabel(item.it)
    case 'agreement': {
      const { of, direction, set, release } = item.it
      return `${direction} ${set} ${release}, ${pairLabel(of)}`
    }
    case 'cross-reference':
      return `${item.it.table} of ${item.it.partner} (${item.it.stream})`
  }
}

function pairLabel({ stream, their, our }: PairPlace): string {
  return `${their.qualifier}/${their.id} with ${our.qualifier}/${our.id} (${stream})`
}
