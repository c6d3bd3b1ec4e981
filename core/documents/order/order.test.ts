import { describe, expect, test } from 'vitest'
import { Fault } from '#core/errors/fault.ts'
import { checkOrder } from './check.ts'
import { orderPurposes, orderTypes } from './codes.ts'
import { orderEffect } from './effect.ts'
import { orderKey, parseOrder } from './order.ts'
import type { Order } from './schema.ts'

const line = {
  position: 1,
  number: '001',
  product: 'WIDGET-01',
  ids: [{ scheme: 'part', value: 'WID-01', owner: 'seller', givenScheme: 'VP' }],
  quantity: { value: '10', unit: 'EA', givenUnit: 'EA' },
}

const order = {
  schema: 'order.v1',
  number: 'PO-1',
  purpose: 'original',
  givenPurpose: '00',
  type: 'stand_alone',
  givenType: 'SA',
  orderedOn: '2026-01-05',
  currency: 'USD',
  lines: [line],
}

function withLine(more: object): Order {
  return parseOrder({ ...order, lines: [{ ...line, ...more }] })
}

function refusal(value: unknown): string {
  try {
    parseOrder(value)
  } catch (error) {
    if (error instanceof Fault) return error.message
    throw error
  }
  return 'accepted'
}

describe('parseOrder', () => {
  test('takes an order as it is', () => expect(parseOrder(order)).toBe(order))

  const numberless = { ...order, number: undefined }
  const price = { value: '1', currency: 'USD', per: { value: '1', unit: 'EA' } }
  const date = { kind: 'requested', of: 'delivery', givenKind: '002', on: '2026-01-05' }
  const charge = { kind: 'charge', method: 'unstated', changesTotal: true }

  test.each<[unknown, string]>([
    [null, 'the document must be object'],
    [[], 'the document must be object'],
    [numberless, 'number is required'],
    [{ ...order, number: '' }, 'number must NOT have fewer than 1 characters'],
    [{ ...order, nmuber: 'PO-1' }, 'nmuber is not a field of this schema'],
    [{ ...order, purpose: 'mutually_defined' }, 'purpose must be one of original, cancellation'],
    [{ ...order, type: 'ZZ' }, 'type must be one of stand_alone'],
    [{ ...order, orderedOn: '2026-02-30' }, 'orderedOn is no date'],
    [{ ...order, orderedOn: '20260105' }, 'orderedOn is no date'],
    [{ ...order, currency: 'XXX' }, 'currency is no currency'],
    [{ ...order, lines: [] }, 'lines must NOT have fewer than 1 items'],
    [{ ...order, lines: [line, { ...line, ids: [] }] }, 'lines[2].ids must NOT have fewer than 1'],
    [
      { ...order, lines: [{ ...line, quantity: { ...line.quantity, value: 10 } }] },
      'lines[1].quantity.value must be string',
    ],
    [
      { ...order, lines: [{ ...line, quantity: { ...line.quantity, value: '10.0' } }] },
      'lines[1].quantity.value must match pattern',
    ],
    [
      { ...order, lines: [{ ...line, price: { ...price, per: { value: '1' } } }] },
      'lines[1].price.per.unit is required',
    ],
    [{ ...order, dates: [{ ...date, time: '08:00' }] }, 'dates[1].zone is required'],
    [{ ...order, dates: [{ ...date, zone: 'Z' }] }, 'dates[1].time is required'],
    [{ ...order, adjustments: [{ ...charge, amountMinor: '1' }] }, '[1].currency is required'],
    [
      { ...order, adjustments: [{ ...charge, amountMinor: '1.5', currency: 'USD' }] },
      'adjustments[1].amountMinor must match pattern',
    ],
  ])('%j is refused', (value, reason) => expect(refusal(value)).toContain(reason))
})

