import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWithTryton, startTryton, trytonStartTimeoutMs } from '#test/support/tryton.ts'
import type { TestTryton } from '#test/support/tryton.ts'
import { BrokenOff, CallFailed, perform } from '#test/support/tryton/converse.ts'
import type { Wire } from '#test/support/tryton/converse.ts'
import type { Conversation } from '../_kit/contract.ts'
import { Refused } from '../_kit/contract.ts'
import { tryton as connector } from './connector.ts'
import type { SaleDraft } from './draft.ts'
import type { CreatedSale } from './operations/create-sale.ts'

const { converse } = connector.operations['createSale'] as unknown as {
  converse: (
    draft: SaleDraft,
    context: { reference: string; settings: Readonly<Record<string, unknown>> },
  ) => Conversation<CreatedSale>
}

function draftOf(reference: string, more: Partial<SaleDraft> = {}): SaleDraft {
  return {
    reference,
    party: 'BUYER-01',
    orderedOn: '2026-01-05',
    currency: 'USD',
    lines: [
      { position: 1, product: 'WID-01', quantity: '8', unit: 'u', unitPrice: '1.25' },
      { position: 2, product: 'TAX-01', quantity: '3', unit: 'Unit', unitPrice: '19.5' },
    ],
    ...more,
  }
}

