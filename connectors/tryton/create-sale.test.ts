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
})
