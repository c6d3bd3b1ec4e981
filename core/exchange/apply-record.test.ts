import { describe, expect, test } from 'vitest'
import { sscc } from '#core/std/gs1.ts'
import { sandboxRelationship } from '#test/support/exchange.ts'
import {
  agreed, bytesOf, documentOf, effectOf, gs1, invoice, knowing, out, parkOf, sale, shelf, shipment,
  sourceOf, tools, tradeOf, uses, wrongInvoice,
} from '#test/support/records.ts'
import { applyRecord } from './apply-record.ts'
import { nothingKnown, ssccKey } from './known.ts'
import { agreementSettings } from './relationship.ts'
import type { Agreement } from './relationship.ts'

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