describeWithTryton('a sale in Tryton', () => {
  let tryton: TestTryton
  beforeAll(async () => {
    tryton = await startTryton()
  }, trytonStartTimeoutMs)
  afterAll(() => tryton.stop())

  function wire(more: Partial<Wire> = {}): Wire {
    const { settings, secrets: { password } } = tryton
    return { connector, settings, password, ...more }
  }

  async function create(
    draft: SaleDraft,
    more: Partial<Wire> = {},
    reference = `ref-${draft.reference}`,
  ): Promise<CreatedSale> {
    const how = wire(more)
    return perform(converse(draft, { reference, settings: how.settings }), how)
  }

  test('is created, priced as ordered and processed', async () => {
    const made = await create(draftOf('PO-1'))
    expect(made).toMatchObject({ state: 'processing' })
    const sales = await tryton.clerk.sales('PO-1')
    expect(sales).toMatchObject([{
      id: Number(made.remoteId), state: 'processing', description: 'Crossdock ref-PO-1',
      total_amount: { decimal: '72.74' }, tax_amount: { decimal: '4.24' },
    }])
  })

  test('left to the clerk, it stays a draft with taxes', async () => {
    const made = await create(draftOf('PO-2'), clerkConfirms())
    expect(made.state).toBe('draft')
    const [sale] = await tryton.clerk.sales('PO-2')
    expect(sale).toMatchObject({
      description: 'Crossdock ref-PO-2', tax_amount: { decimal: '4.24' },
    })
  })

  test('takes Tryton\'s own prices where the order brings none', async () => {
    const lines = draftOf('').lines.map(({ position, product, quantity }) =>
      ({ position, product, quantity }))
    await create(draftOf('PO-3', { lines }))
    const [sale] = await tryton.clerk.sales('PO-3')
    // 8 at 1.25 and 3 at 19.99.
    expect(sale).toMatchObject({ total_amount: { decimal: '74.32' } })
  })

  test('goes to the address or the store that the order names', async () => {
    await create(draftOf('PO-4', { shipTo: { party: 'STORE-14' } }))
    const address = { lines: ['7 DEPOT  lane.'], postalCode: '62704', city: 'Springfield' }
    await create(draftOf('PO-5', { shipTo: { name: 'Depot', address } }))
    const sales = await tryton.clerk.find(
      'sale.sale', [['reference', 'in', ['PO-4', 'PO-5']]],
      ['shipment_party.code', 'shipment_address.street', 'invoice_address.street'],
    )
    expect(sales).toMatchObject([
      {
        'shipment_party.': { code: 'STORE-14' }, 'shipment_address.': { street: '12 Orchard Road' },
        'invoice_address.': { street: '1 Main St' },
      },
      { 'shipment_party.': null, 'shipment_address.': { street: '7 Depot Lane' } },
    ])
  })

  test.each<readonly [string, Partial<SaleDraft>, RegExp]>([
    ['a product', {
      lines: [{ position: 1, product: 'NO-SUCH', quantity: '1' }],
    }, /no product .* NO-SUCH \(line 1\)/],
    ['a party', { party: 'NOBODY' }, /no party with the code NOBODY/],
    ['a unit', {
      lines: [{ position: 1, product: 'WID-01', quantity: '1', unit: 'XCS' }],
    }, /no unit XCS \(line 1, product WID-01\)/],
    ['a currency', { currency: 'CAD' }, /no currency CAD/],
    ['an address', { shipTo: { name: 'Elsewhere', address: { lines: ['1 Nowhere'] } } },
      /no address Elsewhere, 1 Nowhere/],
  ])('%s that Tryton does not know is refused by name, and nothing is created', async (
    what, more, says,
  ) => {
    const reference = `PO-unknown-${what.replaceAll(' ', '-')}`
    const refused = await create(draftOf(reference, more)).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Refused)
    expect(String(refused)).toMatch(says)
    expect(await tryton.clerk.sales(reference)).toEqual([])
  })

  test('a party without an address is refused at the quotation; the draft waits', async () => {
    const failed = await failureOf(create(draftOf('PO-6', { party: 'NOWHERE-01' })))
    expect(failed.verdict).toMatchObject({ fate: 'refused' })
    expect(failed.verdict.says).toMatch(/invoice address/)
    expect(await tryton.clerk.sales('PO-6')).toMatchObject([{ state: 'draft' }])
    // The clerk adds one and the delivery is resumed: the same draft goes on.
    const [sale] = await tryton.clerk.sales('PO-6')
    const [party] = await tryton.clerk.find('party.party', [['code', '=', 'NOWHERE-01']], ['code'])
    const [address] = (await tryton.clerk.call('party.address.create', [
      { party: party?.id, street: '9 New Street' },
    ])) as readonly number[]
    await tryton.clerk.call('sale.sale.write', [sale?.id], {
      invoice_address: address, shipment_address: address,
    })
    const made = await create(draftOf('PO-6', { party: 'NOWHERE-01' }))
    expect(made).toMatchObject({ remoteId: String(sale?.id), state: 'processing' })
  })

  test.each([['0.5', /digits/], ['0.30000000000000000001', /cannot hold the quantity/]])(
    'a quantity of %s pieces is refused, not rounded', async (quantity, says) => {
      const lines = [{ position: 1, product: 'WID-01', quantity, unitPrice: '1' }]
      const failed: unknown = await create(draftOf(`PO-q${quantity}`, { lines })).catch(
        (error: unknown) => error,
      )
      expect(String(failed)).toMatch(says)
      expect(await tryton.clerk.sales(`PO-q${quantity}`)).toEqual([])
    },
  )

  test('broken off before or after any call and begun anew, there is one sale', async () => {
    for (const when of ['before', 'after'] as const) {
      let calls = 0
      for (let stopAt = 1; ; stopAt++) {
        const reference = `PO-off-${when}-${stopAt}`
        calls = 0
        const stop = () => {
          calls += 1
          if (calls === stopAt) throw new BrokenOff()
        }
        const begun = create(draftOf(reference), { [when]: stop })
        const ended = await begun.catch((error: unknown) => error)
        if (!(ended instanceof BrokenOff)) {
          expect(ended).toMatchObject({ state: 'processing' })
          break
        }
        const made = await create(draftOf(reference))
        const sales = await tryton.clerk.sales(reference)
        expect(sales).toMatchObject([{
          id: Number(made.remoteId), state: 'processing', total_amount: { decimal: '72.74' },
        }])
        const [{ shipments, invoices } = { shipments: [], invoices: [] }] = sales
        expect([shipments, invoices]).toEqual([[expect.any(Number)], [expect.any(Number)]])
      }
      expect(calls).toBeGreaterThan(12)
    }
  }, 300_000)

  test('begun again when all is done, it changes nothing', async () => {
    const first = await create(draftOf('PO-7'))
    const written: string[] = []
    const again = await create(draftOf('PO-7'), {
      heard: ({ call }) => { if (call.effect === 'write') written.push(JSON.stringify(call.plan)) },
    })
    expect({ again, written }).toEqual({ again: first, written: [] })
  })

  test('two at once are one sale in the end', async () => {
    for (let round = 0; round < 5; round++) {
      const draft = draftOf(`PO-twice-${round}`)
      const both = await Promise.allSettled([create(draft), create(draft), create(draft)])
      // Whoever lost a race is told so, and begins anew as the kit would.
      const lost = both.filter(({ status }) => status === 'rejected')
      for (const one of lost) {
        expect(one).toMatchObject({ reason: { verdict: { fate: 'not_sent' } } })
      }
      const made = await create(draft)
      const sales = await tryton.clerk.sales(draft.reference)
      const standing = sales.filter(({ state }) => state !== 'cancelled')
      expect(standing).toMatchObject([{ id: Number(made.remoteId), state: 'processing' }])
    }
  }, 60_000)

  test('of two drafts that one order made, one is kept', async () => {
    const left = clerkConfirms()
    await create(draftOf('PO-8'), left)
    const [sale] = await tryton.clerk.sales('PO-8')
    // A create whose answer was lost lands late: another draft with the same reference.
    await tryton.clerk.call('sale.sale.copy', [sale?.id])
    const made = await create(draftOf('PO-8'))
    expect(made).toMatchObject({ remoteId: String(sale?.id), state: 'processing' })
    const states = (await tryton.clerk.sales('PO-8')).map(({ state }) => state)
    expect(states).toEqual(['processing', 'cancelled'])
  })

  test('of two confirmed sales of one order a person must choose', async () => {
    await create(draftOf('PO-9'))
    const [sale] = await tryton.clerk.sales('PO-9')
    const [copy] = (await tryton.clerk.call('sale.sale.copy', [sale?.id])) as readonly number[]
    await tryton.clerk.confirm(Number(copy))
    await expect(create(draftOf('PO-9'))).rejects.toThrow(/are both of this order/)
  })

  test('what the clerk cancelled is not created again', async () => {
    await create(draftOf('PO-10'), clerkConfirms())
    const [sale] = await tryton.clerk.sales('PO-10')
    await tryton.clerk.cancel(Number(sale?.id))
    expect(await create(draftOf('PO-10'))).toMatchObject({ state: 'cancelled' })
    expect(await tryton.clerk.sales('PO-10')).toHaveLength(1)
  })

  test('the same order number of two orders is two sales', async () => {
    await create(draftOf('PO-11'), {}, 'one')
    await create(draftOf('PO-11'), {}, 'other')
    expect(await tryton.clerk.sales('PO-11')).toHaveLength(2)
  })

  test('a sale that somebody changed since it was looked at is left alone this time', async () => {
    const interfere = async ({ plan }: { plan: { json?: unknown } }) => {
      if (!JSON.stringify(plan.json).includes('sale.sale.quote')) return
      const [sale] = await tryton.clerk.sales('PO-12')
      // Tryton's versions under SQLite are whole seconds.
      await new Promise((resolve) => setTimeout(resolve, 1_100))
      await tryton.clerk.call('sale.sale.write', [sale?.id], { comment: 'Please hurry' })
    }
    const failed = await failureOf(create(draftOf('PO-12'), { before: interfere }))
    expect(failed.verdict).toMatchObject({ fate: 'not_sent' })
    expect(failed.verdict.says).toMatch(/ConcurrencyException/)
    expect(await create(draftOf('PO-12'))).toMatchObject({ state: 'processing' })
  })

  test('a wrong password, a wrong database, a server that is down', async () => {
    const draft = draftOf('PO-13')
    const password = await failureOf(create(draft, { password: 'wrong' }))
    expect(password.verdict).toMatchObject({ fate: 'refused', code: 'http_401' })
    const settings = { ...tryton.settings, database: 'elsewhere' }
    const database = await failureOf(create(draft, { settings }))
    expect(database.verdict).toMatchObject({ fate: 'refused' })
    expect(database.verdict.says).toMatch(/elsewhere/)
    await tryton.kill()
    const down = await failureOf(create(draft))
    expect(down.verdict.fate).toBe('not_sent')
    await tryton.restart()
    expect(await create(draft)).toMatchObject({ state: 'processing' })
  }, 300_000)

  test('Tryton dies after the create was sent; begun anew there is one sale', async () => {
    const draft = draftOf('PO-14')
    const dies = async ({ plan }: { plan: { json?: unknown } }) => {
      if (!JSON.stringify(plan.json).includes('sale.sale.create"')) return
      setTimeout(() => { tryton.kill().catch(() => undefined) }, 15)
      await Promise.resolve()
    }
    const failed = await failureOf(create(draft, { before: dies }))
    expect(['unknown', 'not_sent']).toContain(failed.verdict.fate)
    await tryton.restart()
    const made = await create(draft)
    expect(await tryton.clerk.sales('PO-14')).toMatchObject([
      { id: Number(made.remoteId), state: 'processing' },
    ])
  }, 300_000)

  test('a sale of six hundred lines is entered whole', async () => {
    const lines = Array.from({ length: 600 }, (_, at) =>
      ({ position: at + 1, product: at % 2 === 0 ? 'WID-01' : 'TAX-01', quantity: '2' }))
    const made = await create(draftOf('PO-15', { lines }), clerkConfirms())
    const sale = await tryton.clerk.read('sale.sale', Number(made.remoteId), ['untaxed_amount'])
    // Three hundred of each, two at a time: 1.25 and 19.99.
    expect(sale).toMatchObject({ untaxed_amount: { decimal: '12744.00' } })
  }, 300_000)

  function clerkConfirms(): Partial<Wire> {
    return { settings: { ...tryton.settings, confirm: 'clerk' } }
  }

  async function failureOf(made: Promise<unknown>): Promise<CallFailed> {
    const ended: unknown = await made.catch((error: unknown) => error)
    if (ended instanceof CallFailed) return ended
    throw new Error(`it did not fail at a call: ${JSON.stringify(ended)} ${String(ended)}`)
  }
})
