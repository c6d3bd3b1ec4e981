import type { Content, RequestPlan } from './contract.ts'

/**
 * The bytes a request sends, and what they are; null where it sends none. The same plan gives the
 * same bytes, so that what is signed is what is sent.
 */
export function contentOf({ json, body }: RequestPlan): Content | null {
  if (body !== undefined) return body
  if (json === undefined) return null
  const bytes = new TextEncoder().encode(JSON.stringify(json))
  return { contentType: 'application/json', bytes }
}
