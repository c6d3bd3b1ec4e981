import { operation } from '../../_kit/contract.ts'

/**
 * https://www.standardwebhooks.com, "Payload": the document as it is. The kit signs it under a
 * `webhook-id` that is the same at every attempt: by this the receiver knows a repeat.
 */
export const send = operation<unknown, { readonly status: number }>({
  title: 'Post a document',
  vendorDocs: 'https://www.standardwebhooks.com',
  effect: 'write',
  safeBy: 'client_key',
  takes: 'json',
  input: {},
  timeoutMs: 20_000,
  request: (document) => ({ method: 'POST', path: '', json: document }),
  response: ({ status }) => ({ status }),
})
