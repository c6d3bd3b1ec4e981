import { describe, expect, test } from 'vitest'
import { Fault } from '#core/errors/fault.ts'
import { checkOrderResponse, outcomeOf } from './check.ts'
import { orderResponseParser } from './order-response.ts'
import { partOutcomes } from './schema.ts'

const eaches = (value: string) => ({ value, unit: 'EA', givenUnit: 'EA' })
const part = (outcome: string, value: string, more = {}) =>
  ({ outcome, quantity: eaches(value), ...more })

const line = {
  position: 1, number: '001', quantity: eaches('10'), parts: [part('accepted', '10')],
}

const response = {
  schema: 'order-response.v1',
  number: 'S-1',
  purpose: 'original',
  respondedOn: '2026-01-06',
  outcome: 'accepted',
  order: { number: 'PO-1', orderedOn: '2026-01-05' },
  currency: 'USD',
  lines: [line],
}

describe('parse', () => {
  test('takes a response as it is', () =>
    expect(orderResponseParser.parse(response)).toBe(response))

  const price = { value: '1', currency: 'USD', per: { value: '1', unit: 'EA' } }

  test('takes all that may be said of a line', () => {
    const parts = [part('substituted', '4', {
      price,
      dates: [{ kind: 'promised', of: 'shipment', on: '2026-02-01' }],
      substitute: { product: 'W-2', ids: [{ scheme: 'part', value: 'W2' }] },
      reason: 'The old one is not made any more.',
    })]
    const whole = { ...response, lines: [{ ...line, price, parts }] }
    expect(orderResponseParser.parse(whole)).toBe(whole)
  })

  const withPart = (more: object) => ({ ...response, lines: [{ ...line, parts: [more] }] })

  test.each<[unknown, string]>([
    [null, 'the document must be object'],
    [{ ...response, schema: 'order-response.v2' }, 'schema'],
    [{ ...response, number: undefined }, 'number is required'],
    [{ ...response, purpose: 'cancellation' }, 'purpose must be one of original, replacement'],
    [{ ...response, respondedOn: '2026-02-30' }, 'respondedOn is no date'],
    [{ ...response, outcome: 'changed' }, 'outcome must be one of accepted'],
    [{ ...response, order: {} }, 'order.number is required'],
    [{ ...response, currency: 'XXX' }, 'currency is no currency'],
    [{ ...response, lines: [] }, 'lines must NOT have fewer than 1 items'],
    [{ ...response, lines: [{ ...line, parts: [] }] }, 'lines[1].parts must NOT have fewer'],
    [withPart(part('IA', '1')), 'lines[1].parts[1].outcome must be one of accepted'],
    [withPart(part('accepted', '1.0')), 'lines[1].parts[1].quantity.value must match pattern'],
    [
      withPart(part('substituted', '1', { substitute: { ids: [] } })),
      'lines[1].parts[1].substitute.ids must NOT have fewer than 1',
    ],
    [withPart(part('accepted', '1', { why: '' })), 'why is not a field of this schema'],
  ])('%j is refused', (value, reason) => {
    expect(() => orderResponseParser.parse(value)).toThrow(Fault)
    expect(() => orderResponseParser.parse(value)).toThrow(reason)
  })
})

describe('outcomeOf', () => {
  const of = (...outcomes: (typeof partOutcomes)[number][]) =>
    outcomeOf([{ parts: outcomes.map((outcome) => ({ outcome, quantity: eaches('1') })) }])

  test.each(partOutcomes)('nothing but %s', (outcome) => {
    const refused = outcome === 'rejected' || outcome === 'cancelled'
    const changed = refused ? 'rejected' : 'accepted_with_changes'
    expect(of(outcome, outcome)).toBe(outcome === 'accepted' ? 'accepted' : changed)
  })

  test.each(partOutcomes.filter((outcome) => outcome !== 'accepted'))(
    '%s beside accepted are changes', (outcome) =>
      expect(of('accepted', outcome)).toBe('accepted_with_changes'))

  test('rejected and cancelled are rejected', () =>
    expect(of('rejected', 'cancelled')).toBe('rejected'))

  test('lines are looked at together', () => {
    const of = (outcome: 'accepted' | 'rejected') =>
      ({ parts: [{ outcome, quantity: eaches('1') }] })
    expect(outcomeOf([of('accepted'), of('rejected')])).toBe('accepted_with_changes')
  })
})

