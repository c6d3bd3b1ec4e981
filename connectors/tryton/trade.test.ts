import { afterAll, beforeAll, expect, test } from 'vitest'
import { lookupsFrom, ssccTable } from '#core/mapping/lookups.ts'
import { runMapping } from '#core/mapping/run.ts'
import { sscc } from '#core/std/gs1.ts'
import { describeWithTryton, startTryton, trytonStartTimeoutMs } from '#test/support/tryton.ts'
import type { TestTryton } from '#test/support/tryton.ts'
import { perform } from '#test/support/tryton/converse.ts'
import { MappingShelf } from '#workers/effects/mappings.ts'
import type { FeedRecord } from '../_kit/contract.ts'
import { tryton as connector } from './connector.ts'
import { changes } from './feeds/changes.ts'
import { createSale } from './operations/create-sale.ts'

const today = new Date().toISOString().slice(0, 10)
const each = { unit: 'EA', givenUnit: 'EA' }
const per = { value: '1', unit: 'EA' }

/** An order whose lines ask for prices of their own; Tryton's are 1.25, 19.99 and 2.25. */
const order = {
  schema: 'order.v1', number: 'PO-1', purpose: 'original', givenPurpose: '00', type: 'new_order',
  givenType: 'NE', orderedOn: today, currency: 'USD',
  parties: [
    { role: 'buyer', givenRole: 'BY', party: 'BUYER-01' },
    { role: 'ship_to', givenRole: 'ST', party: 'STORE-14', name: 'Store 14' },
  ],
  lines: [['WID-01', '12', '1.25'], ['TAX-01', '3', '19.5'], ['WID-02', '7', '2.25']].map(
    ([product = '', value, price], at) => ({
      position: at + 1, number: `0${at + 1}0`, product, quantity: { value, ...each },
      ids: [{ scheme: 'part', value: product, owner: 'seller', givenScheme: 'VP' }],
      price: { value: price, currency: 'USD', per },
    }),
  ),
}

