import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { parseMapping } from '#core/mapping/parse.ts'
import { sscc } from '#core/std/gs1.ts'
import { sandboxRelationship } from '#test/support/exchange.ts'
import { MappingShelf } from '#workers/effects/mappings.ts'
import { applyRecord } from './apply-record.ts'
import { learn, nothingKnown, ssccKey, tradeKey } from './known.ts'
import type { Known, Trade } from './known.ts'
import type { MappingTools } from './mapping-run.ts'
import type { NewDocument, SetEffect } from './outcome.ts'
import type { RecordSource } from './record.ts'
import { agreementSettings, relationshipSettings } from './relationship.ts'
import type { Agreement, AgreementSettings, RelationshipSettings } from './relationship.ts'

const shelf = new MappingShelf()

/** A mapping whose document says what was agreed with the order. */
const probe = parseMapping(`
id: probe
version: 1
from: sandbox-erp/sale
to: canonical/business-acknowledgement.v1
says: Repeats an option of the order's agreement.
fields:
  schema: "'business-acknowledgement.v1'"
  number: $agreement.word ?? 'none'
  purpose: "'original'"
  kind: "'text'"
`, { name: 'probe', limits: limits.mapping, sha256: () => 'probe', schemas: new Map() })

const tools: MappingTools = {
  mapping: (name) => name === 'probe' ? probe : shelf.get(name),
  remembered: () => undefined,
  limits: limits.codec,
}

/** A case of a mapping of the sandbox's ERP: what it told, and of which order. */
function caseOf(mapping: string, name: string): { record: object; order: unknown } {
  const read = (what: string): unknown => JSON.parse(readFileSync(
    join(shelf.root, 'sandbox-erp', mapping, 'cases', `${name}.${what}.json`), 'utf8'))
  return { record: read('in') as object, order: read('order') }
}

const sale = caseOf('sale-to-order-response', 'accepted')
const shipment = caseOf('shipment-to-ship-notice', 'one-carton')
const invoice = caseOf('invoice-to-invoice', 'plain')
const wrongInvoice = caseOf('invoice-to-invoice', 'does-not-foot')

const uses = {
  sale: { document: 'order-response', mapping: 'sandbox-erp/sale-to-order-response' },
  shipment: { document: 'ship-notice', mapping: 'sandbox-erp/shipment-to-ship-notice' },
  invoice: { document: 'invoice', mapping: 'sandbox-erp/invoice-to-invoice' },
} as const

type RecordKind = keyof typeof uses

function sourceOf(kind: RecordKind, more: Partial<RecordSource> = {}): RecordSource {
  return {
    stream: 'test',
    endpoint: {
      id: 'erp', name: 'Our ERP', connector: 'sandbox-erp', partnerId: 'seller', use: uses[kind],
    },
    documentId: null,
    key: `${kind}:1`,
    kind,
    reference: 'order-document',
    ...more,
  }
}

const agreed = {
  '855': ['order-response', 'x12/order-response-to-855'],
  '856': ['ship-notice', 'x12/ship-notice-to-856'],
  '810': ['invoice', 'x12/invoice-to-810'],
} as const

function out(
  setType: keyof typeof agreed,
  release = '004010',
  settings: Partial<AgreementSettings> = {},
): Agreement {
  const [documentKind, mapping] = agreed[setType]
  return {
    id: `${setType} in ${release}`, direction: 'out', documentKind, setType, release, mapping,
    settings: agreementSettings(settings),
  }
}

const gs1 = { companyPrefix: '0614141', extension: '0' }

interface TradeDraft {
  readonly out?: readonly Agreement[]
  readonly inbound?: readonly Agreement[]
  readonly release?: string
  readonly settings?: Partial<RelationshipSettings>
}

function tradeOf(order: unknown, draft: TradeDraft = {}): Trade {
  const { out: outbound = [], inbound = sandboxRelationship.agreements } = draft
  return {
    tradeId: 'trade',
    order,
    release: draft.release ?? '004010',
    relationship: {
      ...sandboxRelationship,
      settings: relationshipSettings({ gs1, ...draft.settings }),
      agreements: [...inbound, ...outbound],
    },
  }
}

function knowing(source: RecordSource, trade: Trade | null): Known {
  return { ...nothingKnown, trades: new Map([[tradeKey(source), trade]]) }
}

const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value), 'utf8')

