import type {
  AgreementEntry, Configuration, CrossReferenceEntries, CrossReferenceRow, EndpointEntry,
  IdentifierEntry, PartnerEntry, RelationshipEntry, SideEntry,
} from './shape.ts'
import { keyOf, relationshipKey } from './standing.ts'
import type { Item, PairPlace, Relationship, Side, Standing } from './standing.ts'

/** A thing as it is to be, and where it was asked for: `relationships[1].agreements[2]`. */
export interface Wanted {
  readonly item: Item
  readonly before: Item | null
  readonly field: string
}

/**
 * What was asked for, each thing completed by what stands there or by the defaults. What is listed
 * of a partner's identifiers or a table's entries is added to those that are there unless they are
 * to be replaced; settings, secrets and feeds are told as a whole.
 */
export function complete(asked: Partial<Configuration>, standing: Standing): readonly Wanted[] {
  const known = new Map(standing.items.map((item) => [keyOf(item), item]))
  const wanted = (field: string, draft: (before: Item | null) => Item): Wanted => {
    const before = known.get(keyOf(draft(null))) ?? null
    return { item: draft(before), before, field }
  }
  const { partners = [], endpoints = [], relationships = [], crossReferences = [] } = asked
  return [
    ...partners.map((entry, index) =>
      wanted(`partners[${index + 1}]`, (before) => partnerOf(entry, before))),
    ...endpoints.map((entry, index) =>
      wanted(`endpoints[${index + 1}]`, (before) => endpointOf(entry, before))),
    ...relationships.flatMap((entry, index) => {
      const field = `relationships[${index + 1}]`
      const { agreements = [] } = entry
      return [
        wanted(field, (before) => relationshipOf(entry, before)),
        ...agreements.map((agreement, place) =>
          wanted(`${field}.agreements[${place + 1}]`, (before) =>
            agreementOf(entry, agreement, before))),
      ]
    }),
    ...crossReferences.map((entry, index) =>
      wanted(`crossReferences[${index + 1}]`, (before) => crossReferenceOf(entry, before))),
  ]
}

/** What is to go: agreements that a relationship no longer lists among those that replace all. */
export function leftOut(asked: Partial<Configuration>, { items }: Standing): readonly Item[] {
  const { relationships = [] } = asked
  const replaced = new Map(relationships.flatMap((entry) => {
    const { replace, agreements } = entry
    if (replace !== true || agreements === undefined) return []
    const listed = agreements.map((one) => keyOf(agreementOf(entry, one, null)))
    return [[relationshipKey(entry), listed]]
  }))
  return items.filter((item) => item.kind === 'agreement' &&
    replaced.get(relationshipKey(item.it.of))?.includes(keyOf(item)) === false)
}

function partnerOf(entry: PartnerEntry, before: Item | null): Item {
  const there = before?.kind === 'partner' ? before.it : null
  return {
    kind: 'partner',
    it: {
      name: entry.name,
      hosted: entry.hosted ?? there?.hosted ?? false,
      identifiers: joined(
        replacesIdentifiers(entry) ? [] : there?.identifiers ?? [], entry.identifiers ?? [],
        identifierKey),
    },
  }
}

export function replacesIdentifiers({ replace, identifiers }: PartnerEntry): boolean {
  return replace === true && identifiers !== undefined
}

export function identifierKey({ scheme, value, owner }: IdentifierEntry): string {
  return JSON.stringify([scheme, value, owner ?? null])
}

function endpointOf(entry: EndpointEntry, before: Item | null): Item {
  const there = before?.kind === 'endpoint' ? before.it : null
  const { stream, name, connector } = entry
  return {
    kind: 'endpoint',
    it: {
      stream, name, connector,
      partner: entry.partner ?? there?.partner ?? null,
      settings: entry.settings ?? there?.settings ?? {},
      // Those of one system are not for another.
      secrets: entry.secrets ?? (there?.connector === connector ? there.secrets : {}),
      feeds: entry.feeds ?? there?.feeds ?? {},
    },
  }
}

function relationshipOf(entry: RelationshipEntry, before: Item | null): Item {
  const there = before?.kind === 'relationship' ? before.it : null
  const { stream, partner, host, endpoint } = entry
  return {
    kind: 'relationship',
    it: {
      stream, partner, host, endpoint,
      their: sideOf(entry.their, there?.their),
      our: sideOf(entry.our, there?.our),
      settings: entry.settings ?? there?.settings ?? {},
    },
  }
}

function sideOf(entry: SideEntry, there: Side | undefined): Side {
  const { qualifier, id } = entry
  return { qualifier, id, group: entry.group ?? there?.group ?? id }
}

function agreementOf(of: RelationshipEntry, entry: AgreementEntry, before: Item | null): Item {
  const there = before?.kind === 'agreement' ? before.it : null
  const { direction, document, set, release, mapping } = entry
  return {
    kind: 'agreement',
    it: {
      of: pairPlace(of), direction, document, set, release, mapping,
      settings: entry.settings ?? there?.settings ?? {},
    },
  }
}

function crossReferenceOf(entry: CrossReferenceEntries, before: Item | null): Item {
  const there = before?.kind === 'cross-reference' ? before.it : null
  const { partner, stream, table } = entry
  return {
    kind: 'cross-reference',
    it: {
      partner, stream, table,
      entries: entry.replace === true
        ? entry.entries
        : joined(there?.entries ?? [], entry.entries, rowKey),
    },
  }
}

export function rowKey({ key, validFrom = '' }: CrossReferenceRow): string {
  return JSON.stringify([key, validFrom])
}

/** Those that are there with those asked for in their place, and the new ones behind them. */
function joined<Entry>(
  there: readonly Entry[], asked: readonly Entry[], keyOfEntry: (entry: Entry) => string,
): readonly Entry[] {
  return [...new Map([...there, ...asked].map((entry) => [keyOfEntry(entry), entry])).values()]
}

function pairPlace({ stream, their, our }: PairPlace): PairPlace {
  return {
    stream,
    their: { qualifier: their.qualifier, id: their.id },
    our: { qualifier: our.qualifier, id: our.id },
  }
}

/** The other way round: what stands there, as it could be applied. */
export function configurationOf({ items }: Standing): Configuration {
  const relationships = items.flatMap((item) => item.kind === 'relationship' ? [item.it] : [])
  return {
    partners: items.flatMap((item) => item.kind === 'partner' ? [item.it] : []),
    endpoints: items.flatMap((item) => item.kind === 'endpoint' ? [endpointEntry(item.it)] : []),
    relationships: relationships.map((it) => relationshipEntry(it, items)),
    crossReferences: items.flatMap((item) => item.kind === 'cross-reference' ? [item.it] : []),
  }
}

function endpointEntry({ partner, ...rest }: Extract<Item, { kind: 'endpoint' }>['it']) {
  return partner === null ? rest : { ...rest, partner }
}

function relationshipEntry(it: Relationship, items: readonly Item[]): RelationshipEntry {
  const key = relationshipKey(it)
  const agreements = items.flatMap((item): AgreementEntry[] => {
    if (item.kind !== 'agreement') return []
    const { of, ...agreement } = item.it
    return relationshipKey(of) === key ? [agreement] : []
  })
  return { ...it, agreements }
}
