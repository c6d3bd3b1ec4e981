import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkInvoice } from '#core/documents/invoice/check.ts'
import type { Invoice } from '#core/documents/invoice/schema.ts'
import { checkOrderResponse, outcomeOf } from '#core/documents/order-response/check.ts'
import { partOutcomes } from '#core/documents/order-response/schema.ts'
import type { OrderResponse } from '#core/documents/order-response/schema.ts'
import { checkShipNotice } from '#core/documents/ship-notice/check.ts'
import type { Pack, ShipNotice } from '#core/documents/ship-notice/schema.ts'
import { toMajor } from '#core/std/currency.ts'
import { addDecimals, multiplyDecimals, roundDecimal, subtractDecimals } from '#core/std/decimal.ts'
import { sscc } from '#core/std/gs1.ts'
import { found, sentAndRead } from '#test/support/outbound.ts'

/** What a set says, counted by whoever receives it, is what the document says. */
const releases = fc.constantFrom('004010', '005010')
const runs = { numRuns: 60, endOnFailure: true }
const ids = [{ scheme: 'part', value: 'WID-01', owner: 'seller' as const, givenScheme: 'VP' }]
const each = { unit: 'EA', givenUnit: 'EA' }

function count(value: number): { value: string; unit: string; givenUnit: string } {
  return { value: String(value), ...each }
}

function sum(values: readonly unknown[]): string {
  return values.map((value) => (typeof value === 'string' ? value : '0')).reduce(addDecimals, '0')
}

interface Content { order: number; line: number; pack: number; quantity: number; lots: boolean }

/** Goods of one to three orders, each line spread over packs, some of them on tares. */
const shipments = fc.record({
  structure: fc.constantFrom('0001', '0002', '0003', '0004'),
  release: releases,
  childCodes: fc.boolean(),
  contents: fc.array(
    fc.record({
      order: fc.nat(2), line: fc.nat(3), pack: fc.nat(5), quantity: fc.integer({ min: 2, max: 30 }),
      lots: fc.boolean(),
    }),
    { minLength: 1, maxLength: 14 },
  ),
  emptyLine: fc.boolean(),
})

test('an 856 holds every pack once and every unit shipped, in each structure', async () => {
  await fc.assert(
    fc.asyncProperty(shipments, async ({ structure, release, childCodes, contents, emptyLine }) => {
      const notice = noticeOf(contents, structure, emptyLine)
      expect(checkShipNotice(notice)).toEqual([])
      const set = await sentAndRead(notice, {
        mapping: 'x12/ship-notice-to-856', sourceKind: 'canonical/ship-notice.v1', release,
        type: '856', agreement: { structure, childCodes },
      })
      expect(shippedBy(set)).toEqual(shippedOf(notice))
      const marks = found(set, 'MAN').map(({ MAN02 }) => MAN02)
      const codes = structure === '0004' ? [] : (notice.packs ?? []).map((pack) => `00${pack.sscc}`)
      const told = structure === '0002' ? [...new Set(marks)] : marks
      expect(told.toSorted()).toEqual(codes.toSorted())
      if (structure === '0002') {
        const packed = found(set, 'HL_P').map((pack) => found(pack, 'SN1')[0]?.SN102)
        expect(sum(packed)).toBe(sum(contents.map(({ quantity }) => String(quantity))))
      }
    }),
    runs,
  )
})

function noticeOf(
  contents: readonly Content[],
  structure: string,
  emptyLine: boolean,
): ShipNotice {
  // Only 0003 and 0002 may mix orders in a pack, and 0002 names no lots.
  const apart = structure === '0001'
  const packId = ({ order, pack }: Content): string => `${apart ? `${order}.` : ''}P${pack}`
  const packs = [...Map.groupBy(contents, packId)].map(([id, held], index): Pack => {
    const within = tareOf(held[0], apart)
    return {
      id, kind: 'pack', sscc: sscc('0', '0614141', index), packaging: 'CTN25',
      ...(within !== undefined && { within }),
      contents: held.map((one) => ({
        order: `PO-${one.order}`, line: String(one.line), quantity: count(one.quantity),
        ...(structure !== '0002' && one.lots && { lots: lotsOf(one.quantity) }),
      })),
    }
  })
  const tares = [...new Set(packs.flatMap(({ within = [] }) => within))].map((id, index): Pack =>
    ({ id, kind: 'tare', sscc: sscc('1', '0614141', index), packaging: 'PLT71' }))
  const orders = [...Map.groupBy(contents, ({ order }) => order)].map(([order, held]) => ({
    number: `PO-${order}`,
    lines: [
      ...[...Map.groupBy(held, ({ line }) => line)].map(([line, parts], index) => ({
        position: index + 1, number: String(line), ids,
        shipped: count(parts.reduce((total, { quantity }) => total + quantity, 0)),
      })),
      ...(emptyLine ? [{ position: 9, number: '9', ids, shipped: count(0) }] : []),
    ],
  }))
  return {
    schema: 'ship-notice.v1', number: 'D-1', purpose: 'original', shippedOn: '2026-11-25', orders,
    packs: [...tares, ...packs],
  }
}