/** What becomes of it, where every key that is asked for is given the next code. */
async function effectOf(
  record: unknown,
  source: RecordSource,
  trade: Trade | null,
): Promise<SetEffect> {
  let known = knowing(source, trade)
  for (let round = 0; round < 5; round++) {
    const applied = await applyRecord(bytesOf(record), source, known, tools)
    if (applied.done) return applied.effect
    const ssccs = new Map(applied.needs.ssccs.map((key, at) =>
      [ssccKey(key), sscc(key.extension, key.companyPrefix, at + 1)] as const))
    known = learn(known, { ...nothingKnown, ssccs })
  }
  throw new Error('it asks for the same again and again')
}

async function documentOf(...what: Parameters<typeof effectOf>): Promise<NewDocument> {
  const effect = await effectOf(...what)
  if (effect.do !== 'apply') throw new Error(JSON.stringify(effect))
  return effect.document
}

async function parkOf(...what: Parameters<typeof effectOf>) {
  const effect = await effectOf(...what)
  if (effect.do !== 'park') throw new Error(JSON.stringify(effect))
  return effect.park
}

describe('the trade of a record', () => {
  const source = sourceOf('sale')

  test('is asked for first', async () => {
    const applied = await applyRecord(bytesOf(sale.record), source, nothingKnown, tools)
    expect(applied).toMatchObject({
      done: false, needs: { trades: [{ stream: 'test', reference: 'order-document' }], ssccs: [] },
    })
  })

  test('of the other stream is another', async () => {
    const known = knowing({ ...source, stream: 'live' }, tradeOf(sale.order))
    expect((await applyRecord(bytesOf(sale.record), source, known, tools)).done).toBe(false)
  })

  test('that is none of ours parks it', async () => {
    expect(await parkOf(sale.record, source, null)).toMatchObject({
      fault: { code: 'RECORD_ORDER_UNKNOWN', at: { byte: 0, segment: 1, tag: 'sale' } },
      owner: 'operator',
    })
  })
})

describe('a record that nobody said the use of', () => {
  const source = sourceOf('sale')

  test.each([
    ['its endpoint says nothing of the kind', { ...source.endpoint!, use: null }, 'Our ERP'],
    ['there is no endpoint', null, ''],
  ])('%s', async (_, endpoint, name) => {
    const park = await parkOf(sale.record, { ...source, endpoint }, tradeOf(sale.order))
    expect(park).toMatchObject({
      fault: { code: 'RECORD_NOT_AGREED', at: { byte: 0, segment: 1, tag: 'sale' } },
      owner: 'partner-manager',
    })
    expect(park.fault.says).toContain(`Endpoint ${name} does not`)
  })

  test('a kind of document without rules is a broken invariant', async () => {
    const use = { ...uses.sale, document: 'statement' }
    const endpoint = { ...source.endpoint!, use }
    await expect(effectOf(sale.record, { ...source, endpoint }, tradeOf(sale.order)))
      .rejects.toThrow('no rules for kind statement')
  })
})

