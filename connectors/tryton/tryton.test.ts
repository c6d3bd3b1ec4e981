import { expect, test } from 'vitest'
import type { Conversation } from '../_kit/contract.ts'
import changesFixture from './fixtures/changes.json' with { type: 'json' }
import createFixture from './fixtures/create-sale.json' with { type: 'json' }
import { changes } from './feeds/changes.ts'
import { packedFor } from './feeds/packages.ts'
import { createSale } from './operations/create-sale.ts'
import { nextStep } from './operations/standing.ts'
import type { SaleState, Standing } from './operations/standing.ts'
import { Row, toDateTime, toQuantity } from './wire.ts'

function conversing(operation: unknown, input: unknown, context: unknown): Conversation<unknown> {
  const { converse } = operation as {
    converse: (input: unknown, context: unknown) => Conversation<unknown>
  }
  return converse(input, context)
}

test('without the module stock_package nothing is asked of packages', () => {
  const { settings, pageMax, pages } = changesFixture
  const page = pages.find(({ output }) => output.records.some(({ kind }) => kind === 'shipment'))
  if (page === undefined) throw new Error('no shipment was recorded')
  const conversation = changes.read(page.cursor, { settings, pageMax, now: '2026-11-22T00:00:00Z' })
  const asked: string[] = []
  let turn = conversation.next()
  while (turn.done !== true) {
    const { method, params } = turn.value.plan.json as { method: string; params: unknown[] }
    const recorded = page.exchanges.find(({ request }) => request.json.method === method)
    const body = method.includes('ir.model.field') ? { result: [] } : recorded?.answer.body
    asked.push(`${method} ${JSON.stringify(params)}`)
    turn = conversation.next({ status: 200, headers: {}, body })
  }
  const ofPackages = asked.filter((one) => /stock\.package\.|"package"/.test(one))
  expect(ofPackages).toEqual([expect.stringContaining('ir.model.field')])
  expect(turn.value.records).toMatchObject([{ kind: 'shipment', body: { packages: [] } }])
})

test('a conversation that is handed a page, or JSON without a result, throws', () => {
  const { reference, settings, input } = createFixture
  for (const body of ['<html>', { id: 1 }, null, { result: 'no object' }]) {
    const conversation = conversing(createSale, input, { reference, settings })
    conversation.next()
    expect(() => conversation.next({ status: 200, headers: {}, body })).toThrow()
  }
})

test('only packages with goods of the order are told, with what they stand in', () => {
  const pack = (id: number, parent: number | null) =>
    ({ shipment: 1, id, parent, body: { id, code: String(id), type: 'Carton' } })
  // A pallet with a box of cartons, and a pallet of another order.
  const packages = [pack(1, null), pack(2, 1), pack(3, 2), pack(4, 2), pack(5, null), pack(6, 5)]
  const told = [{ id: 1 }, { id: 2, root: 1 }, { id: 4, root: 1 }]
  expect(packedFor([4], packages)).toMatchObject(told)
  expect(packedFor([], packages)).toEqual([])
  // Tryton forbids circles; a broken database must not hang us.
  expect(packedFor([7], [pack(7, 8), pack(8, 7)])).toHaveLength(2)
})

const standing = (id: number, state: SaleState, more: Partial<Standing> = {}): Standing =>
  ({ id, state, number: null, entering: false, lines: [], version: '1', ...more })

test.each<readonly [string, readonly Standing[], string, string]>([
  ['nothing there', [], 'create', 'create'],
  ['half entered', [standing(1, 'draft', { entering: true })], 'fill 1', 'fill 1'],
  ['a draft', [standing(1, 'draft')], 'quote 1', 'rest 1'],
  ['a quotation', [standing(1, 'quotation')], 'confirm 1', 'rest 1'],
  ['confirmed', [standing(1, 'confirmed')], 'process 1', 'rest 1'],
  ['processing', [standing(1, 'processing')], 'rest 1', 'rest 1'],
  ['cancelled by a clerk', [standing(1, 'cancelled')], 'rest 1', 'rest 1'],
  ['two drafts', [standing(2, 'draft'), standing(1, 'draft')],
    'cancel_double 2', 'cancel_double 2'],
  ['the later one is further', [standing(1, 'draft'), standing(2, 'confirmed')],
    'cancel_double 1', 'cancel_double 1'],
  ['one taken back', [standing(1, 'cancelled'), standing(2, 'draft')], 'quote 2', 'rest 2'],
  ['two confirmed', [standing(1, 'confirmed'), standing(2, 'done')], 'stop', 'stop'],
])('%s: what is next', (_name, sales, auto, clerk) => {
  const told = (confirm: 'auto' | 'clerk') => {
    const step = nextStep(sales, confirm)
    return 'sale' in step ? `${step.do} ${step.sale.id}` : step.do
  }
  expect([told('auto'), told('clerk')]).toEqual([auto, clerk])
})

test('values are read exactly, or not at all', () => {
  const row = new Row({
    id: 1,
    price: { __class__: 'Decimal', decimal: '1E+2' },
    zero: { __class__: 'Decimal', decimal: '0E-8' },
    float: 0.1 + 0.2, day: { __class__: 'date', year: 2026, month: 1, day: 5 },
    at: {
      __class__: 'datetime', year: 2026, month: 1, day: 5,
      hour: 4, minute: 3, second: 2, microsecond: 1,
    },
    empty: null, origin: 'sale.line,7',
  })
  expect([row.decimal('price'), row.decimal('zero')]).toEqual(['100', '0'])
  expect(row.quantity('float', 2)).toBe('0.3')
  const instant = '2026-01-05T04:03:02.000001'
  expect([row.dateOr('day'), row.instantOr('at')]).toEqual(['2026-01-05', instant])
  expect(toDateTime(instant)).toMatchObject({ hour: 4, second: 2, microsecond: 1 })
  expect(row.referenceOr('origin')).toEqual({ model: 'sale.line', id: 7 })
  expect(row.referenceOr('empty')).toBeNull()
  expect(() => row.decimal('float')).toThrow()
  expect(() => row.decimal('empty')).toThrow()
  expect(() => row.dateOr('float')).toThrow()
})

test.each([
  ['8', 8], ['0.30', 0.3], ['1e3', 1000], ['0.1000000000000000055', undefined], ['many', undefined],
])('the quantity %s is kept whole or refused', (text, number) => {
  expect(toQuantity(text)).toBe(number)
})
