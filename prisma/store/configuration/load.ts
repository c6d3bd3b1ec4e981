import { everSince } from '#core/configuration/shape.ts'
import type { CrossReferenceRow } from '#core/configuration/shape.ts'
import { endpointKey, keyOf, partnerKey, tableKey } from '#core/configuration/standing.ts'
import type { Item, Standing, TablePlace } from '#core/configuration/standing.ts'
import type { EndpointFeeds } from '#core/exchange/endpoint.ts'
import type { AgreementSettings, RelationshipSettings } from '#core/exchange/relationship.ts'
import type { Stream } from '#core/exchange/stream.ts'
import type { Prisma } from '../../generated/client.ts'
import type { Store } from '../index.ts'

type Transaction = Prisma.TransactionClient

/** What stands there, with the ids that the names stand for here. */
export interface Loaded extends Standing {
  /** By an item's key. */
  readonly ids: ReadonlyMap<string, string>
}

/** All tables of cross-references, or those that something is asked of: tables may be large. */
export type TablesRead = 'all' | readonly TablePlace[]

/** The configuration. Throws SECRETS_KEY_WRONG or SECRET_DAMAGED. */
export async function loadConfiguration(
  store: Store, tx: Transaction, tables: TablesRead,
): Promise<Loaded> {
  const ids = new Map<string, string>()
  const secrets = new Map<string, Record<string, string>>()
  const items: Item[] = []
  const add = (item: Item, id: string): void => {
    items.push(item)
    if (!ids.has(keyOf(item))) ids.set(keyOf(item), id)
  }
  const names = await addPartners(tx, add)
  const endpoints = await addEndpoints(store, tx, names, secrets, add)
  await addRelationships(tx, { names, endpoints }, add)
  await addCrossReferences(tx, { names, tables }, add)
  return { items, secrets, ids }
}

/** Names by id. */
type Names = ReadonlyMap<string, string>
type Add = (item: Item, id: string) => void

async function addPartners(tx: Transaction, add: Add): Promise<Names> {
  const rows = await tx.partner.findMany({
    include: { identifiers: { orderBy: { id: 'asc' } } }, orderBy: { id: 'asc' },
  })
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  for (const { id, name, hosted, identifiers } of rows) {
    const told = identifiers.map(({ scheme, value, ownerId }) =>
      ownerId === null ? { scheme, value } : { scheme, value, owner: nameOf(names, ownerId) })
    add({ kind: 'partner', it: { name, hosted, identifiers: told } }, id)
  }
  return names
}

async function addEndpoints(
  store: Store, tx: Transaction, names: Names, secrets: Map<string, Record<string, string>>,
  add: Add,
): Promise<Names> {
  const rows = await tx.endpoint.findMany({ orderBy: { id: 'asc' } })
  for (const row of rows) {
    const { id, name, connector } = row
    const stream = row.stream as Stream
    const held = row.secrets === null || row.secretsKeyId === null
      ? {}
      : store.secrets.open(
          { sealed: Buffer.from(row.secrets), keyId: row.secretsKeyId }, { table: 'endpoints', id })
    secrets.set(endpointKey(stream, name), held)
    add({
      kind: 'endpoint',
      it: {
        stream, name, connector,
        partner: row.partnerId === null ? null : nameOf(names, row.partnerId),
        settings: row.settings as Record<string, unknown>,
        secrets: Object.fromEntries(Object.keys(held).map((secret) => [secret, { kept: true }])),
        feeds: row.feeds as unknown as EndpointFeeds,
      },
    }, id)
  }
  return new Map(rows.map(({ id, name }) => [id, name]))
}