describe('the document of a record', () => {
  test.each([
    ['sale', sale, '855', 'PR', 'S-000001', ['order', 'order-response']],
    ['shipment', shipment, '856', 'SH', 'D-000005', ['order', 'shipment', 'sscc']],
    ['invoice', invoice, '810', 'IN', 'I-000008', ['order', 'invoice']],
  ] as const)('%s', async (kind, { record, order }, setType, functionalId, number, keys) => {
    const document = await documentOf(
      record, sourceOf(kind), tradeOf(order, { out: [out(setType)] }))
    const place = { tradeId: 'trade', relationshipId: 'relationship', partnerId: 'buyer' }
    expect(document).toMatchObject({
      out: place,
      about: null,
      kind: uses[kind].document,
      number,
      mapping: uses[kind].mapping,
      mappingHash: shelf.get(uses[kind].mapping).hash,
      businessKey: `${uses[kind].document}:erp:${kind}:1`,
      reuseWindowDays: 730,
      whenSeen: {
        fault: { code: 'BUSINESS_DUPLICATE', at: { byte: 0, segment: 1, tag: kind } },
        owner: 'partner-manager',
      },
      follow: [],
      outgoing: {
        place,
        mapping: agreed[setType][1],
        mappingHash: shelf.get(agreed[setType][1]).hash,
        body: { type: setType, functionalId, release: '004010' },
      },
    })
    expect(document.keys.map((key) => key.kind)).toEqual(keys)
    expect(document.outgoing?.body.segments.length).toBeGreaterThan(3)
  })

  test('stands without a set where the partner wants none', async () => {
    const trade = tradeOf(sale.order, { out: [out('856')] })
    const document = await documentOf(sale.record, sourceOf('sale'), trade)
    expect(document).toMatchObject({ kind: 'order-response', outgoing: null })
  })

  test('an inbound agreement of its kind sends nothing', async () => {
    const inbound: Agreement = { ...out('855'), direction: 'in' }
    const trade = tradeOf(sale.order, { out: [inbound] })
    expect((await documentOf(sale.record, sourceOf('sale'), trade)).outgoing).toBeNull()
  })

  test.each<[string, readonly string[], string]>([
    ['004010', ['005010', '004010'], '004010'],
    ['005010', ['004010', '005010'], '005010'],
    ['005010', ['004010'], '004010'],
  ])('an order of %s, agreed %j: %s', async (release, releases, chosen) => {
    const trade = tradeOf(sale.order, { release, out: releases.map((one) => out('855', one)) })
    const { outgoing } = await documentOf(sale.record, sourceOf('sale'), trade)
    expect(outgoing?.body.release).toBe(chosen)
  })

  test('a key comes again within the days of its own agreement, else of the order\'s', async () => {
    const settings = agreementSettings({ reuseWindowDays: 7 })
    const inbound = sandboxRelationship.agreements.map((one) => ({ ...one, settings }))
    const days = async (outbound: readonly Agreement[]) => (await documentOf(
      sale.record, sourceOf('sale'), tradeOf(sale.order, { inbound, out: outbound }),
    )).reuseWindowDays
    expect(await days([])).toBe(7)
    expect(await days([out('855', '004010', { reuseWindowDays: 3 })])).toBe(3)
  })

  test('what follows of it is made by the agreement it goes out by', async () => {
    const follow = [{ endpoint: 'archive', mapping: null, operation: 'keep' }]
    const trade = tradeOf(sale.order, { out: [out('855', '004010', { follow })] })
    const { follow: deliveries, body } = await documentOf(sale.record, sourceOf('sale'), trade)
    expect(deliveries).toEqual([{
      endpointId: 'archive', operation: 'keep', contentType: 'application/json',
      body: JSON.stringify(body),
    }])
  })
})

describe('what was agreed with the order', () => {
  const source = sourceOf('sale')
  const use = { document: 'business-acknowledgement', mapping: 'probe' }
  const endpoint = { ...source.endpoint!, use }
  const inbound = sandboxRelationship.agreements.map((agreement) => ({
    ...agreement, settings: agreementSettings({ options: { word: `of ${agreement.release}` } }),
  }))

  test.each([
    ['004010', inbound, 'of 004010'],
    ['005010', inbound, 'of 005010'],
    ['006010', inbound, 'none'],
    ['004010', inbound.map((one) => ({ ...one, documentKind: 'order-change' })), 'none'],
    ['004010', inbound.map((one): Agreement => ({ ...one, direction: 'out' })), 'none'],
  ])('in %s is read by the mapping', async (release, agreements, number) => {
    const trade = tradeOf(sale.order, { release, inbound: agreements })
    expect(await documentOf(sale.record, { ...source, endpoint }, trade)).toMatchObject({ number })
  })
})

describe('faults park it with a place', () => {
  const at = (tag: string) => ({ byte: 0, segment: 1, tag })

  test('of the record\'s mapping', async () => {
    const trade = tradeOf(wrongInvoice.order, { out: [out('810')] })
    const park = await parkOf(wrongInvoice.record, sourceOf('invoice'), trade)
    expect(park).toMatchObject({
      fault: { code: 'INVOICE_DOES_NOT_FOOT', at: at('invoice') },
      others: [{ code: 'INVOICE_DOES_NOT_FOOT' }],
      owner: 'mapping-analyst',
    })
  })

  test.each([{}, [], null, 'x'])('of a record that is %j', async (record) => {
    const park = await parkOf(record, sourceOf('sale'), tradeOf(sale.order))
    expect(park).toMatchObject({ fault: { at: at('sale') }, owner: 'mapping-analyst' })
    expect(park.fault.code).toMatch(/^MAPPING_/)
  })

  test('of the mapping to X12', async () => {
    const options = { structure: '0005' }
    const trade = tradeOf(shipment.order, { out: [out('856', '004010', { options })] })
    expect(await parkOf(shipment.record, sourceOf('shipment'), trade)).toMatchObject({
      fault: { code: 'MAPPING_CODE_UNLISTED', at: at('shipment') }, owner: 'mapping-analyst',
    })
  })

  test.each([
    ['a delimiter', 'ten * twelve'],
    ['a letter of no X12 character set of ours', 'Łódź'],
  ])('of text that the partner cannot be sent: %s', async (_, name) => {
    const order = structuredClone(sale.order) as { parties: { name: string }[] }
    for (const party of order.parties) party.name = name
    const trade = tradeOf(order, { out: [out('855')] })
    expect(await parkOf(sale.record, sourceOf('sale'), trade)).toMatchObject({
      fault: { at: at('sale') }, owner: 'mapping-analyst',
    })
  })

  test('of a mapping that is not there', async () => {
    const use = { ...uses.sale, mapping: 'sandbox-erp/nowhere' }
    const source = sourceOf('sale')
    const endpoint = { ...source.endpoint!, use }
    expect(await parkOf(sale.record, { ...source, endpoint }, tradeOf(sale.order))).toMatchObject({
      fault: { code: 'MAPPING_UNKNOWN', at: at('sale') }, owner: 'mapping-analyst',
    })
  })

  test('of a mapping that reads other records', async () => {
    const use = { ...uses.sale, mapping: uses.invoice.mapping }
    const source = sourceOf('sale')
    const endpoint = { ...source.endpoint!, use }
    expect(await parkOf(sale.record, { ...source, endpoint }, tradeOf(sale.order)))
      .toMatchObject({ fault: { at: at('sale') }, owner: 'mapping-analyst' })
  })
})

