import type { Feed, FeedPage, FeedRecord } from '../../_kit/contract.ts'

/** Where reading goes on: the position of the last paper that was read. */
type Cursor = number

/** docs/sandbox.md: confirmations, shipments and invoices after a position, oldest first. */
export const papers: Feed = {
  title: 'Confirmations, shipments and invoices',
  vendorDocs: 'docs/sandbox.md',
  timeoutMs: 10_000,
  everyMs: 1_000,
  *read(cursor, { pageMax }) {
    const after = isPosition(cursor) ? cursor : 0
    const query = { after: String(after), limit: String(pageMax) }
    const { body } = yield { effect: 'read', plan: { method: 'GET', path: '/papers', query } }
    return pageOf(body, after)
  },
}

interface WirePaper {
  readonly position: number
  readonly kind: string
  readonly number: string
  readonly body: { readonly hubReference?: unknown }
}

/** Throws where the answer is no list of papers. */
function pageOf(body: unknown, after: Cursor): FeedPage {
  const { items, next } = (body ?? {}) as { items?: unknown; next?: unknown }
  if (!Array.isArray(items)) throw new Error('the answer is no list of papers')
  const all = items as readonly WirePaper[]
  const cursor = all.reduce((last, { position }) => Math.max(last, position), after)
  return { records: all.flatMap(recordOf), cursor, more: isPosition(next) }
}

/** A sale that somebody else made bears no reference of ours: it is none of our business. */
function recordOf({ kind, number, body }: WirePaper): FeedRecord[] {
  const { hubReference: reference } = body
  if (typeof reference !== 'string' || reference === '') return []
  return [{ key: number, kind, reference, body }]
}

function isPosition(value: unknown): value is Cursor {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