async function addRelationships(
  tx: Transaction, { names, endpoints }: { names: Names; endpoints: Names }, add: Add,
): Promise<void> {
  const rows = await tx.relationship.findMany({
    where: { standard: 'x12' }, include: { agreements: { orderBy: { id: 'asc' } } },
    orderBy: { id: 'asc' },
  })
  for (const row of rows) {
    const stream = row.stream as Stream
    const their = { qualifier: row.theirQualifier, id: row.theirId }
    const our = { qualifier: row.ourQualifier, id: row.ourId }
    add({
      kind: 'relationship',
      it: {
        stream,
        their: { ...their, group: row.theirGroupId },
        our: { ...our, group: row.ourGroupId },
        partner: nameOf(names, row.partnerId),
        host: nameOf(names, row.hostId),
        endpoint: nameOf(endpoints, row.endpointId),
        settings: networksAs(row.settings as Partial<RelationshipSettings>,
          (id) => nameOf(names, id)),
      },
    }, row.id)
    for (const agreement of row.agreements) {
      add({
        kind: 'agreement',
        it: {
          of: { stream, their, our },
          direction: agreement.direction as 'in' | 'out',
          document: agreement.documentKind,
          set: agreement.setType,
          release: agreement.release,
          mapping: agreement.mapping,
          settings: followAs(agreement.settings as Partial<AgreementSettings>,
            (id) => nameOf(endpoints, id)),
        },
      }, agreement.id)
    }
  }
}

async function addCrossReferences(
  tx: Transaction, { names, tables }: { names: Names; tables: TablesRead }, add: Add,
): Promise<void> {
  const wanted = tables === 'all' ? null : new Set(tables.map(tableKey))
  const rows = await tx.crossReference.findMany({ orderBy: { id: 'asc' } })
  const read = rows
    .map(({ id, partnerId, stream, name: table }) =>
      ({ id, place: { partner: nameOf(names, partnerId), stream: stream as Stream, table } }))
    .filter(({ place }) => wanted === null || wanted.has(tableKey(place)))
  const entries = await entriesOf(tx, read.map(({ id }) => id))
  for (const { id, place } of read) {
    add({ kind: 'cross-reference', it: { ...place, entries: entries.get(id) ?? [] } }, id)
  }
}

interface EntryRow {
  readonly id: string
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
  readonly validFrom: string
  readonly validTo: string | null
}

/** By the id of their table. Tables of a hundred thousand entries take the short way. */
async function entriesOf(
  tx: Transaction, ids: readonly string[],
): Promise<ReadonlyMap<string, readonly CrossReferenceRow[]>> {
  const rows = await tx.$queryRaw<EntryRow[]>`
    SELECT cross_reference_id AS id, key, value, valid_from::text AS "validFrom",
      valid_to::text AS "validTo"
    FROM cross_reference_entries WHERE cross_reference_id = ANY(${[...ids]}::uuid[])
    ORDER BY cross_reference_id, key COLLATE "C", valid_from`
  const found = new Map<string, CrossReferenceRow[]>(ids.map((id) => [id, []]))
  for (const { id, key, value, validFrom, validTo } of rows) {
    found.get(id)?.push({
      key,
      value,
      ...(validFrom === everSince ? {} : { validFrom }),
      ...(validTo === null ? {} : { validTo }),
    })
  }
  return found
}

/** Settings with ids in the place of names, or the other way round. */
export function networksAs(
  settings: Partial<RelationshipSettings>, told: (network: string) => string,
): Partial<RelationshipSettings> {
  const { networks } = settings
  return networks === undefined ? settings : { ...settings, networks: networks.map(told) }
}

export function followAs(
  settings: Partial<AgreementSettings>, told: (endpoint: string) => string,
): Partial<AgreementSettings> {
  const { follow } = settings
  if (follow === undefined) return settings
  return { ...settings, follow: follow.map((one) => ({ ...one, endpoint: told(one.endpoint) })) }
}

/** What no longer exists keeps its id for a name: it is shown, and cannot be applied. */
function nameOf(names: Names, id: string): string {
  return names.get(id) ?? id
}

/** The id of a partner or endpoint that is known to be there. */
export function idOf(ids: ReadonlyMap<string, string>, key: string): string {
  const id = ids.get(key)
  if (id === undefined) throw new Error(`${key} is not there`)
  return id
}

export function partnerId(ids: ReadonlyMap<string, string>, name: string): string {
  return idOf(ids, partnerKey(name))
}
