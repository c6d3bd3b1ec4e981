import type { Answer, Call, RequestPlan } from './contract.ts'

/** How a list goes on where one answer does not hold it all. */
export type Pages =
  /** The answer names where to go on, at this path of its body: `next`, `meta.cursor`. */
  | { readonly kind: 'cursor'; readonly read: string; readonly send: string }
  /** Items to pass over; a page that is not full is the last. */
  | { readonly kind: 'offset'; readonly send: string; readonly pageItems: number }
  /** Pages counted from `first`; a page that is not full is the last. */
  | {
      readonly kind: 'number'
      readonly send: string
      readonly first: number
      readonly pageItems: number
    }
  /** `Link: <…>; rel="next"` (RFC 8288): its query is asked next. */
  | { readonly kind: 'link' }

/** A page that was read: how many came before it, what it held, and its answer. */
export interface PageRead {
  /** From 0. */
  readonly index: number
  readonly items: number
  readonly answer: Answer
}

/** The query of the next page, to be laid over the first one's; null where this was the last. */
export function nextPage(pages: Pages, page: PageRead): Readonly<Record<string, string>> | null {
  switch (pages.kind) {
    case 'cursor': return cursorQuery(pages.send, valueAt(page.answer.body, pages.read))
    case 'offset':
      if (page.items < pages.pageItems) return null
      return { [pages.send]: String((page.index + 1) * pages.pageItems) }
    case 'number':
      if (page.items < pages.pageItems) return null
      return { [pages.send]: String(pages.first + page.index + 1) }
    case 'link': return linkQuery(page.answer.headers['link'])
  }
}

function cursorQuery(send: string, value: unknown): Readonly<Record<string, string>> | null {
  const isCursor = (typeof value === 'string' && value !== '') || typeof value === 'number'
  return isCursor ? { [send]: String(value) } : null
}

function valueAt(body: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, step) =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, step)
      ? (value as Readonly<Record<string, unknown>>)[step]
      : undefined, body)
}

/** RFC 8288 §3; only the query is taken, so that no answer can send us to another host. */
function linkQuery(header: string | undefined): Readonly<Record<string, string>> | null {
  const links = header?.matchAll(/<(?<target>[^>]*)>(?<params>[^<]*)/g) ?? []
  for (const { groups } of links) {
    if (!/;\s*rel\s*=\s*"?(?:[^";,]*\s)?next(?=[\s";,]|$)/i.test(groups?.['params'] ?? '')) continue
    const url = URL.parse(groups?.['target'] ?? '', 'http://relative.invalid')
    return url === null ? null : Object.fromEntries(url.searchParams)
  }
  return null
}

/**
 * All items of a list, for a conversation: `yield* allPages(…)`. Throws where there are more pages
 * than `pagesMax`: what was not seen must not pass for missing.
 */
export function* allPages<Item>(
  plan: RequestPlan,
  pages: Pages,
  itemsOf: (answer: Answer) => readonly Item[],
  pagesMax: number,
): Generator<Call, readonly Item[], Answer> {
  const all: Item[] = []
  let query = plan.query ?? {}
  for (let index = 0; index < pagesMax; index++) {
    const answer: Answer = yield { effect: 'read', plan: { ...plan, query } }
    const items = itemsOf(answer)
    all.push(...items)
    const next = nextPage(pages, { index, items: items.length, answer })
    if (next === null) return all
    query = { ...query, ...next }
  }
  throw new Error(`the list has more than ${pagesMax} pages`)
}
