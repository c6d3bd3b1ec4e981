import { describe, expect, test } from 'vitest'
import { Fault } from '#core/errors/fault.ts'
import { checkReceipt } from './check.ts'
import { receiptParser } from './receipt.ts'

const eaches = (value: string, unit = 'EA') => ({ value, unit, givenUnit: unit })
const condition = (kind: string, value: string, unit = 'EA') =>
  ({ kind, quantity: eaches(value, unit) })

const line = { position: 1, number: '1', received: eaches('10') }

const receipt = {
  schema: 'receipt.v1',
  number: 'R-1',
  purpose: 'original',
  receivedOn: '2026-01-09',
  order: { number: 'PO-1' },
  shipment: 'D-1',
  lines: [line],
}

describe('parse', () => {
  test('takes a receipt as it is', () => expect(receiptParser.parse(receipt)).toBe(receipt))

  test.each<[unknown, string]>([
    [[], 'the document must be object'],
    [{ ...receipt, number: '' }, 'number must NOT have fewer than 1 characters'],
    [{ ...receipt, purpose: 'change' }, 'purpose must be one of original, replacement'],
    [{ ...receipt, receivedOn: '2026-13-01' }, 'receivedOn is no date'],
    [{ ...receipt, lines: [] }, 'lines must NOT have fewer than 1 items'],
    [{ ...receipt, lines: [{ ...line, received: '10' }] }, 'lines[1].received must be object'],
    [
      { ...receipt, lines: [{ ...line, conditions: [condition('lost', '1')] }] },
      'lines[1].conditions[1].kind must be one of accepted, rejected',
    ],
    [{ ...receipt, shipments: [] }, 'shipments is not a field of this schema'],
  ])('%j is refused', (value, reason) => {
    expect(() => receiptParser.parse(value)).toThrow(Fault)
    expect(() => receiptParser.parse(value)).toThrow(reason)
  })
})

describe('checkReceipt', () => {
  const faults = (...conditions: object[]) => checkReceipt(receiptParser.parse({
    ...receipt, lines: [line, { ...line, position: 2, number: '2', conditions }],
  }))

  test.each<[string, ...object[]]>([
    ['nothing is told'],
    ['all of it', condition('accepted', '10')],
    ['a part of it', condition('damaged', '1')],
    ['in parts', condition('accepted', '8.5'), condition('rejected', '1.5')],
    ['what is short never came', condition('accepted', '10'), condition('short', '5')],
    ['another unit', condition('accepted', '10'), condition('damaged', '1', 'XCS')],
  ])('agrees with itself: %s', (_, ...conditions) => expect(faults(...conditions)).toEqual([]))

  test.each<[string, ...object[]]>([
    ['11', condition('accepted', '11')],
    ['10.5', condition('accepted', '10'), condition('damaged', '0.5')],
    ['12', condition('over', '2'), condition('accepted', '10'), condition('short', '9')],
    ['20', condition('held', '10'), condition('returned', '10')],
  ])('%s of 10 does not', (sum, ...conditions) => {
    expect(faults(...conditions)).toMatchObject([{
      field: 'lines[2].conditions',
      fault: {
        code: 'RECEIPT_CONDITIONS_WRONG',
        says: `Receipt R-1 accounts for ${sum} of line 2 and says that 10 came.`,
      },
    }])
  })
})
