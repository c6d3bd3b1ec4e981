import { defineConnector } from '../_kit/contract.ts'
import { send } from './operations/send.ts'

/** A partner who takes EDI at an address of theirs: each interchange is one POST. */
export const http = defineConnector({
  id: 'http',
  title: 'EDI over HTTP',
  vendorDocs: 'https://www.rfc-editor.org/rfc/rfc9110',
  baseUrl: '{url}',
  settings: {
    url: { label: 'Address', help: 'Where interchanges are posted.', pattern: 'https?://\\S+' },
    auth: {
      label: 'How we prove who we are',
      help: 'none, basic (user and password), bearer (token) or key (X-API-Key).',
      pattern: 'none|basic|bearer|key',
    },
    user: { label: 'User', help: 'For basic.', pattern: '[^:]+', optional: true },
  },
  secrets: {
    password: { label: 'Password', help: 'For basic.', optional: true },
    token: { label: 'Token', help: 'For bearer.', optional: true },
    key: { label: 'Key', help: 'For key.', optional: true },
  },
  auth: {
    kind: 'chosen',
    setting: 'auth',
    choices: {
      none: { kind: 'none', because: 'The partner knows us by the address we come from.' },
      basic: { kind: 'basic', user: 'user', secret: 'password' },
      bearer: { kind: 'bearer', secret: 'token' },
      key: { kind: 'header', header: 'x-api-key', secret: 'key' },
    },
  },
  limits: { perSecond: null, inFlightMax: 8, waitHeader: 'retry-after' },
  errors: [
    { status: 408, fate: 'unknown' },
    { status: 425, fate: 'not_sent' },
    { status: 429, fate: 'not_sent' },
    { status: '4xx', fate: 'refused' },
    { status: '5xx', fate: 'unknown' },
    { status: 'timeout', fate: 'unknown' },
  ],
  webhooks: { kind: 'none', because: 'What a partner sends comes in at POST /v1/messages.' },
  operations: { send },
  feeds: { kind: 'none', because: 'What a partner sends comes in at POST /v1/messages.' },
})
