import { describe, expect, test } from 'vitest'
import { Fault } from '#core/errors/fault.ts'
import { checkInvoice } from './check.ts'
import { invoiceParser } from './invoice.ts'

const price = (value: string, per = '1', unit = 'EA') =>
  ({ value, currency: 'USD', per: { value: per, unit } })
const eaches = (value: string) => ({ value, unit: 'EA', givenUnit: 'EA' })

const first = {
  position: 1, number: '1', quantity: eaches('10'), price: price('12.5'), amountMinor: '12500',
}
const second = {
  position: 2, number: '2', quantity: eaches('3'), price: price('0.333'), amountMinor: '100',
}

const invoice = {
  schema: 'invoice.v1',
  number: 'I-1',
  purpose: 'original',
  invoicedOn: '2026-01-08',
  currency: 'USD',
  rounding: 'line',
  order: { number: 'PO-1' },
  lines: [first, second],
  totals: { linesMinor: '12600', totalMinor: '12600' },
}

const allowance = { kind: 'allowance', amountMinor: '600' }
const charge = { kind: 'charge', amountMinor: '250' }
const tax = { givenKind: 'ST', amountMinor: '1040', percent: '8.25', taxableMinor: '12600' }

const full = {
  ...invoice,
  lines: [{ ...first, adjustments: [allowance], taxes: [tax] }, second],
  adjustments: [charge],
  taxes: [{ givenKind: 'LS', amountMinor: '10' }],
  totals: {
    linesMinor: '12600', allowancesMinor: '600', chargesMinor: '250', taxMinor: '1050',
    totalMinor: '13300',
  },
}

describe('parse', () => {
  test.each([invoice, full])('takes an invoice as it is', (value) =>
    expect(invoiceParser.parse(value)).toBe(value))

  const withLine = (more: object) => ({ ...invoice, lines: [{ ...first, ...more }] })

  test.each<[unknown, string]>([
    [undefined, 'the document must be object'],
    [{ ...invoice, purpose: 'credit' }, 'purpose must be one of original, replacement'],
    [{ ...invoice, rounding: 'none' }, 'rounding must be one of line, document'],
    [{ ...invoice, dueOn: 'soon' }, 'dueOn is no date'],
    [{ ...invoice, lines: [] }, 'lines must NOT have fewer than 1 items'],
    [withLine({ amountMinor: '125.00' }), 'lines[1].amountMinor must match pattern'],
    [withLine({ amountMinor: 12500 }), 'lines[1].amountMinor must be string'],
    [withLine({ price: undefined }), 'lines[1].price is required'],
    [withLine({ adjustments: [{ ...charge, kind: 'tax' }] }), 'adjustments[1].kind must be one of'],
    [withLine({ taxes: [{ amountMinor: '1' }] }), 'lines[1].taxes[1].givenKind is required'],
    [{ ...invoice, totals: { linesMinor: '1' } }, 'totals.totalMinor is required'],
    [{ ...invoice, totals: { ...invoice.totals, total: '1' } }, 'total is not a field of this'],
  ])('%j is refused', (value, reason) => {
    expect(() => invoiceParser.parse(value)).toThrow(Fault)
    expect(() => invoiceParser.parse(value)).toThrow(reason)
  })
})

function faults(value: unknown) {
  return checkInvoice(invoiceParser.parse(value))
}

function fields(value: unknown) {
  return faults(value).map(({ field, fault }) => [field, fault.code])
}

const unfit = (...names: string[]) => names.map((field) => [field, 'INVOICE_DOES_NOT_FOOT'])

/** An invoice of one line and nothing else. */
function single(line: object, amountMinor: string, more: object = {}) {
  const totals = { linesMinor: amountMinor, totalMinor: amountMinor }
  return { ...invoice, lines: [{ ...first, ...line, amountMinor }], totals, ...more }
}

describe('amounts of lines', () => {
  test.each<[string, object, string]>([
    ['half a cent goes up', { quantity: eaches('1'), price: price('0.005') }, '1'],
    ['less goes down', { quantity: eaches('1'), price: price('0.0049') }, '0'],
    ['half a cent of a credit goes down', { quantity: eaches('-1'), price: price('0.005') }, '-1'],
    ['no float would get it', { quantity: eaches('3'), price: price('0.335') }, '101'],
    ['a price per hundred', { quantity: eaches('250'), price: price('12.5', '100') }, '3125'],
    ['a price per three', { quantity: eaches('1'), price: price('0.02', '3') }, '1'],
    ['free of charge', { price: price('0') }, '0'],
    [
      'goods that are weighed',
      { quantity: eaches('3'), priceQuantity: { ...eaches('41.2'), unit: 'LBR' },
        price: price('2.5', '1', 'LBR') },
      '10300',
    ],
  ])('%s', (_, line, amountMinor) => expect(fields(single(line, amountMinor))).toEqual([]))

  test.each<[string, object]>([
    ['a price per another unit', { price: price('1', '1', 'XCS') }],
    ['a price in another currency', { price: { ...price('1'), currency: 'EUR' } }],
    ['a price for nothing', { price: price('1', '0') }],
  ])('%s cannot be recounted, and that is told', (_, line) =>
    expect(fields(single(line, '7'))).toEqual([['lines[1].price', 'INVOICE_UNCOUNTABLE']]))

  test.each([
    ['JPY', '0', '13'],
    ['USD', '2', '1250'],
    ['BHD', '3', '12500'],
  ])('%s has %s digits', (currency, _, amountMinor) => {
    const line = { quantity: eaches('1'), price: { ...price('12.5'), currency } }
    expect(fields(single(line, amountMinor, { currency }))).toEqual([])
    expect(fields(single(line, `${amountMinor}0`, { currency })))
      .toEqual(unfit('lines[1].amountMinor'))
  })

  test('a line that is off by one is told with both numbers', () => {
    const [found, ...others] = faults(single({}, '12501'))
    expect(others).toEqual([])
    expect(found).toMatchObject({
      field: 'lines[1].amountMinor',
      fault: {
        says: 'Invoice I-1 does not foot: its amount of line 1 is 12501, counted are 12500 ' +
          '(off by 1, in minor units of USD).',
      },
    })
  })
})

