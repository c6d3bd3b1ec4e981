import { everSince } from '#core/configuration/shape.ts'
import type { CrossReferenceRow } from '#core/configuration/shape.ts'
import type { Change } from '#core/configuration/plan.ts'
import { identifierKey } from '#core/configuration/complete.ts'
import { rowChanges } from '#core/configuration/difference.ts'
import {
  endpointKey, keyOf, partnerKey, relationshipKey, tableKey,
} from '#core/configuration/standing.ts'
import type {
  Agreement, CrossReference, Endpoint, Item, Partner, Relationship,
} from '#core/configuration/standing.ts'
import type { Prisma } from '../../generated/client.ts'
import { newId } from '../ids.ts'
import type { Store } from '../index.ts'
import { followAs, idOf, networksAs, partnerId } from './load.ts'
import type { Loaded } from './load.ts'

type Transaction = Prisma.TransactionClient

/** Writes what changes; a plan's names all stand for something, here or among its changes. */
export async function writeChanges(
  store: Store, tx: Transaction, loaded: Loaded, changes: readonly Change[],
): Promise<void> {
  const ids = new Map(loaded.ids)
  const writer = new Writer(store, tx, loaded, ids)
  for (const kind of order) {
    for (const { change, item } of changes) {
      if (item.kind !== kind) continue
      if (change === 'remove') {
        await writer.remove(item)
        continue
      }
      const id = ids.get(keyOf(item)) ?? newId()
      ids.set(keyOf(item), id)
      await writer.write(item, id, change === 'create')
    }
  }
  const partners = changes.flatMap(({ item }) => item.kind === 'partner' ? [item.it] : [])
  for (const partner of partners) await writer.removeIdentifiers(partner)
  for (const partner of partners) await writer.identifiers(partner)
}

/** What is named is written before what names it. */
const order: readonly Item['kind'][] =
  ['partner', 'endpoint', 'relationship', 'agreement', 'cross-reference']

class Writer {
  readonly #store: Store
  readonly #tx: Transaction
  readonly #loaded: Loaded
  readonly #ids: ReadonlyMap<string, string>
  readonly #before: ReadonlyMap<string, Item>

  constructor(
    store: Store, tx: Transaction, loaded: Loaded, ids: ReadonlyMap<string, string>,
  ) {
    this.#store = store
    this.#tx = tx
    this.#loaded = loaded
    this.#ids = ids
    this.#before = new Map(loaded.items.map((item) => [keyOf(item), item]))
  }

  async write(item: Item, id: string, isNew: boolean): Promise<void> {
    switch (item.kind) {
      case 'partner': return this.#partner(item.it, id, isNew)
      case 'endpoint': return this.#endpoint(item.it, id, isNew)
      case 'relationship': return this.#relationship(item.it, id, isNew)
      case 'agreement': return this.#agreement(item.it, id, isNew)
      case 'cross-reference': return this.#crossReference(item.it, id, isNew)
    }
  }

  /** Nothing but agreements goes: what they were for keeps its documents. */
  async remove(item: Item): Promise<void> {
    if (item.kind !== 'agreement') throw new Error(`a ${item.kind} is never removed`)
    await this.#tx.agreement.delete({ where: { id: idOf(this.#ids, keyOf(item)) } })
  }