describe('checkOrderResponse', () => {
  const faults = (more: object) =>
    checkOrderResponse(orderResponseParser.parse({ ...response, ...more }))
  const codes = (more: object) => faults(more).map(({ field, fault }) => [field, fault.code])
  const changed = 'accepted_with_changes'

  test.each<[string, ...object[]]>([
    ['accepted', part('accepted', '10')],
    ['accepted', part('accepted', '4'), part('accepted', '6')],
    ['accepted', part('accepted', '0.1'), part('accepted', '9.9')],
    ['rejected', part('rejected', '10')],
    ['rejected', part('rejected', '4'), part('cancelled', '6')],
    [changed, part('accepted', '4'), part('backordered', '6')],
    [changed, part('price_changed', '10')],
    [changed, part('date_changed', '4'), part('rejected', '6')],
    [changed, part('quantity_changed', '12')],
    [changed, part('changed', '3')],
    [changed, part('substituted', '20')],
    [changed, part('quantity_changed', '0')],
    // Cases for eaches: nobody can say whether they make up the line.
    [changed, { outcome: 'price_changed', quantity: { value: '1', unit: 'XCS', givenUnit: 'CA' } }],
  ])('%s: %j', (outcome, ...parts) =>
    expect(codes({ outcome, lines: [{ ...line, parts }] })).toEqual([]))

  test.each<[string, string, ...object[]]>([
    ['9', 'accepted', part('accepted', '9')],
    ['11', 'accepted', part('accepted', '11')],
    ['9.9', 'accepted', part('accepted', '4'), part('accepted', '5.9')],
    ['4', 'rejected', part('rejected', '4')],
    ['8', changed, part('accepted', '4'), part('backordered', '4')],
    ['9', changed, part('price_changed', '9')],
    ['9', changed, part('date_changed', '9')],
    ['0', changed, part('backordered', '0')],
  ])('only %s of 10 are accounted for: %s %j', (sum, outcome, ...parts) => {
    const found = faults({ outcome, lines: [line, { ...line, position: 2, parts }] })
      .filter(({ fault }) => fault.code !== 'RESPONSE_OUTCOME_WRONG')
    expect(found).toMatchObject([{
      field: 'lines[2].parts',
      fault: {
        code: 'RESPONSE_PARTS_WRONG',
        says: `The response to line 001 of order PO-1 accounts for ${sum} of 10 ordered.`,
      },
    }])
  })

  test('a negative quantity is told once, and not reckoned with', () => {
    const parts = [part('accepted', '-1'), part('accepted', '-2')]
    expect(codes({ lines: [{ ...line, parts }] })).toEqual([
      ['lines[1].parts', 'RESPONSE_QUANTITY_NEGATIVE'],
    ])
  })

  test('a change does not excuse a negative quantity', () =>
    expect(codes({ outcome: changed, lines: [{ ...line, parts: [part('changed', '-1')] }] }))
      .toEqual([['lines[1].parts', 'RESPONSE_QUANTITY_NEGATIVE']]))

  test.each([
    ['rejected', part('accepted', '10')],
    ['accepted', part('rejected', '10')],
    ['accepted', part('price_changed', '10')],
    [changed, part('accepted', '10')],
  ])('as a whole %s, but %j', (outcome, only) =>
    expect(codes({ outcome, lines: [{ ...line, parts: [only] }] })).toEqual([
      ['outcome', 'RESPONSE_OUTCOME_WRONG'],
    ]))

  test('each fault of each line is told', () => {
    const lines = [
      { ...line, parts: [part('accepted', '9')] },
      line,
      { ...line, position: 3, parts: [part('rejected', '-10')] },
    ]
    expect(codes({ lines })).toEqual([
      ['outcome', 'RESPONSE_OUTCOME_WRONG'],
      ['lines[1].parts', 'RESPONSE_PARTS_WRONG'],
      ['lines[3].parts', 'RESPONSE_QUANTITY_NEGATIVE'],
    ])
  })
})

describe('prices', () => {
  const price = (value: string, per = '1', currency = 'USD') =>
    ({ value, currency, per: { value: per, unit: 'EA' } })
  const priced = (outcome: string, confirmed: object) => orderResponseParser.parse({
    ...response,
    outcome: outcome === 'accepted' ? 'accepted' : 'accepted_with_changes',
    lines: [{ ...line, price: price('9.5'), parts: [part(outcome, '10', { price: confirmed })] }],
  })
  const codes = (outcome: string, confirmed: object) =>
    checkOrderResponse(priced(outcome, confirmed)).map(({ fault }) => fault.code)

  test.each([
    ['accepted', price('9.5')],
    ['accepted', price('950', '100')],
    ['quantity_changed', price('9.5')],
    ['price_changed', price('10')],
    ['changed', price('10')],
  ])('%s at %j is as it says', (outcome, confirmed) =>
    expect(codes(outcome, confirmed)).toEqual([]))

  test.each([
    ['accepted', price('9.51')],
    ['accepted', price('9.5', '1', 'EUR')],
    ['quantity_changed', price('10')],
    ['date_changed', price('10')],
  ])('%s at %j changes the price without a word', (outcome, confirmed) =>
    expect(codes(outcome, confirmed)).toEqual(['RESPONSE_PRICE_UNTOLD']))
})