describe('serial shipping container codes', () => {
  const source = sourceOf('shipment')
  const key = 'test:sandbox-erp:D-000005:pack:1'

  test('are asked for by the record\'s key, below the stream', async () => {
    const known = knowing(source, tradeOf(shipment.order))
    const applied = await applyRecord(bytesOf(shipment.record), source, known, tools)
    expect(applied).toMatchObject({ done: false, needs: { trades: [], ssccs: [{ ...gs1, key }] } })
  })

  test('that are told stand on the pack', async () => {
    const { body } = await documentOf(shipment.record, source, tradeOf(shipment.order))
    expect(body).toMatchObject({ packs: [{ id: '1', sscc: sscc('0', '0614141', 1) }] })
  })

  test('cannot be had without a company prefix', async () => {
    const trade = tradeOf(shipment.order, { settings: { gs1: null } })
    const applied = await applyRecord(
      bytesOf(shipment.record), source, knowing(source, trade), tools)
    expect(applied).toMatchObject({
      done: true,
      effect: { do: 'park', park: { fault: {
        code: 'SSCC_UNAVAILABLE', at: { byte: 0, segment: 1, tag: 'shipment' },
      } } },
    })
  })

  test('nor where their numbers are used up', async () => {
    const ssccs = new Map([[ssccKey({ ...gs1, key }), null]])
    const known = { ...knowing(source, tradeOf(shipment.order)), ssccs }
    expect(await applyRecord(bytesOf(shipment.record), source, known, tools)).toMatchObject({
      done: true, effect: { do: 'park', park: { fault: { code: 'SSCC_UNAVAILABLE' } } },
    })
  })
})

describe('a document that is made anew', () => {
  const anew = sourceOf('sale', { endpoint: null, documentId: 'document', kind: 'order-response' })

  async function stored() {
    return (await documentOf(sale.record, sourceOf('sale'), tradeOf(sale.order))).body
  }

  test('gets a set of its own, as today\'s mapping makes it', async () => {
    const trade = tradeOf(sale.order, { out: [out('855')] })
    const { outgoing } = await documentOf(sale.record, sourceOf('sale'), trade)
    expect(await effectOf(await stored(), anew, trade)).toEqual({
      position: 0, do: 'make_anew', documentId: 'document', outgoing,
    })
  })

  test('parks where it is agreed no more', async () => {
    expect(await parkOf(await stored(), anew, tradeOf(sale.order))).toMatchObject({
      fault: { code: 'DOCUMENT_NOT_AGREED', at: { byte: 0, segment: 1, tag: 'order-response' } },
      owner: 'partner-manager',
    })
  })

  test('parks where the mapping fails', async () => {
    const trade = tradeOf(sale.order, { out: [out('855')] })
    const park = await parkOf({ schema: 'order-response.v1' }, anew, trade)
    expect(park).toMatchObject({
      fault: { at: { byte: 0, segment: 1, tag: 'order-response' } }, owner: 'mapping-analyst',
    })
  })

  test('parks where its order is gone', async () =>
    expect((await parkOf(await stored(), anew, null)).fault.code).toBe('RECORD_ORDER_UNKNOWN'))
})
