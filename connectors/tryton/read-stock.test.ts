import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithTryton, startTryton, trytonStartTimeoutMs } from '#test/support/tryton.ts'
import type { TestTryton } from '#test/support/tryton.ts'
import { perform } from '#test/support/tryton/converse.ts'
import type { Conversation } from '../_kit/contract.ts'
import { Refused } from '../_kit/contract.ts'
import { tryton as connector } from './connector.ts'
import type { Stock, StockQuery } from './operations/read-stock.ts'

const { converse } = connector.operations['readStock'] as unknown as {
  converse: (
    query: StockQuery,
    context: { reference: string; settings: object },
  ) => Conversation<Stock>
}

describeWithTryton('the stock in Tryton', () => {
  let tryton: TestTryton
  beforeAll(async () => {
    tryton = await startTryton()
  }, trytonStartTimeoutMs)
  afterAll(() => tryton.stop())

  function stock(query: StockQuery, more: object = {}): Promise<Stock> {
    const settings = { ...tryton.settings, ...more }
    const { password } = tryton.secrets
    return perform(converse(query, { reference: '', settings }), { connector, settings, password })
  }

  test('is told per product and location, exactly', async () => {
    await tryton.clerk.makeStock('BULK-01', 12.34)
    expect(await stock({ products: ['BULK-01', 'WID-01'] })).toEqual({
      rows: [
        {
          product: 'WID-01', unit: { symbol: 'u', name: 'Unit' },
          location: { code: 'STO', name: 'Storage Zone' }, quantity: '100000', forecast: '100000',
        },
        {
          product: 'BULK-01', unit: { symbol: 'kg', name: 'Kilogram' },
          location: { code: 'STO', name: 'Storage Zone' }, quantity: '12.34', forecast: '12.34',
        },
      ],
    })
  })

  test('of all products, in the warehouse that the settings name', async () => {
    const { rows } = await stock({}, { warehouse: 'WH' })
    expect(rows.map(({ product }) => product)).toEqual([
      'WID-01', 'WID-02', 'WID-03', 'TAX-01', 'BULK-01',
    ])
    const nowhere = stock({}, { warehouse: 'NOWHERE' })
    await expect(nowhere).rejects.toThrow(/no stock.location named NOWHERE/)
  })

  test('a product that is not known is refused: it is not sold out', async () => {
    await expect(stock({ products: ['WID-01', 'NO-SUCH'] })).rejects.toThrow(Refused)
  })

  test('settings name the company and the payment term, or are refused', async () => {
    const { rows } = await stock({ products: ['WID-02'] }, { company: 'Dunder Mifflin' })
    expect(rows).toHaveLength(1)
    await expect(stock({}, { company: 'Other' })).rejects.toThrow(/no company.company named Other/)
  })
})