  async #partner({ name, hosted }: Partner, id: string, isNew: boolean): Promise<void> {
    if (isNew) await this.#tx.partner.create({ data: { id, name, hosted } })
    else await this.#tx.partner.update({ where: { id }, data: { hosted } })
  }

  /** Before any is given: one may go from one partner to another. */
  async removeIdentifiers({ name, identifiers }: Partner): Promise<void> {
    const before = this.#before.get(partnerKey(name))
    if (before?.kind !== 'partner') return
    const kept = new Set(identifiers.map(identifierKey))
    for (const identifier of before.it.identifiers) {
      if (kept.has(identifierKey(identifier))) continue
      const { scheme, value, owner } = identifier
      await this.#tx.partnerIdentifier.deleteMany({
        where: {
          partnerId: partnerId(this.#ids, name), scheme, value,
          ownerId: owner === undefined ? null : partnerId(this.#ids, owner),
        },
      })
    }
  }

  /** Once every partner is there: an identifier may belong to the numbering of any of them. */
  async identifiers({ name, identifiers }: Partner): Promise<void> {
    await this.#tx.partnerIdentifier.createMany({
      data: identifiers.map(({ scheme, value, owner }) => ({
        id: newId(), partnerId: partnerId(this.#ids, name), scheme, value,
        ownerId: owner === undefined ? null : partnerId(this.#ids, owner),
      })),
      skipDuplicates: true,
    })
  }

  async #endpoint(it: Endpoint, id: string, isNew: boolean): Promise<void> {
    const { stream, name, connector, partner, settings, feeds } = it
    const columns = {
      connector,
      partnerId: partner === null ? null : partnerId(this.#ids, partner),
      settings: json(settings),
      feeds: json(feeds),
      ...this.#sealed(it, id),
    }
    if (isNew) await this.#tx.endpoint.create({ data: { id, stream, name, ...columns } })
    else await this.#tx.endpoint.update({ where: { id }, data: columns })
  }

  /** Columns for the secrets, none where they stay as they are. */
  #sealed({ stream, name, secrets }: Endpoint, id: string) {
    const held = this.#loaded.secrets.get(endpointKey(stream, name)) ?? {}
    const all = Object.fromEntries(Object.entries(secrets).map(([secret, given]) =>
      [secret, typeof given === 'string' ? given : held[secret] ?? '']))
    const names = Object.keys(all)
    const isAsHeld = names.length === Object.keys(held).length &&
      names.every((secret) => Object.hasOwn(held, secret) && held[secret] === all[secret])
    if (isAsHeld) return {}
    if (names.length === 0) return { secrets: null, secretsKeyId: null }
    const { sealed, keyId } = this.#store.secrets.seal(all, { table: 'endpoints', id })
    return { secrets: new Uint8Array(sealed), secretsKeyId: keyId }
  }

  async #relationship(it: Relationship, id: string, isNew: boolean): Promise<void> {
    const { stream, their, our, partner, host, endpoint, settings } = it
    const columns = {
      theirGroupId: their.group,
      ourGroupId: our.group,
      endpointId: idOf(this.#ids, endpointKey(stream, endpoint)),
      settings: json(networksAs(settings, (name) => partnerId(this.#ids, name))),
    }
    if (!isNew) {
      await this.#tx.relationship.update({ where: { id }, data: columns })
      return
    }
    await this.#tx.relationship.create({
      data: {
        ...columns, id, stream, standard: 'x12',
        theirQualifier: their.qualifier, theirId: their.id,
        ourQualifier: our.qualifier, ourId: our.id,
        partnerId: partnerId(this.#ids, partner), hostId: partnerId(this.#ids, host),
      },
    })
  }

  async #agreement(it: Agreement, id: string, isNew: boolean): Promise<void> {
    const { of, direction, document, set, release, mapping, settings } = it
    const endpoint = (name: string) => idOf(this.#ids, endpointKey(of.stream, name))
    const columns = {
      documentKind: document, mapping, settings: json(followAs(settings, endpoint)),
    }
    if (!isNew) {
      await this.#tx.agreement.update({ where: { id }, data: columns })
      return
    }
    await this.#tx.agreement.create({
      data: {
        ...columns, id, stream: of.stream, direction, setType: set, release,
        relationshipId: idOf(this.#ids, relationshipKey(of)),
      },
    })
  }

  async #crossReference(it: CrossReference, id: string, isNew: boolean): Promise<void> {
    const { partner, stream, table, entries } = it
    if (isNew) {
      await this.#tx.crossReference.create({
        data: { id, stream, name: table, partnerId: partnerId(this.#ids, partner) },
      })
    } else {
      await this.#tx.crossReference.update({
        where: { id }, data: { version: { increment: 1 } },
      })
    }
    const before = this.#before.get(tableKey(it))
    const there = before?.kind === 'cross-reference' ? before.it.entries : []
    const { removed, written } = rowChanges(there, entries)
    await this.#removeEntries(id, removed)
    await this.#writeEntries(id, written)
  }

  async #removeEntries(id: string, rows: readonly CrossReferenceRow[]): Promise<void> {
    if (rows.length === 0) return
    await this.#tx.$executeRaw`
      DELETE FROM cross_reference_entries e
      USING jsonb_to_recordset(${rowsText(rows)}::jsonb) AS r (key text, valid_from date)
      WHERE e.cross_reference_id = ${id}::uuid AND e.key = r.key AND e.valid_from = r.valid_from`
  }

  async #writeEntries(id: string, rows: readonly CrossReferenceRow[]): Promise<void> {
    if (rows.length === 0) return
    await this.#tx.$executeRaw`
      INSERT INTO cross_reference_entries (cross_reference_id, key, value, valid_from, valid_to)
      SELECT ${id}::uuid, key, value, valid_from, valid_to
      FROM jsonb_to_recordset(${rowsText(rows)}::jsonb)
        AS r (key text, value jsonb, valid_from date, valid_to date)
      ON CONFLICT (cross_reference_id, key, valid_from)
        DO UPDATE SET value = excluded.value, valid_to = excluded.valid_to`
  }
}

/** Many rows as one parameter; one by one they would be more than a statement takes. */
function rowsText(rows: readonly CrossReferenceRow[]): string {
  return JSON.stringify(rows.map(({ key, value, validFrom = everSince, validTo }) =>
    ({ key, value, valid_from: validFrom, valid_to: validTo })))
}

/** What came as JSON, for a column that holds it. */
function json(value: object): Prisma.InputJsonObject {
  return JSON.parse(JSON.stringify(value)) as Prisma.InputJsonObject
}
