import { describe, expect, test } from 'vitest'
import { Fault } from '#core/errors/fault.ts'
import { sscc } from '#core/std/gs1.ts'
import { checkShipNotice } from './check.ts'
import { shipNoticeParser } from './ship-notice.ts'

const eaches = (value: string, unit = 'EA') => ({ value, unit, givenUnit: unit })
const line = { position: 1, number: '1', shipped: eaches('10') }
const order = { number: 'PO-1', lines: [line, { ...line, position: 2, number: '2' }] }
const code = (serial: number) => sscc('0', '0614141', serial)
const content = (lineNumber: string, value: string, orderNumber = 'PO-1') =>
  ({ order: orderNumber, line: lineNumber, quantity: eaches(value) })

const tare = { id: 'T1', kind: 'tare', sscc: code(1) }
const first = {
  id: 'P1', kind: 'pack', within: 'T1', sscc: code(2), contents: [content('1', '10')],
}
const second = { id: 'P2', kind: 'pack', sscc: code(3), contents: [content('2', '10')] }

const notice = {
  schema: 'ship-notice.v1',
  number: 'D-1',
  purpose: 'original',
  shippedOn: '2026-01-07',
  packages: '2',
  orders: [order],
  packs: [tare, first, second],
}

describe('parse', () => {
  test('takes a notice as it is', () => expect(shipNoticeParser.parse(notice)).toBe(notice))

  test.each<[unknown, string]>([
    ['', 'the document must be object'],
    [{ ...notice, purpose: 'change' }, 'purpose must be one of original, replacement'],
    [{ ...notice, shippedOn: '20260107' }, 'shippedOn is no date'],
    [{ ...notice, time: '10:00' }, 'zone is required'],
    [{ ...notice, packages: '02' }, 'packages must match pattern'],
    [{ ...notice, orders: [] }, 'orders must NOT have fewer than 1 items'],
    [{ ...notice, orders: [{ ...order, lines: [] }] }, 'orders[1].lines must NOT have fewer'],
    [{ ...notice, packs: [{ ...tare, kind: 'carton' }] }, 'packs[1].kind must be one of tare'],
    [{ ...notice, packs: [{ ...tare, sscc: '0' + code(1) }] }, 'packs[1].sscc must match pattern'],
    [{ ...notice, packs: [{ ...tare, lines: [] }] }, 'lines is not a field of this schema'],
    [
      { ...notice, packs: [{ ...first, contents: [{ order: 'PO-1', line: '1' }] }] },
      'packs[1].contents[1].quantity is required',
    ],
    [{ ...notice, equipment: { initial: 'ABCD' } }, 'equipment.number is required'],
  ])('%j is refused', (value, reason) => {
    expect(() => shipNoticeParser.parse(value)).toThrow(Fault)
    expect(() => shipNoticeParser.parse(value)).toThrow(reason)
  })
})

