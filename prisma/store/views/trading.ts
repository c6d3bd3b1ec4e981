import { agreementSettings, relationshipSettings } from '#core/exchange/relationship.ts'
import type { AgreementSettings, RelationshipSettings } from '#core/exchange/relationship.ts'
import type { Store } from '../index.ts'
import { endpointStanding } from './endpoints.ts'
import type { EndpointStanding } from './endpoints.ts'
import { afterId, given, pageOf } from './page.ts'
import type { Page, PageWanted } from './page.ts'
import type { Viewer } from './viewer.ts'

export interface PartnerView {
  readonly id: string
  readonly name: string
  readonly hosted: boolean
  readonly identifiers: readonly {
    readonly scheme: string
    readonly value: string
    /** Id of the partner whose numbering it is; null where it means one partner everywhere. */
    readonly owner: string | null
  }[]
  readonly createdAt: Date
}

export async function listPartners(
  store: Store, viewer: Viewer, wanted: PageWanted,
): Promise<Page<PartnerView>> {
  const own = viewer.partnerId === null ? {} : { id: viewer.partnerId }
  const rows = await store.prisma.partner.findMany({
    where: { AND: [own, before(wanted)] },
    include: { identifiers: { orderBy: { id: 'asc' } } },
    orderBy: { id: 'desc' },
    take: wanted.limit + 1,
  })
  return pageOf(rows, wanted, ({ id, name, hosted, identifiers, createdAt }) => ({
    id, name, hosted, createdAt,
    identifiers: identifiers
      // How others number this partner is theirs to know.
      .filter(({ ownerId }) =>
        viewer.partnerId === null || ownerId === null || ownerId === viewer.partnerId)
      .map(({ scheme, value, ownerId }) => ({ scheme, value, owner: ownerId })),
  }))
}

interface SideView {
  readonly qualifier: string
  readonly id: string
  readonly group: string
}

export interface RelationshipView {
  readonly id: string
  readonly stream: string
  readonly standard: string
  /** The partner's id. */
  readonly partner: string
  /** Id of the partner of ours on whose behalf we trade. */
  readonly host: string
  readonly their: SideView
  readonly our: SideView
  /** Name of an endpoint; null for a partner's key. */
  readonly endpoint: string | null
  /** With the defaults in them; null for a partner's key. */
  readonly settings: RelationshipSettings | null
  readonly agreements: readonly AgreementView[]
  readonly createdAt: Date
}

interface AgreementView {
  readonly id: string
  readonly direction: string
  readonly document: string
  readonly set: string
  readonly release: string
  /** Null for a partner's key, as is `settings`. */
  readonly mapping: string | null
  readonly settings: AgreementSettings | null
}

interface AgreementRow {
  readonly id: string
  readonly direction: string
  readonly documentKind: string
  readonly setType: string
  readonly release: string
  readonly mapping: string
  readonly settings: unknown
}

export interface RelationshipsWanted extends PageWanted {
  readonly stream?: string | undefined
}

/** How we work on a partner's documents, and where they go, is not the partner's to see. */
export async function listRelationships(
  store: Store, viewer: Viewer, wanted: RelationshipsWanted,
): Promise<Page<RelationshipView>> {
  const isOurs = viewer.partnerId === null
  const own = viewer.partnerId === null ? {} : { partnerId: viewer.partnerId }
  const rows = await store.prisma.relationship.findMany({
    where: { AND: [own, given({ stream: wanted.stream }), before(wanted)] },
    include: {
      agreements: { orderBy: { id: 'asc' } }, endpoint: { select: { name: true } },
    },
    orderBy: { id: 'desc' },
    take: wanted.limit + 1,
  })
  return pageOf(rows, wanted, (row) => ({
    id: row.id,
    stream: row.stream,
    standard: row.standard,
    partner: row.partnerId,
    host: row.hostId,
    their: { qualifier: row.theirQualifier, id: row.theirId, group: row.theirGroupId },
    our: { qualifier: row.ourQualifier, id: row.ourId, group: row.ourGroupId },
    endpoint: isOurs ? row.endpoint.name : null,
    settings: isOurs
      ? relationshipSettings(row.settings as Partial<RelationshipSettings>)
      : null,
    agreements: row.agreements.map((agreement) => agreementView(agreement, isOurs)),
    createdAt: row.createdAt,
  }))
}

function agreementView(row: AgreementRow, isOurs: boolean): AgreementView {
  return {
    id: row.id,
    direction: row.direction,
    document: row.documentKind,
    set: row.setType,
    release: row.release,
    mapping: isOurs ? row.mapping : null,
    settings: isOurs ? agreementSettings(row.settings as Partial<AgreementSettings>) : null,
  }
}

/** An agreement by itself, with whose it is. */
export interface ListedAgreement extends AgreementView {
  readonly stream: string
  /** Ids of its relationship and of that one's partner. */
  readonly relationship: string
  readonly partner: string
  readonly createdAt: Date
}

export interface AgreementsWanted extends RelationshipsWanted {
  /** An id. */
  readonly relationship?: string | undefined
  readonly mapping?: string | undefined
}

export async function listAgreements(
  store: Store, viewer: Viewer, wanted: AgreementsWanted,
): Promise<Page<ListedAgreement>> {
  const isOurs = viewer.partnerId === null
  const own = viewer.partnerId === null ? {} : { relationship: { partnerId: viewer.partnerId } }
  const { stream, relationship: relationshipId, mapping } = wanted
  // A filter by what a partner may not see would tell it.
  const filters = given(isOurs ? { stream, relationshipId, mapping } : { stream, relationshipId })
  const rows = await store.prisma.agreement.findMany({
    where: { AND: [own, filters, before(wanted)] },
    include: { relationship: { select: { partnerId: true } } },
    orderBy: { id: 'desc' },
    take: wanted.limit + 1,
  })
  return pageOf(rows, wanted, (row) => ({
    ...agreementView(row, isOurs),
    stream: row.stream,
    relationship: row.relationshipId,
    partner: row.relationship.partnerId,
    createdAt: row.createdAt,
  }))
}

export interface EndpointView {
  readonly id: string
  readonly stream: string
  readonly name: string
  readonly connector: string
  /** The partner's id. */
  readonly partner: string | null
  readonly settings: unknown
  readonly createdAt: Date
  readonly standing: Omit<EndpointStanding, 'endpointId'>
}

export async function listEndpoints(
  store: Store, wanted: RelationshipsWanted,
): Promise<Page<EndpointView>> {
  const rows = await store.prisma.endpoint.findMany({
    where: { AND: [given({ stream: wanted.stream }), before(wanted)] },
    omit: { secrets: true, secretsKeyId: true },
    orderBy: { id: 'desc' },
    take: wanted.limit + 1,
  })
  const standings = await endpointStanding(store, rows.map(({ id }) => id))
  const byId = new Map(standings.map(({ endpointId, ...standing }) => [endpointId, standing]))
  const page = pageOf(rows, wanted, (row) => row)
  return {
    next: page.next,
    // One that went in between is left out.
    items: page.items.flatMap(({ id, stream, name, connector, partnerId, settings, createdAt }) => {
      const standing = byId.get(id)
      if (standing === undefined) return []
      return [{ id, stream, name, connector, partner: partnerId, settings, createdAt, standing }]
    }),
  }
}

function before(wanted: PageWanted): { id?: { lt: string } } {
  const after = afterId(wanted)
  return after === null ? {} : { id: { lt: after } }
}
