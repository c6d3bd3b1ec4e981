import { describe, expect, test } from 'vitest'
import { canonicalSchemas } from '#core/documents/schemas.ts'
import { Fault } from '#core/errors/fault.ts'
import { kindRules } from './kind-rules.ts'
import type { ReadDocument } from './kind-rules.ts'

const eaches = (value: string) => ({ value, unit: 'EA', givenUnit: 'EA' })
const price = { value: '1', currency: 'USD', per: { value: '1', unit: 'EA' } }
const line = { position: 1, number: '1' }
const billed = { ...line, quantity: eaches('1'), price, amountMinor: '100' }
const shipped = { ...line, shipped: eaches('1') }
const original = { number: 'N-1', purpose: 'original' }

const documents = {
  order: {
    ...original, schema: 'order.v1', givenPurpose: '00', type: 'new_order', givenType: 'NE',
    orderedOn: '2026-01-05', currency: 'USD',
    lines: [{
      ...line, product: 'W-1', ids: [{ scheme: 'part', value: 'W1' }], quantity: eaches('1'),
    }],
  },
  'order-response': {
    ...original, schema: 'order-response.v1', respondedOn: '2026-01-06', outcome: 'accepted',
    order: { number: 'PO-1' }, currency: 'USD',
    lines: [{
      ...line, quantity: eaches('1'), parts: [{ outcome: 'accepted', quantity: eaches('1') }],
    }],
  },
  'ship-notice': {
    ...original, schema: 'ship-notice.v1', shippedOn: '2026-01-07',
    orders: [{ number: 'PO-1', lines: [shipped] }],
  },
  invoice: {
    ...original, schema: 'invoice.v1', invoicedOn: '2026-01-08', currency: 'USD', rounding: 'line',
    order: { number: 'PO-1' }, lines: [billed],
    totals: { linesMinor: '100', totalMinor: '100' },
  },
  receipt: {
    ...original, schema: 'receipt.v1', receivedOn: '2026-01-09', order: { number: 'PO-1' },
    lines: [{ ...line, received: eaches('1') }],
  },
  'business-acknowledgement': {
    ...original, schema: 'business-acknowledgement.v1', kind: 'text',
  },
}

type Kind = keyof typeof documents

const kinds = Object.keys(documents) as Kind[]

function read(kind: Kind, more: object = {}): ReadDocument {
  return kindRules[kind]!.read({ ...documents[kind], ...more })
}

/** `order PO-1`, in their order. */
function keysOf(kind: Kind, more: object = {}): readonly string[] {
  return read(kind, more).keys.map((key) => `${key.kind} ${key.value}`)
}

test('every canonical schema has rules under its kind and name', () => {
  const named = Object.entries(kindRules).map(([kind, { sourceKind }]) => [sourceKind, kind])
  expect(named).toEqual([...canonicalSchemas].map(([name, { kind }]) => [name, kind]))
  expect(Object.keys(kindRules)).toEqual(kinds)
})

describe.each(kinds)('%s', (kind) => {
  test('is known by its number and purpose', () =>
    expect(read(kind)).toMatchObject({ number: 'N-1', purpose: 'original' }))

  test('an original creates and repeats nothing', () =>
    expect(read(kind)).toMatchObject({ creates: true, repeats: false }))

  test('what is no such document is refused', () => {
    expect(() => read(kind, { number: '' })).toThrow(Fault)
    expect(() => read(kind, { schema: 'another.v1' })).toThrow(Fault)
  })

  test('another number is another key', () =>
    expect(read(kind, { number: 'N-2' }).key).not.toBe(read(kind).key))
})

describe('creates', () => {
  test.each<[Kind, string, boolean]>([
    ['order', 'replacement', false],
    ['order', 'cancellation', false],
    ['order', 'duplicate', false],
    ['order-response', 'replacement', true],
    ['ship-notice', 'replacement', true],
    ['ship-notice', 'cancellation', false],
    ['invoice', 'replacement', true],
    ['invoice', 'cancellation', false],
    ['receipt', 'replacement', true],
    ['receipt', 'cancellation', false],
    ['business-acknowledgement', 'cancellation', false],
  ])('%s, %s: %s', (kind, purpose, creates) =>
    expect(read(kind, { purpose }).creates).toBe(creates))

  test('a duplicate of an order says that it repeats one', () =>
    expect(read('order', { purpose: 'duplicate' }).repeats).toBe(true))

  test('an original and its replacement are two documents', () =>
    expect(read('invoice', { purpose: 'replacement' }).key).not.toBe(read('invoice').key))
})

describe('keys', () => {
  const pack = { id: 'P', kind: 'pack', sscc: '106141411234567897', trackingNumber: 'T-2' }
  const orderOf = (number: string) => ({ ...line, order: { number } })

  test.each<[Kind, object, readonly string[]]>([
    ['order', {}, ['order N-1']],
    ['order-response', {}, ['order PO-1', 'order-response N-1']],
    ['ship-notice', {}, ['order PO-1', 'shipment N-1']],
    [
      'ship-notice', { trackingNumber: 'T-1', billOfLading: 'B-1', packs: [pack] },
      [
        'order PO-1', 'shipment N-1', 'tracking T-1', 'bill-of-lading B-1',
        'sscc 106141411234567897', 'tracking T-2',
      ],
    ],
    [
      'ship-notice', { trackingNumber: 'T-2', packs: [pack, { ...pack, sscc: undefined }] },
      ['order PO-1', 'shipment N-1', 'tracking T-2', 'sscc 106141411234567897'],
    ],
    [
      'ship-notice',
      { orders: ['PO-1', 'PO-2', 'PO-1'].map((number) => ({ number, lines: [shipped] })) },
      ['order PO-1', 'order PO-2', 'shipment N-1'],
    ],
    ['invoice', {}, ['order PO-1', 'invoice N-1']],
    [
      'invoice',
      {
        order: undefined, shipments: [{ number: 'D-1' }, { number: 'D-2' }],
        lines: ['PO-2', 'PO-3', 'PO-2'].map((number) => ({ ...billed, ...orderOf(number) })),
      },
      ['order PO-2', 'order PO-3', 'invoice N-1', 'shipment D-1', 'shipment D-2'],
    ],
    ['receipt', {}, ['order PO-1', 'receipt N-1']],
    [
      'receipt',
      {
        order: undefined, shipment: 'D-1',
        lines: [{ ...line, received: eaches('1'), ...orderOf('PO-4') }],
      },
      ['order PO-4', 'receipt N-1', 'shipment D-1'],
    ],
    ['business-acknowledgement', {}, ['business-acknowledgement N-1']],
  ])('%s %j', (kind, more, keys) => expect(keysOf(kind, more)).toEqual(keys))
})