describe('checkShipNotice', () => {
  const codes = (more: object) => checkShipNotice(shipNoticeParser.parse({ ...notice, ...more }))
    .map(({ field, fault }) => [field, fault.code])

  test.each<[string, object]>([
    ['as it is', {}],
    ['no packs, whatever was shipped', { packs: undefined, packages: '7' }],
    ['an empty list of packs', { packs: [], packages: '7' }],
    ['packs without codes', { packs: [{ ...first, within: undefined, sscc: undefined }, {
      ...second, sscc: undefined,
    }] }],
    ['one line in two packs', { packages: '3', packs: [
      tare, { ...first, contents: [content('1', '4.5')] },
      { ...second, id: 'P3', sscc: code(4), contents: [content('1', '5.5')] }, second,
    ] }],
    ['goods on the tare itself', { packs: [
      { ...tare, contents: [content('1', '10'), content('2', '10')] },
    ], packages: '1' }],
    ['tares counted', { packages: '1' }],
    ['tares and packs counted', { packages: '3' }],
    ['nothing counted', { packages: undefined }],
    ['the same line number in two orders', {
      orders: [order, { number: 'PO-2', lines: [line] }],
      packs: [
        tare, { ...first, contents: [content('1', '10'), content('1', '10', 'PO-2')] }, second,
      ],
    }],
    ['a line that leaves in two parts', {
      orders: [{ ...order, lines: [
        { ...line, shipped: eaches('6') }, { ...line, shipped: eaches('4') }, order.lines[1],
      ] }],
    }],
    ['shipped by the case, packed by the each', {
      orders: [{ ...order, lines: [{ ...line, shipped: eaches('1', 'XCS') }, order.lines[1]] }],
    }],
    ['nothing left of a line', {
      orders: [{ ...order, lines: [...order.lines, {
        position: 3, number: '3', shipped: eaches('0'), status: 'backordered',
      }] }],
    }],
  ])('agrees with itself: %s', (_, more) => expect(codes(more)).toEqual([]))

  const wrong = code(3).slice(0, -1) + String((Number(code(3).at(-1)) + 1) % 10)

  test.each<[string, object, [string, string][]]>([
    [
      'a check digit', { packs: [tare, first, { ...second, sscc: wrong }] },
      [['packs[3].sscc', 'SSCC_WRONG']],
    ],
    [
      'a code on two packs', { packs: [tare, first, { ...second, sscc: code(2) }] },
      [['packs[3].sscc', 'SSCC_REPEATED']],
    ],
    [
      'a code on a tare and its pack', { packs: [tare, { ...first, sscc: code(1) }, second] },
      [['packs[2].sscc', 'SSCC_REPEATED']],
    ],
    [
      'on a tare that is not there', { packs: [tare, { ...first, within: 'T2' }, second] },
      [['packs[2].within', 'PACK_NESTING_WRONG']],
    ],
    [
      'on a pack', { packs: [tare, first, { ...second, within: 'P1' }] },
      [['packs[3].within', 'PACK_NESTING_WRONG']],
    ],
    [
      'a tare on a tare', { packs: [{ ...tare, within: 'T1' }, first, second] },
      [['packs[1].within', 'PACK_NESTING_WRONG']],
    ],
    [
      'a negative quantity',
      { packs: undefined, orders: [{ ...order, lines: [{ ...line, shipped: eaches('-1') }] }] },
      [['orders[1].lines[1].shipped', 'SHIPPED_QUANTITY_NEGATIVE']],
    ],
    [
      'a line that was not shipped',
      { packs: [tare, first, { ...second, contents: [content('2', '10'), content('3', '1')] }] },
      [['packs[3].contents', 'PACK_LINE_UNKNOWN']],
    ],
    [
      'a line of another order',
      { packs: [tare, first, { ...second, contents: [content('2', '10', 'PO-2')] }] },
      [
        ['packs[3].contents', 'PACK_LINE_UNKNOWN'],
        ['orders[1].lines[2].shipped', 'PACK_CONTENTS_WRONG'],
      ],
    ],
    [
      'less in the packs', { packs: [tare, first, { ...second, contents: [content('2', '9.9')] }] },
      [['orders[1].lines[2].shipped', 'PACK_CONTENTS_WRONG']],
    ],
    [
      'more in the packs', { packs: [tare, { ...first, contents: [content('1', '11')] }, second] },
      [['orders[1].lines[1].shipped', 'PACK_CONTENTS_WRONG']],
    ],
    [
      'a line that is in no pack', { packs: [tare, first, { ...second, contents: undefined }] },
      [['orders[1].lines[2].shipped', 'PACK_CONTENTS_WRONG']],
    ],
    [
      'parts of a line that make less than is packed',
      { orders: [{ ...order, lines: [
        { ...line, shipped: eaches('6') }, { ...line, shipped: eaches('3') }, order.lines[1],
      ] }] },
      [['orders[1].lines[1].shipped', 'PACK_CONTENTS_WRONG']],
    ],
    ['too many packages', { packages: '4' }, [['packages', 'PACKAGES_MISCOUNTED']]],
    ['no packages', { packages: '0' }, [['packages', 'PACKAGES_MISCOUNTED']]],
    ['half a package', { packages: '2.5' }, [['packages', 'PACKAGES_MISCOUNTED']]],
  ])('does not: %s', (_, more, found) => expect(codes(more)).toEqual(found))

  test('says what was counted', () => {
    const packs = [{ ...tare, contents: [content('1', '10'), content('2', '10')] }]
    const [found] = checkShipNotice(shipNoticeParser.parse({ ...notice, packs }))
    expect(found?.fault.says).toBe('Shipment D-1 tells 2 packages and lists 1.')
  })

  test('says what lies in the packs of all parts of a line', () => {
    const packs = [tare, { ...first, contents: [content('1', '4')] }, second]
    const [found] = checkShipNotice(shipNoticeParser.parse({ ...notice, packs }))
    expect(found?.fault.says).toBe('Of line 1 10 are shipped with D-1, but 4 lie in its packs.')
  })
})
