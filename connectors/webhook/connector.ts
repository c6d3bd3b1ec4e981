import { defineConnector } from '../_kit/contract.ts'
import { send } from './operations/send.ts'

const noMore = 'The receiver wants no more of these: take the endpoint out of the agreements ' +
  'that name it, then discard this.'

/** Whoever wants to hear of documents at an address of theirs, by Standard Webhooks. */
export const webhook = defineConnector({
  id: 'webhook',
  title: 'Webhook',
  vendorDocs: 'https://www.standardwebhooks.com',
  baseUrl: '{url}',
  settings: {
    url: { label: 'Address', help: 'Where documents are posted.', pattern: 'https?://\\S+' },
  },
  secrets: {
    secret: { label: 'Secret', help: '`whsec_` and the base64 of 24 to 64 bytes.' },
    previousSecret: {
      label: 'Previous secret',
      help: 'While the receiver changes over to a new secret, both sign.',
      optional: true,
    },
  },
  auth: { kind: 'standard_webhooks', secret: 'secret', previousSecret: 'previousSecret' },
  limits: { perSecond: null, inFlightMax: 16, waitHeader: 'retry-after' },
  errors: [
    { status: 410, fate: 'refused', remedy: noMore },
    // A receiver that is being put right often says 404 or 401 for a while: it is tried on.
    { status: '4xx', fate: 'not_sent' },
    { status: '5xx', fate: 'unknown' },
    { status: 'timeout', fate: 'unknown' },
  ],
  webhooks: { kind: 'none', because: 'It only listens.' },
  operations: { send },
  feeds: { kind: 'none', because: 'It only listens.' },
})
