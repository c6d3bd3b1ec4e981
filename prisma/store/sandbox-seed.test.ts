import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestStore } from '#test/support/database.ts'
import { findApiKey } from './api-keys.ts'
import { seedSandbox } from './sandbox-seed.ts'

let hub: Awaited<ReturnType<typeof startTestStore>>
beforeAll(async () => { hub = await startTestStore() })
afterAll(() => hub.stop())

const crossReferences = {
  items: { 'VP:WID-01': { product: 'WIDGET-01' }, 'BP:B00001': { product: 'WIDGET-01' } },
  units: { EA: { unit: 'EA' } },
}

test('hubs that start together make one sandbox, and later starts none', async () => {
  await Promise.all([1, 2, 3].map(() => seedSandbox(hub.store, crossReferences)))
  const made = await everything()
  await seedSandbox(hub.store, crossReferences)
  expect(await everything()).toEqual(made)
  expect(made.partners).toHaveLength(2)
  expect(made.relationships).toMatchObject([{
    stream: 'test', theirQualifier: 'ZZ', theirId: 'SANDBOXBUYER', ourId: 'SANDBOXSELLER',
    theirGroupId: 'SANDBOXBUYER', ourGroupId: 'SANDBOXSELLER',
  }])
  const agreed = [
    ['in', '824', 'business-acknowledgement', 'x12/824-to-business-acknowledgement'],
    ['in', '850', 'order', 'x12/850-to-order'],
    ['in', '864', 'business-acknowledgement', 'x12/864-to-business-acknowledgement'],
    ['out', '810', 'invoice', 'x12/invoice-to-810'],
    ['out', '855', 'order-response', 'x12/order-response-to-855'],
    ['out', '856', 'ship-notice', 'x12/ship-notice-to-856'],
  ]
  expect(made.agreements.map(({ release, direction, setType, documentKind, mapping }) =>
    [release, direction, setType, documentKind, mapping])).toEqual(
    ['004010', '005010'].flatMap((release) => agreed.map((one) => [release, ...one])))
  expect(made.entries).toHaveLength(3)
})

test('the key sealed for the ERP is a key of its role', async () => {
  await seedSandbox(hub.store, crossReferences)
  const erp = await hub.store.prisma.endpoint.findFirstOrThrow({ where: { name: 'sandbox-erp' } })
  const sealed = { sealed: Buffer.from(erp.secrets!), keyId: erp.secretsKeyId! }
  const { token } = hub.store.secrets.open(sealed, { table: 'endpoints', id: erp.id })
  expect(await findApiKey(hub.store, token!)).toMatchObject({ role: 'sandbox-erp' })
})

test('what was edited stays edited, what is new is added', async () => {
  await seedSandbox(hub.store, crossReferences)
  await hub.store.prisma.crossReferenceEntry.updateMany({
    where: { key: 'EA' }, data: { value: { unit: 'C62' } },
  })
  const units = { EA: { unit: 'EA' }, CA: { unit: 'XCS' } }
  await seedSandbox(hub.store, { ...crossReferences, units })
  const { entries } = await everything()
  expect(entries.map(({ key, value }) => [key, value])).toEqual([
    ['BP:B00001', { product: 'WIDGET-01' }], ['CA', { unit: 'XCS' }],
    ['EA', { unit: 'C62' }], ['VP:WID-01', { product: 'WIDGET-01' }],
  ])
})

async function everything() {
  const { prisma } = hub.store
  return {
    partners: await prisma.partner.findMany({ include: { identifiers: true } }),
    endpoints: await prisma.endpoint.findMany(),
    relationships: await prisma.relationship.findMany(),
    agreements: await prisma.agreement.findMany({
      orderBy: [{ release: 'asc' }, { direction: 'asc' }, { setType: 'asc' }],
    }),
    entries: await prisma.crossReferenceEntry.findMany({ orderBy: { key: 'asc' } }),
    keys: await prisma.apiKey.findMany(),
  }
}
