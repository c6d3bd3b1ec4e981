import { operation } from '../../_kit/contract.ts'
import { saleIn, saleOf, toWire } from '../wire.ts'
import type { SaleDraft } from '../wire.ts'

/** The most the ERP answers at once. */
const salesPerLookUp = '200'
/** What is answered is only to name the sale, and its lines can be very many. */
const lines = 'false'

/**
 * docs/sandbox.md: the ERP keeps no idempotency key, so an unknown fate is looked up by reference.
 */
export const createSale = operation<SaleDraft, { readonly remoteId: string }>({
  title: 'Create a sale',
  vendorDocs: 'docs/sandbox.md',
  effect: 'write',
  safeBy: 'lookup',
  takes: 'json',
  input: { type: 'object', required: ['reference'], properties: { reference: { type: 'string' } } },
  timeoutMs: 30_000,
  request: (sale, { reference }) => ({
    method: 'POST',
    path: '/sales',
    query: { lines },
    json: toWire(sale, reference),
  }),
  response: ({ body }) => ({ remoteId: saleOf(body).id }),
  lookUp: {
    request: ({ reference }) => ({
      method: 'GET',
      path: '/sales',
      query: { reference, limit: salesPerLookUp, lines },
    }),
    response: ({ body }, { reference }) => {
      const sale = saleIn(body, reference)
      return sale && { remoteId: sale.id }
    },
    // A create that outlived its caller is over by then: the ERP waits up to 1 s for its database,
    // its insert takes up to 3 s, and the rest is margin for the way there and the commit.
    settleMs: 5_000,
  },
})
