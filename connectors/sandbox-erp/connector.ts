import { defineConnector } from '../_kit/contract.ts'
import { papers } from './feeds/papers.ts'
import { createSale } from './operations/create-sale.ts'

/** The ERP of the sandbox's supplier: another system that happens to listen where the hub does. */
export const sandboxErp = defineConnector({
  id: 'sandbox-erp',
  title: 'Sandbox ERP',
  vendorDocs: 'docs/sandbox.md',
  baseUrl: '{hub}/v1/sandbox/erp',
  settings: {},
  secrets: { token: { label: 'Token', help: 'Made with the sandbox.' } },
  auth: { kind: 'bearer', secret: 'token' },
  limits: { perSecond: null, inFlightMax: 32, waitHeader: 'retry-after' },
  errors: [
    { status: 408, fate: 'unknown' },
    { status: 429, fate: 'not_sent' },
    { status: '4xx', fate: 'refused' },
    // An ERP that fails after it wrote answers 500 as well.
    { status: '5xx', fate: 'unknown' },
    { status: 'timeout', fate: 'unknown' },
  ],
  webhooks: { kind: 'none', because: 'The sandbox ERP calls nobody.' },
  operations: { createSale },
  feeds: { papers },
})