describe('orderKey', () => {
  const assigned = { scheme: 'assigned', value: '0001', owner: 'buyer', givenScheme: '92' }
  const buyer = { role: 'buyer', givenRole: 'BY' }

  test.each<[object, string]>([
    [{}, '["","PO-1",""]'],
    [{ release: '7' }, '["","PO-1","7"]'],
    [{ parties: [{ ...buyer, name: 'Acme' }] }, '["Acme","PO-1",""]'],
    [{ parties: [{ ...buyer, name: 'Acme', identifiers: [assigned] }] }, '["92:0001","PO-1",""]'],
    [
      { parties: [{ ...buyer, party: 'ACME', identifiers: [assigned] }] },
      '["ACME","PO-1",""]',
    ],
    [{ parties: [{ role: 'ship_to', givenRole: 'ST', party: 'S' }] }, '["","PO-1",""]'],
  ])('of %j', (more, key) => expect(orderKey(parseOrder({ ...order, ...more }))).toBe(key))

  test('parts cannot run into one another', () => {
    const one = parseOrder({ ...order, number: 'A', release: 'B","C' })
    const other = parseOrder({ ...order, number: 'A","B', release: 'C' })
    expect(orderKey(one)).not.toBe(orderKey(other))
  })
})

describe('orderEffect', () => {
  test('only originals create, and no type makes another purpose create', () => {
    const creating = orderPurposes.filter((purpose) =>
      orderTypes.some((type) => orderEffect({ purpose, type }) === 'create'))
    expect(creating).toEqual(['original', 'original_without_response'])
  })

  test('what is not firm, no order, or about one that is there, creates nothing', () => {
    const purpose = 'original'
    const idle = orderTypes.filter((type) => orderEffect({ purpose, type }) !== 'create')
    expect(idle).toEqual([
      'retailer_pre_commitment', 'blanket_estimated', 'blanket_agreement', 'agreement', 'contract',
      'confirmation', 'information_copy', 'budgetary_quote', 'bidding', 'change',
      'change_to_contract', 'change_to_release', 'renewal', 'stop_work', 'resume_work',
      'termination', 'close_out',
    ])
  })

  test.each([
    ['replacement', 'replace'],
    ['cancellation', 'cancel'],
    ['change', 'change'],
    ['confirmation', 'keep'],
    ['duplicate', 'keep'],
    ['information_copy', 'keep'],
    ['request', 'ask'],
  ] as const)('%s: %s', (purpose, effect) =>
    expect(orderEffect({ purpose, type: 'stand_alone' })).toBe(effect))
})

describe('checkOrder', () => {
  const codes = (value: Order) => checkOrder(value).map(({ field, fault }) => [field, fault.code])

  test.each([
    [{ lines: '1' }, []],
    [{}, []],
    [{ lines: '2' }, [['controlTotals.lines', 'ORDER_CONTROL_TOTAL_WRONG']]],
    [{ lines: '1', quantityHash: '10' }, []],
    [{ quantityHash: '11' }, [['controlTotals.quantityHash', 'ORDER_CONTROL_TOTAL_WRONG']]],
  ])('control totals %j', (controlTotals, faults) =>
    expect(codes(parseOrder({ ...order, controlTotals }))).toEqual(faults))

  test('a hash total that is full has lost its digits on the left', () => {
    const quantity = { ...line.quantity, value: '30000000001' }
    const full = { ...order, lines: [{ ...line, quantity }] }
    const claims = (quantityHash: string) =>
      codes(parseOrder({ ...full, controlTotals: { quantityHash } }))
    expect(claims('1')).toEqual([])
    expect(claims('30000000001')).toEqual([])
    expect(claims('30000000002')).toHaveLength(1)
  })

  test('a hash of fractions depends on zeros we no longer see', () => {
    const quantity = { ...line.quantity, value: '1.5' }
    const lines = [{ ...line, quantity }]
    const controlTotals = { quantityHash: '150' }
    expect(codes(parseOrder({ ...order, lines, controlTotals }))).toEqual([])
  })

  const to = (value: string, unit = 'EA') => ({
    identifier: { scheme: 'assigned', value: '0014', givenScheme: '92' },
    quantity: { value, unit, givenUnit: unit },
  })

  test('a negative quantity', () => {
    const quantity = { ...line.quantity, value: '-1' }
    expect(codes(withLine({ quantity }))).toEqual([
      ['lines[1].quantity.value', 'ORDER_QUANTITY_NEGATIVE'],
    ])
  })

  test.each([
    [[to('4'), to('6')], []],
    [[to('4'), to('5.5')], [['lines[1].destinations', 'ORDER_DESTINATIONS_WRONG']]],
    [[to('4', 'XCS')], []],
  ])('destinations %j', (destinations, faults) =>
    expect(codes(withLine({ destinations }))).toEqual(faults))
})