describe('rounded by document', () => {
  const third = { ...first, quantity: eaches('1'), price: price('0.335') }
  const three = (amounts: readonly string[], total: string) => ({
    ...invoice,
    rounding: 'document',
    lines: amounts.map((amountMinor) => ({ ...third, amountMinor })),
    totals: { linesMinor: total, totalMinor: total },
  })

  test('the sum is rounded once, whichever way the lines were', () => {
    expect(fields(three(['34', '34', '34'], '101'))).toEqual([])
    expect(fields(three(['33', '33', '34'], '101'))).toEqual([])
    expect(fields(three(['34', '34', '34'], '102'))).toEqual(unfit('totals.linesMinor'))
  })

  test('a line may not be off by a whole minor unit', () => {
    expect(fields(three(['35', '33', '34'], '101'))).toEqual(unfit('lines[1].amountMinor'))
    const even = { ...invoice, rounding: 'document', lines: [{ ...first, amountMinor: '12501' }] }
    const totals = { linesMinor: '12500', totalMinor: '12500' }
    expect(fields({ ...even, totals })).toEqual(unfit('lines[1].amountMinor'))
  })

  test('where one line cannot be reckoned, its sum cannot either', () => {
    const odd = { ...third, price: price('1', '1', 'XCS'), amountMinor: '7' }
    const lines = [{ ...third, amountMinor: '34' }, odd]
    const totals = { linesMinor: '41', totalMinor: '41' }
    const mixed = { ...invoice, rounding: 'document', lines }
    const told = [['lines[2].price', 'INVOICE_UNCOUNTABLE']]
    expect(fields({ ...mixed, totals })).toEqual(told)
    expect(fields({ ...mixed, totals: { ...totals, totalMinor: '42' } }))
      .toEqual([...told, ...unfit('totals.totalMinor')])
  })
})

describe('taxes', () => {
  const taxed = (amountMinor: string, more: object = {}) => ({
    ...invoice,
    taxes: [{ ...tax, amountMinor, ...more }],
    totals: {
      ...invoice.totals, taxMinor: amountMinor, totalMinor: String(12600 + Number(amountMinor)),
    },
  })

  test.each<[string, object]>([
    ['1040', {}],
    ['1041', {}],
    ['1039', {}],
    ['7', { percent: undefined }],
    ['7', { taxableMinor: undefined }],
    ['0', { percent: '0', givenExemption: '1' }],
  ])('%s passes with %j', (amountMinor, more) =>
    expect(fields(taxed(amountMinor, more))).toEqual([]))

  test.each(['1038', '1042', '-1040'])('%s of 1039.5 does not', (amountMinor) =>
    expect(fields(taxed(amountMinor))).toEqual(unfit('taxes[1].amountMinor')))

  test('of a line', () => {
    const lines = [first, { ...second, taxes: [{ ...tax, amountMinor: '2000' }] }]
    const totals = { linesMinor: '12600', taxMinor: '2000', totalMinor: '14600' }
    expect(fields({ ...invoice, lines, totals })).toEqual(unfit('lines[2].taxes[1].amountMinor'))
  })
})

describe('totals', () => {
  test.each([invoice, full])('that foot', (value) => expect(fields(value)).toEqual([]))

  test.each(['linesMinor', 'allowancesMinor', 'chargesMinor', 'taxMinor', 'totalMinor'])(
    '%s that does not', (name) => {
      const totals = { ...full.totals, [name]: '1' }
      expect(fields({ ...full, totals })).toEqual(unfit(`totals.${name}`))
    })

  test.each(['allowancesMinor', 'chargesMinor', 'taxMinor'])(
    '%s that is left out where there are some', (name) => {
      const totals = { ...full.totals, [name]: undefined }
      expect(fields({ ...full, totals })).toEqual(unfit(`totals.${name}`))
    })

  test('larger than any float', () => {
    const amountMinor = '900719925474099300'
    const line = { quantity: eaches('1'), price: price('9007199254740993') }
    expect(fields(single(line, amountMinor))).toEqual([])
    expect(fields(single(line, '900719925474099301'))).toEqual(unfit('lines[1].amountMinor'))
  })
})

describe('adjustments', () => {
  test.each<[object, string]>([
    [{ adjustments: [{ ...charge, amountMinor: '-250' }] }, 'adjustments[1].amountMinor'],
    [{ lines: [first, { ...second, adjustments: [{ ...allowance, amountMinor: '-600' }] }] },
      'lines[2].adjustments[1].amountMinor'],
  ])('%j is negative', (more, field) =>
    expect(fields({ ...invoice, ...more })).toContainEqual([field, 'INVOICE_ADJUSTMENT_NEGATIVE']))

  test('a negative one that is summed rightly is told nevertheless', () => {
    const adjustments = [{ ...allowance, amountMinor: '-600' }]
    const totals = { linesMinor: '12600', allowancesMinor: '-600', totalMinor: '13200' }
    expect(fields({ ...invoice, adjustments, totals })).toEqual([
      ['adjustments[1].amountMinor', 'INVOICE_ADJUSTMENT_NEGATIVE'],
    ])
  })
})