function tareOf(content: Content | undefined, apart: boolean): string | undefined {
  if (content === undefined || content.pack % 3 === 0) return undefined
  return `${apart ? `${content.order}.` : ''}T${content.pack % 3}`
}

function lotsOf(quantity: number): { number: string; quantity: string; expiresOn: string }[] {
  return [1, quantity - 1].map((part, index) =>
    ({ number: `L${index}`, quantity: String(part), expiresOn: '2027-05-31' }))
}

function shippedOf({ orders }: ShipNotice): Record<string, string> {
  return Object.fromEntries(orders.flatMap(({ number, lines }) =>
    lines.map((line) => [`${number}/${line.number}`, line.shipped.value])))
}

/** By order and line, from the item levels below each order. */
function shippedBy(set: unknown): Record<string, string> {
  const told: Record<string, string> = {}
  for (const order of found(set, 'HL_O')) {
    const [prf] = found({ PRF: order.PRF }, 'PRF')
    for (const item of found(order, 'HL_I')) {
      const [lin] = found({ LIN: item.LIN }, 'LIN')
      const [sn1] = found({ SN1: item.SN1 }, 'SN1')
      const key = `${String(prf?.PRF01)}/${String(lin?.LIN01)}`
      told[key] = addDecimals(told[key] ?? '0', String(sn1?.SN102))
    }
  }
  return told
}

const amounts = fc.integer({ min: 0, max: 99_999 }).map(String)
const adjustments = fc.array(
  fc.record({ kind: fc.constantFrom('allowance' as const, 'charge' as const), amountMinor: amounts }),
  { maxLength: 3 },
)
const taxes = fc.array(fc.record({ givenKind: fc.constant('ST'), amountMinor: amounts }), {
  maxLength: 2,
})
const invoices = fc.record({
  release: releases,
  currency: fc.constantFrom('USD', 'JPY'),
  lines: fc.array(
    fc.record({
      quantity: fc.integer({ min: 1, max: 999 }), cents: fc.integer({ min: 0, max: 99_999 }),
      per: fc.constantFrom('1', '10', '100', '5'), adjustments, taxes,
    }),
    { minLength: 1, maxLength: 6 },
  ),
  adjustments, taxes,
})

test('an 810 foots by its own numbers', async () => {
  await fc.assert(
    fc.asyncProperty(invoices, async ({ release, currency, ...draft }) => {
      const invoice = invoiceOf(draft, currency)
      expect(checkInvoice(invoice)).toEqual([])
      const set = await sentAndRead(invoice, {
        mapping: 'x12/invoice-to-810', sourceKind: 'canonical/invoice.v1', release, type: '810',
      })
      const goods = found(set, 'IT1').map((line, index) => {
        const per = line.IT105 === 'HP' ? '0.01' : line.IT105 === 'PN' ? '0.1' : '1'
        const exact = multiplyDecimals(
          multiplyDecimals(String(line.IT102), String(line.IT104)), per,
        )
        expect(line.IT101).toBe(String(index + 1))
        return roundDecimal(exact, currency === 'USD' ? 2 : 0)
      })
      const sac = (kind: string): unknown[] =>
        found(set, 'SAC').filter(({ SAC01 }) => SAC01 === kind).map(({ SAC05 }) => SAC05)
      const total = [...goods, ...sac('C'), ...found(set, 'TXI').map(({ TXI02 }) => TXI02)]
      const [tds] = found(set, 'TDS')
      expect(subtractDecimals(sum(total), sum(sac('A')))).toBe(sum([tds?.TDS01]))
    }),
    runs,
  )
})

