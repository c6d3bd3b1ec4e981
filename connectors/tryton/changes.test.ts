import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithTryton, startTryton, trytonStartTimeoutMs } from '#test/support/tryton.ts'
import type { TestTryton } from '#test/support/tryton.ts'
import { perform } from '#test/support/tryton/converse.ts'
import type { FeedPage, FeedRecord } from '../_kit/contract.ts'
import { compileSchema } from '#core/documents/schema.ts'
import { tryton as connector } from './connector.ts'
import { cursorOf } from './feeds/cursor.ts'
import { changes } from './feeds/changes.ts'
import { createSale } from './operations/create-sale.ts'
import recordSchema from './records.schema.json' with { type: 'json' }

/** The schema that records.schema.json gives each kind. */
const recordFaults = Object.fromEntries(['sale', 'shipment', 'invoice'].map((kind) => {
  const { $defs } = recordSchema
  return [kind, compileSchema({ $ref: `#/$defs/${kind}`, $defs })]
}))

const today = new Date().toISOString().slice(0, 10)

describeWithTryton('what Tryton tells', () => {
  let tryton: TestTryton
  beforeAll(async () => {
    tryton = await startTryton()
  }, trytonStartTimeoutMs)
  afterAll(() => tryton.stop())

  const wire = () =>
    ({ connector, settings: tryton.settings, password: tryton.secrets.password })

  function page(cursor: unknown, pageMax = 100): Promise<FeedPage> {
    const { settings } = tryton
    const context = { settings, now: '2026-01-05T00:00:00Z', pageMax }
    return perform(changes.read(cursor, context), wire())
  }

  /** Reads to the end of a round; the cursor goes through JSON, as it does in the store. */
  async function round(cursor: unknown, pageMax = 100) {
    const records: FeedRecord[] = []
    for (let pages = 1, at = cursor; pages < 100; pages++) {
      const one = await page(at, pageMax)
      expect(one.records.length).toBeLessThanOrEqual(pageMax)
      expect(one.records.flatMap(({ body, kind }) => recordFaults[kind]?.(body))).toEqual([])
      records.push(...one.records)
      at = JSON.parse(JSON.stringify(one.cursor))
      if (!one.more) return { records, cursor: at, keys: records.map(({ key }) => key) }
    }
    throw new Error('the round never ends')
  }

  async function sale(
    number: string,
    confirm: 'auto' | 'clerk' = 'auto',
    lines: readonly object[] = [
      { position: 1, product: 'WID-01', quantity: '8', unitPrice: '1.25' },
      { position: 2, product: 'TAX-01', quantity: '3', unitPrice: '19.5' },
    ],
  ): Promise<number> {
    if (!('converse' in createSale)) throw new Error('createSale is one call')
    const draft = { reference: number, party: 'BUYER-01', orderedOn: '2026-01-05', lines }
    const settings = { ...tryton.settings, confirm }
    const context = { reference: `ref-${number}`, settings }
    const conversation = createSale.converse(draft as never, context)
    const made = await perform(conversation, { ...wire(), settings })
    return Number((made as { remoteId: string }).remoteId)
  }

  test('a trade: confirmed, shipped in packages, invoiced', async () => {
    const id = await sale('PO-1')
    const first = await round(null)
    expect(first.records).toMatchObject([{
      key: `sale:${id}:confirmed`, kind: 'sale', reference: 'ref-PO-1',
      body: {
        state: 'confirmed', reference: 'PO-1', currency: 'USD', soldOn: '2026-01-05',
        untaxed: '68.5', tax: '4.24', total: '72.74', party: { code: 'BUYER-01' },
        lines: [
          {
            sequence: 1, product: { code: 'WID-01', name: 'Widget 1' }, quantity: '8',
            unit: { symbol: 'u', name: 'Unit' }, unitPrice: '1.25', amount: '10', shippingOn: today,
          },
          { sequence: 2, product: { code: 'TAX-01' }, quantity: '3', unitPrice: '19.5' },
        ],
      },
    }])

    const [shipment] = await tryton.clerk.ship(id, [{
      type: 'Pallet', inside: [
        { type: 'Carton', products: ['WID-01'] }, { type: 'Carton', products: ['TAX-01'] },
      ],
    }])
    const [invoice] = await tryton.clerk.invoice(id, today)
    const second = await round(first.cursor)
    expect(second.keys).toEqual([
      `sale:${id}:confirmed`, `shipment:${shipment}:done`, `invoice:${invoice}:posted`,
    ])
    const [, shipped, billed] = second.records
    expect(shipped).toMatchObject({
      kind: 'shipment', reference: 'ref-PO-1',
      body: {
        shippedOn: today, customer: { code: 'BUYER-01' }, deliveryAddress: { lines: ['1 Main St'] },
        warehouse: { code: 'WH' }, sale: { id, reference: 'PO-1' },
        moves: [
          {
            line: { sequence: 1 }, product: { code: 'WID-01' }, quantity: '8',
            unit: { symbol: 'u' },
          },
          { line: { sequence: 2 }, product: { code: 'TAX-01' }, quantity: '3' },
        ],
        packages: [{ type: 'Pallet' }, { type: 'Carton' }, { type: 'Carton' }],
      },
    })
    const { moves, packages } = shipped?.body as { moves: Packed[]; packages: Packed[] }
    const [pallet, ...cartons] = packages
    expect(cartons.map(({ parent }) => parent)).toEqual([pallet?.id, pallet?.id])
    expect(moves.map((move) => move.package)).toEqual(cartons.map((carton) => carton.id))
    expect(billed).toMatchObject({
      kind: 'invoice', reference: 'ref-PO-1',
      body: {
        number: '1', invoicedOn: today, currency: 'USD', untaxed: '68.5', tax: '4.24',
        total: '72.74', sale: { id, reference: 'PO-1' },
        lines: [
          { line: { sequence: 1, sale: id }, quantity: '8', unitPrice: '1.25', amount: '10' },
          { line: { sequence: 2, sale: id }, quantity: '3', unitPrice: '19.5', amount: '58.5' },
        ],
        taxes: [{ description: 'Sales tax 7.25 %', base: '58.5', amount: '4.24', rate: '0.0725' }],
        dues: [{ on: today, debit: '72.74', credit: '0' }],
      },
    })
  })

  test('read again from the same cursor, it is told the same', async () => {
    const once = await round(null)
    const again = await round(null)
    expect(again).toEqual(once)
    const later = await round(once.cursor)
    expect(later.keys.filter((key) => !once.keys.includes(key))).toEqual([])
  })

  test('in small pages it tells what it tells in a large one, each page from where the last ended',
    async () => {
      for (const number of ['PO-2', 'PO-3', 'PO-4']) await tryton.clerk.ship(await sale(number))
      const whole = await round(null)
      const small = await round(null, 2)
      expect(small.records).toEqual(whole.records)
      expect(small.cursor).toEqual(whole.cursor)
      expect(whole.keys.length).toBeGreaterThan(7)
      expect(new Set(whole.keys).size).toBe(whole.keys.length)
    })

  test('what changes behind the back of a round is told by the next', async () => {
    const waiting = await sale('PO-5', 'clerk')
    for (const number of ['PO-6', 'PO-7', 'PO-8']) await sale(number)
    // A round that is past the sale when the clerk confirms it.
    const begun = await page(null, 4)
    expect(begun.more).toBe(true)
    await tryton.clerk.confirm(waiting)
    const rest = await round(begun.cursor, 4)
    const next = await round(rest.cursor)
    const key = `sale:${waiting}:confirmed`
    expect([...begun.records.map((one) => one.key), ...rest.keys, ...next.keys]).toContain(key)
  })

  test('a commit that comes late is told, though later changes were seen before it', async () => {
    await sale('PO-early')
    const { cursor } = await round((await round(null)).cursor)
    const late = await sale('PO-9', 'clerk')
    await tryton.clerk.confirm(late)
    // What commits ten minutes after it began bears the time of its beginning: others were seen.
    const ahead = (time: string | null) => new Date(Date.parse(`${time}Z`) + 600_000).toISOString()
    const from = ahead(cursorOf(cursor).from).slice(0, -1)
    const moved = { ...cursorOf(cursor), from, next: from }
    expect((await round(moved)).keys).toContain(`sale:${late}:confirmed`)
  })

  test('a cancelled sale is told, a double that was taken back is not', async () => {
    const id = await sale('PO-10', 'clerk')
    await tryton.clerk.cancel(id)
    const twice = await sale('PO-11', 'clerk')
    await tryton.clerk.call('sale.sale.copy', [twice])
    await sale('PO-11', 'auto')
    const { keys } = await round(null)
    const doubles = await tryton.clerk.sales('PO-11')
    expect(doubles.map(({ state }) => state)).toEqual(['processing', 'cancelled'])
    expect(keys).toContain(`sale:${id}:cancelled`)
    expect(keys).toContain(`sale:${twice}:confirmed`)
    expect(keys).not.toContain(`sale:${doubles[1]?.id}:cancelled`)
  })

  test('goods sent in two shipments are two records, each with its own quantity', async () => {
    const id = await sale('PO-12')
    const [part] = await tryton.clerk.shipOnly(id, 'WID-01', 5)
    const [rest] = await tryton.clerk.ship(id)
    const { records } = await round(null)
    const sent = records.filter(({ reference, kind }) =>
      reference === 'ref-PO-12' && kind === 'shipment')
    expect(sent).toMatchObject([
      { key: `shipment:${part}:done`, body: { moves: [{ quantity: '5' }, { quantity: '3' }] } },
      { key: `shipment:${rest}:done`, body: { moves: [{ quantity: '3' }] } },
    ])
  })

  test('a shipment of two orders is told to each of them, with its own goods', async () => {
    const [one, other] = [await sale('PO-13'), await sale('PO-14')]
    const [kept] = await tryton.clerk.shipmentsOf(one, ['waiting'])
    const [given] = await tryton.clerk.shipmentsOf(other, ['waiting'])
    await tryton.clerk.merge(Number(given), Number(kept))
    await tryton.clerk.ship(one, [{ type: 'Pallet', products: ['WID-01', 'TAX-01'] }])
    const { records } = await round(null)
    const sent = records.filter(({ key }) => key.startsWith(`shipment:${kept}:`))
    expect(sent.map(({ key, reference }) => [key, reference])).toEqual([
      [`shipment:${kept}:done:sale:${one}`, 'ref-PO-13'],
      [`shipment:${kept}:done:sale:${other}`, 'ref-PO-14'],
    ])
    for (const { body } of sent) {
      expect(body).toMatchObject({ moves: [{ quantity: '8' }, { quantity: '3' }], packages: [{}] })
    }
  })

  test('a quantity of a kilogram has its places, exactly', async () => {
    const line = { product: 'BULK-01', quantity: '0.3', unit: 'kg', unitPrice: '0.1' }
    const id = await sale('PO-15', 'auto', [{ position: 1, ...line }])
    await tryton.clerk.ship(id)
    const { records } = await round(null)
    const own = records.filter(({ reference }) => reference === 'ref-PO-15')
    expect(own).toMatchObject([
      {
        body: {
          lines: [{ quantity: '0.3', unit: { symbol: 'kg' }, unitPrice: '0.1', amount: '0.03' }],
        },
      },
      { body: { moves: [{ quantity: '0.3' }] } },
    ])
  })

  test('sales that others made are none of ours', async () => {
    const [party] = await tryton.clerk.find('party.party', [['code', '=', 'BUYER-01']], ['code'])
    const dollars = [['code', '=', 'USD']]
    const [currency] = await tryton.clerk.find('currency.currency', dollars, ['code'])
    const [made] = (await tryton.clerk.call('sale.sale.create', [
      { party: party?.id, currency: currency?.id, reference: 'PO-16', description: 'By telephone' },
    ])) as readonly number[]
    await tryton.clerk.cancel(Number(made))
    const { keys } = await round(null)
    expect(keys).not.toContain(`sale:${made}:cancelled`)
  })

  test('a user with the groups of the README may do all of it', async () => {
    const names = ['Sales', 'Stock', 'Account']
    const groups = await tryton.clerk.find('res.group', [['name', 'in', names]], ['name'])
    expect(groups.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
    const [company] = await tryton.clerk.find('company.company', [], ['currency'])
    await tryton.clerk.call('res.user.create', [{
      login: 'hub', name: 'Hub', password: 'hub-pass', companies: [['add', [company?.id]]],
      company: company?.id, groups: [['add', groups.map(({ id }) => id)]],
    }])
    const settings = { ...tryton.settings, user: 'hub' }
    const how = { connector, settings, password: 'hub-pass' }
    if (!('converse' in createSale)) throw new Error('createSale is one call')
    const lines = [{ position: 1, product: 'TAX-01', quantity: '1', unit: 'u' }]
    const draft = { reference: 'PO-hub', party: 'BUYER-01', orderedOn: '2026-01-05', lines }
    const made = await perform(
      createSale.converse(draft as never, { reference: 'ref-hub', settings }), how,
    )
    expect(made).toMatchObject({ state: 'processing' })
    const sold = Number((made as { remoteId: string }).remoteId)
    await tryton.clerk.ship(sold, [{ type: 'Carton', products: ['TAX-01'] }])
    await tryton.clerk.invoice(sold, today)
    const keys: string[] = []
    for (let cursor: unknown = null, more = true; more;) {
      const context = { settings, now: '2026-01-05T00:00:00Z', pageMax: 100 }
      const one = await perform(changes.read(cursor, context), how)
      keys.push(...one.records.filter((record) => record.reference === 'ref-hub')
        .map(({ kind }) => kind))
      ;({ cursor, more } = one)
    }
    expect(keys).toEqual(['sale', 'shipment', 'invoice'])
  })

  test('a cursor that is none of ours is no beginning', async () => {
    await expect(page({ page: 7 })).rejects.toThrow(/none of ours/)
  })
})

interface Packed {
  readonly id: number
  readonly parent?: number
  readonly package?: number
}
