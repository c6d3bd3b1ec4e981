import { operation } from '../../_kit/contract.ts'
import type { Content } from '../../_kit/contract.ts'

/**
 * RFC 9110 §9.3.3. Sent again it is the same bytes with the same control numbers, which the partner
 * knows as a retransmission; the message id says so to whoever reads headers only.
 */
export const send = operation<Content, { readonly status: number }>({
  title: 'Post an interchange',
  vendorDocs: 'https://www.rfc-editor.org/rfc/rfc9110#section-9.3.3',
  effect: 'write',
  safeBy: 'natural_key',
  takes: 'content',
  timeoutMs: 60_000,
  request: (interchange, { reference }) => ({
    method: 'POST',
    path: '',
    headers: { 'x-message-id': reference },
    body: interchange,
  }),
  response: ({ status }) => ({ status }),
})