type InvoiceDraft = Omit<(typeof invoices extends fc.Arbitrary<infer D> ? D : never),
  'release' | 'currency'>

function invoiceOf(draft: InvoiceDraft, currency: string): Invoice {
  const lines = draft.lines.map(({ quantity, cents, per, ...more }, index) => {
    const value = toMajor(String(cents), 'USD') ?? '0'
    const exact = multiplyDecimals(
      multiplyDecimals(String(quantity), value), { 1: '1', 5: '0.2', 10: '0.1', 100: '0.01' }[per],
    )
    const minor = roundDecimal(multiplyDecimals(exact, currency === 'USD' ? '100' : '1'), 0)
    return {
      position: index + 1, number: String(index + 1), ids, quantity: count(quantity),
      price: { value, currency, per: { value: per, unit: 'EA' } }, amountMinor: minor, ...more,
    }
  })
  const all = [...draft.adjustments, ...lines.flatMap((line) => line.adjustments)]
  const of = (kind: string): string =>
    sum(all.filter((one) => one.kind === kind).map(({ amountMinor }) => amountMinor))
  const tax = sum([...draft.taxes, ...lines.flatMap((line) => line.taxes)]
    .map(({ amountMinor }) => amountMinor))
  const goods = sum(lines.map(({ amountMinor }) => amountMinor))
  return {
    schema: 'invoice.v1', number: 'I-1', purpose: 'original', invoicedOn: '2026-11-26', currency,
    rounding: 'line', order: { number: 'PO-1' }, lines, adjustments: draft.adjustments,
    taxes: draft.taxes,
    totals: {
      linesMinor: goods, allowancesMinor: of('allowance'), chargesMinor: of('charge'),
      taxMinor: tax,
      totalMinor: subtractDecimals(sum([goods, of('charge'), tax]), of('allowance')),
    },
  }
}

const responses = fc.record({
  release: releases,
  lines: fc.array(
    fc.array(
      fc.record({
        outcome: fc.constantFrom(...partOutcomes), quantity: fc.integer({ min: 1, max: 99 }),
        reason: fc.option(fc.constantFrom('Discontinued', 'Word '.repeat(120)), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    { minLength: 1, maxLength: 5 },
  ),
})

test('an 855 tells every part of every line', async () => {
  await fc.assert(
    fc.asyncProperty(responses, async ({ release, lines }) => {
      const response = responseOf(lines)
      expect(checkOrderResponse(response)).toEqual([])
      const set = await sentAndRead(response, {
        mapping: 'x12/order-response-to-855', sourceKind: 'canonical/order-response.v1', release,
        type: '855',
      })
      const told = found(set, 'PO1Loop').map((line) => ({
        number: found(line, 'PO1')[0]?.PO101,
        parts: found(line, 'ACK').map(({ ACK02 }) => Number(ACK02)),
        words: [...found(line, 'MSG'), ...found(line, 'MTX')]
          .flatMap(({ MSG01, MTX02 }) => String(MSG01 ?? MTX02).split(' ')),
      }))
      expect(told).toEqual(lines.map((parts, index) => ({
        number: String(index + 1),
        parts: parts.map(({ quantity }) => quantity),
        words: parts.flatMap(({ reason }) => reason?.trim().split(' ') ?? []),
      })))
    }),
    runs,
  )
})

type Parts = readonly {
  readonly outcome: (typeof partOutcomes)[number]
  readonly quantity: number
  readonly reason: string | undefined
}[]

function responseOf(drafts: readonly Parts[]): OrderResponse {
  const lines = drafts.map((parts, index) => ({
    position: index + 1, number: String(index + 1), ids,
    quantity: count(parts.reduce((total, { quantity }) => total + quantity, 0)),
    parts: parts.map(({ outcome, quantity, reason }) =>
      ({ outcome, quantity: count(quantity), ...(reason !== undefined && { reason }) })),
  }))
  return {
    schema: 'order-response.v1', number: 'S-1', purpose: 'original', respondedOn: '2026-11-24',
    outcome: outcomeOf(lines), order: { number: 'PO-1', orderedOn: '2026-11-22' }, currency: 'USD',
    lines,
  }
}