describeWithTryton('an order in Tryton, from canonical document to canonical documents', () => {
  let tryton: TestTryton
  beforeAll(async () => {
    tryton = await startTryton()
  }, trytonStartTimeoutMs)
  afterAll(() => tryton.stop())

  const shelf = new MappingShelf()
  const codes = new Map<string, string>()

  async function mapped(name: string, kind: string, source: unknown, options = {}) {
    const made = await runMapping(shelf.get(name), {
      source, sourceKind: kind, partner: {}, order, agreement: options,
      lookups: {
        get: (table, key) => {
          if (table !== ssccTable) return lookupsFrom({}).get(table, key)
          const code = codes.get(key) ?? sscc('0', '0614141', codes.size + 1)
          codes.set(key, code)
          return { is: 'found', value: code }
        },
      },
    })
    if (made.outcome !== 'mapped') throw new Error(JSON.stringify(made))
    return made.output
  }

  async function place(reference: string, settings: object, options = {}): Promise<number> {
    const draft = await mapped('order-to-tryton-sale', 'canonical/order.v1', order, options)
    if (!('converse' in createSale)) throw new Error('createSale is one call')
    const all = { ...tryton.settings, ...settings }
    const conversation = createSale.converse(draft as never, { reference, settings: all })
    const { password } = tryton.secrets
    const made = await perform(conversation, { connector, settings: all, password })
    return Number((made as { remoteId: string }).remoteId)
  }

  async function told(reference: string, kind: string): Promise<FeedRecord> {
    const { settings, secrets: { password } } = tryton
    const context = { settings, now: `${today}T00:00:00Z`, pageMax: 100 }
    for (let cursor: unknown = null, more = true; more;) {
      const page = await perform(changes.read(cursor, context), { connector, settings, password })
      const record = page.records.find((one) => one.reference === reference && one.kind === kind)
      if (record !== undefined) return record
      ;({ cursor, more } = page)
    }
    throw new Error(`${kind} of ${reference} was not told`)
  }

  test('confirmed as ordered, shipped on a pallet, invoiced to the cent', async () => {
    const sale = await place('as-ordered', {})
    const confirmed = await told('as-ordered', 'sale')
    const response = await mapped('tryton/sale-to-order-response', 'tryton/sale', confirmed.body)
    expect(response).toMatchObject({ outcome: 'accepted', order: { number: 'PO-1' } })

    await tryton.clerk.ship(sale, [{
      type: 'Pallet', inside: [
        { type: 'Carton', products: ['WID-01', 'WID-02'] },
        { type: 'Carton', products: ['TAX-01'] },
      ],
    }])
    const { body } = await told('as-ordered', 'shipment')
    const notice = await mapped('tryton/shipment-to-ship-notice', 'tryton/shipment', body)
    expect(notice).toMatchObject({
      packages: '2',
      packs: [
        { kind: 'tare', sscc: codes.values().next().value },
        { kind: 'pack', within: '1', contents: [{ line: '010' }, { line: '030' }] },
        { kind: 'pack', within: '1', contents: [{ line: '020', quantity: { value: '3' } }] },
      ],
    })
    expect([...codes.keys()]).toHaveLength(3)

    await tryton.clerk.invoice(sale, today)
    const { body: billed } = await told('as-ordered', 'invoice')
    const invoice = await mapped('tryton/invoice-to-invoice', 'tryton/invoice', billed)
    // 15.00 + 58.50 + 15.75, and 7.25 % on the second.
    expect(invoice).toMatchObject({
      totals: { linesMinor: '8925', taxMinor: '424', totalMinor: '9349' },
    })
  })

  test('prices of the ERP are told where they differ', async () => {
    await place('erp-prices', {}, { priceFrom: 'erp' })
    const { body } = await told('erp-prices', 'sale')
    const response = await mapped('tryton/sale-to-order-response', 'tryton/sale', body)
    expect(response).toMatchObject({
      outcome: 'accepted_with_changes',
      lines: [
        { parts: [{ outcome: 'accepted' }] },
        { parts: [{ outcome: 'price_changed', price: { value: '19.99' } }] },
        { parts: [{ outcome: 'accepted' }] },
      ],
    })
  })

  test('what the clerk changes, leaves out or cancels is told line by line', async () => {
    const sale = await place('changed', { confirm: 'clerk' })
    await tryton.clerk.changeLine(sale, 1, { quantity: 10 })
    await tryton.clerk.removeLine(sale, 3)
    await tryton.clerk.confirm(sale)
    const { body } = await told('changed', 'sale')
    const response = await mapped('tryton/sale-to-order-response', 'tryton/sale', body)
    expect(response).toMatchObject({
      outcome: 'accepted_with_changes',
      lines: [
        { number: '010', parts: [{ outcome: 'quantity_changed', quantity: { value: '10' } }] },
        { number: '020', parts: [{ outcome: 'accepted' }] },
        { number: '030', parts: [{ outcome: 'rejected', quantity: { value: '7' } }] },
      ],
    })

    await tryton.clerk.cancel(await place('cancelled', { confirm: 'clerk' }))
    const { body: cancelled } = await told('cancelled', 'sale')
    expect(await mapped('tryton/sale-to-order-response', 'tryton/sale', cancelled)).toMatchObject({
      outcome: 'rejected',
    })
  })

  test('an invoice whose half cent Tryton rounds to even still foots', async () => {
    const sale = await place('half-cent', { confirm: 'clerk' })
    // 5 at 0.125 is 0.625: Tryton makes it 0.62, an invoice's check 0.63.
    await tryton.clerk.changeLine(sale, 1, { quantity: 5, unitPrice: '0.125' })
    await tryton.clerk.confirm(sale)
    await tryton.clerk.invoice(sale, today)
    const { body } = await told('half-cent', 'invoice')
    const invoice = await mapped('tryton/invoice-to-invoice', 'tryton/invoice', body)
    expect(invoice).toMatchObject({
      adjustments: [{ kind: 'allowance', amountMinor: '1', description: 'Rounding' }],
    })
  })
})
