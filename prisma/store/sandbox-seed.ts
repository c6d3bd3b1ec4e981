import type { EndpointFeeds } from '#core/exchange/endpoint.ts'
import type { Prisma } from '../generated/client.ts'
import { drawKey, hashOf } from './api-keys.ts'
import { newId } from './ids.ts'
import type { Store } from './index.ts'

/** Cross-reference tables by name: key to value. */
export type CrossReferenceSeed = Readonly<Record<string, Readonly<Record<string, object>>>>

/**
 * Makes the sandbox (a test buyer, a supplier we host, what they agreed, the buyer's mailbox, the
 * supplier's ERP) or what of it is missing, in one transaction. What is there stays as it is,
 * edited or not.
 */
export async function seedSandbox(
  store: Store,
  crossReferences: CrossReferenceSeed,
): Promise<void> {
  await store.prisma.$transaction(
    async (tx) => {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('crossdock sandbox'))`
      const buyerId = await seedPartner(tx, 'Sandbox Buyer', 'SANDBOXBUYER', false)
      const sellerId = await seedPartner(tx, 'Sandbox Seller', 'SANDBOXSELLER', true)
      const mailboxId = await seedEndpoint(tx, {
        name: 'sandbox-buyer-mailbox', connector: 'mailbox', partnerId: buyerId,
      })
      const erpId = await seedErp(store, tx, sellerId)
      const relationshipId = await seedRelationship(tx, buyerId, sellerId, mailboxId)
      for (const release of ['004010', '005010']) {
        await seedAgreement(tx, relationshipId, erpId, release)
        for (const answer of answers) await seedAnswer(tx, relationshipId, release, answer)
        for (const setType of ['824', '864']) {
          await seedAdvice(tx, relationshipId, release, setType)
        }
      }
      for (const [name, entries] of Object.entries(crossReferences)) {
        await seedCrossReference(tx, buyerId, name, entries)
      }
    },
    { timeout: 30_000, maxWait: 10_000 },
  )
}

type Transaction = Prisma.TransactionClient

const stream = 'test'

/**
 * X12 interchange ids are identifiers of the scheme that their qualifier names; ZZ is mutually
 * defined.
 */
async function seedPartner(
  tx: Transaction, name: string, interchangeId: string, hosted: boolean,
): Promise<string> {
  const known = await tx.partnerIdentifier.findFirst({
    where: { scheme: 'ZZ', value: interchangeId, ownerId: null },
  })
  if (known !== null) return known.partnerId
  const { id } = await tx.partner.create({
    data: {
      id: newId(), name, hosted,
      identifiers: { create: { id: newId(), scheme: 'ZZ', value: interchangeId } },
    },
  })
  return id
}

async function seedEndpoint(
  tx: Transaction,
  endpoint: { readonly name: string; readonly connector: string; readonly partnerId: string },
): Promise<string> {
  const { id } = await tx.endpoint.upsert({
    where: { stream_name: { stream, name: endpoint.name } },
    create: { id: newId(), stream, ...endpoint },
    update: {},
  })
  return id
}

/**
 * The ERP's address is the listener in use, known only at each start; what is stored is its key.
 */
async function seedErp(store: Store, tx: Transaction, partnerId: string): Promise<string> {
  const id = await seedEndpoint(tx, { name: 'sandbox-erp', connector: 'sandbox-erp', partnerId })
  const endpoint = await tx.endpoint.findUniqueOrThrow({ where: { id } })
  if (isEmpty(endpoint.feeds)) await tx.endpoint.update({ where: { id }, data: { feeds } })
  if (endpoint.secrets !== null) return id
  const token = drawKey()
  const { sealed, keyId } = store.secrets.seal({ token }, { table: 'endpoints', id })
  await tx.apiKey.create({
    data: { id: newId(), name: 'sandbox-erp', role: 'sandbox-erp', hash: hashOf(token) },
  })
  await tx.endpoint.update({
    where: { id }, data: { secrets: new Uint8Array(sealed), secretsKeyId: keyId },
  })
  return id
}

async function seedRelationship(
  tx: Transaction, buyerId: string, sellerId: string, endpointId: string,
): Promise<string> {
  const pair = {
    standard: 'x12', stream,
    theirQualifier: 'ZZ', theirId: 'SANDBOXBUYER',
    ourQualifier: 'ZZ', ourId: 'SANDBOXSELLER',
  }
  const known = await tx.relationship.findFirst({ where: pair })
  if (known !== null) return known.id
  const { id } = await tx.relationship.create({
    data: {
      ...pair, id: newId(), partnerId: buyerId, hostId: sellerId, endpointId,
      theirGroupId: 'SANDBOXBUYER', ourGroupId: 'SANDBOXSELLER',
      settings: {
        // An order without CUR is in this buyer's currency.
        partner: { currency: 'USD' },
        // The company prefix of GS1's own examples.
        gs1: { companyPrefix: '0614141', extension: '0' },
      },
    },
  })
  return id
}

/** Inbound purchase orders become orders, and each order a sale in the supplier's ERP. */
async function seedAgreement(
  tx: Transaction, relationshipId: string, erpId: string, release: string,
): Promise<void> {
  const key = { relationshipId, direction: 'in', setType: '850', release }
  await tx.agreement.upsert({
    where: { relationshipId_direction_setType_release: key },
    create: {
      ...key, id: newId(), stream, documentKind: 'order', mapping: 'x12/850-to-order',
      settings: {
        follow: [{ endpoint: erpId, mapping: 'order-to-sandbox-sale', operation: 'createSale' }],
      },
    },
    update: {},
  })
}

/** What the buyer's business says of what it was sent is shown to the operator. */
async function seedAdvice(
  tx: Transaction, relationshipId: string, release: string, setType: string,
): Promise<void> {
  const key = { relationshipId, direction: 'in', setType, release }
  await tx.agreement.upsert({
    where: { relationshipId_direction_setType_release: key },
    create: {
      ...key, id: newId(), stream, documentKind: 'business-acknowledgement',
      mapping: `x12/${setType}-to-business-acknowledgement`,
    },
    update: {},
  })
}

/** What the supplier's ERP writes goes to the buyer. */
const answers = [
  { documentKind: 'order-response', setType: '855', mapping: 'x12/order-response-to-855' },
  { documentKind: 'ship-notice', setType: '856', mapping: 'x12/ship-notice-to-856' },
  { documentKind: 'invoice', setType: '810', mapping: 'x12/invoice-to-810' },
] as const

const feeds = {
  papers: {
    records: {
      sale: {
        document: 'order-response', mapping: 'sandbox-erp/sale-to-order-response',
      },
      shipment: { document: 'ship-notice', mapping: 'sandbox-erp/shipment-to-ship-notice' },
      invoice: { document: 'invoice', mapping: 'sandbox-erp/invoice-to-invoice' },
    },
  },
} satisfies EndpointFeeds

function isEmpty(json: unknown): boolean {
  return typeof json === 'object' && json !== null && Object.keys(json).length === 0
}

async function seedAnswer(
  tx: Transaction,
  relationshipId: string,
  release: string,
  answer: (typeof answers)[number],
): Promise<void> {
  const { setType, documentKind, mapping } = answer
  const key = { relationshipId, direction: 'out', setType, release }
  await tx.agreement.upsert({
    where: { relationshipId_direction_setType_release: key },
    create: { ...key, id: newId(), stream, documentKind, mapping },
    update: {},
  })
}

async function seedCrossReference(
  tx: Transaction, partnerId: string, name: string, entries: Readonly<Record<string, object>>,
): Promise<void> {
  const { id } = await tx.crossReference.upsert({
    where: { partnerId_name_stream: { partnerId, name, stream } },
    create: { id: newId(), stream, partnerId, name },
    update: {},
  })
  await tx.crossReferenceEntry.createMany({
    data: Object.entries(entries).map(([key, value]) => ({ crossReferenceId: id, key, value })),
    skipDuplicates: true,
  })
}
