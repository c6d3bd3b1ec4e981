import { randomUUID } from 'node:crypto'
import { connectors } from '#connectors/index.ts'
import type { Connector, Feed } from '#connectors/_kit/contract.ts'
import type { EndpointFeeds } from '#core/exchange/endpoint.ts'
import { newId } from '#prisma/store/ids.ts'
import type { Store } from '#prisma/store/index.ts'
import type { Called, HttpCall } from '#workers/effects/http.ts'

interface WireItem { readonly position: number; readonly kind: string; readonly text: string }

/** A system that tells what happened in it, in order, page by page. */
export class FeedSource {
  readonly items: WireItem[] = []
  reads = 0
  /** What it answers instead, while there is some. */
  readonly instead: Called[] = []

  tell(count: number, text = '', kind = 'sale'): void {
    for (let told = 0; told < count; told++) {
      this.items.push({ position: this.items.length + 1, kind, text })
    }
  }

  async call({ url }: HttpCall): Promise<Called> {
    this.reads += 1
    const instead = this.instead.shift()
    if (instead !== undefined) return instead
    const query = new URL(url).searchParams
    const after = Number(query.get('after'))
    const found = this.items.slice(after, after + Number(query.get('limit')))
    return { is: 'answer', answer: { status: 200, headers: {}, body: { items: found } } }
  }
}

const changes: Feed = {
  title: 'Changes', vendorDocs: 'none', timeoutMs: 1_000, everyMs: 60_000,
  *read(cursor) {
    const after = typeof cursor === 'number' ? cursor : 0
    const query = { after: String(after), limit: '2' }
    const { body } = yield { effect: 'read', plan: { method: 'GET', path: '/changes', query } }
    const { items } = body as { items?: readonly WireItem[] }
    if (items === undefined) throw new Error('the answer is no list of changes')
    return {
      records: items.map((item) => ({
        key: `${item.kind}/${item.position}`, kind: item.kind, reference: newId(), body: item,
      })),
      cursor: after + items.length,
      more: items.length === 2,
    }
  },
}

const writing: Feed = {
  ...changes,
  *read(cursor) {
    yield { effect: 'write', plan: { method: 'POST', path: '/changes' } }
    return { records: [], cursor, more: false }
  },
}

/** A connector with these feeds, and no operation that matters here. */
export const telling: Connector = {
  ...connectors.get('sandbox-erp')!,
  id: 'telling', secrets: {}, auth: { kind: 'none', because: 'It tells everybody.' },
  feeds: { changes, writing },
}

/** An endpoint of it; answers its id. */
export async function seedTelling(store: Store, feed = 'changes'): Promise<string> {
  const use = { document: 'order-response', mapping: 'any' }
  const feeds: EndpointFeeds = { [feed]: { records: { sale: use, shipment: use } } }
  const { id } = await store.prisma.endpoint.create({
    data: {
      id: newId(), stream: 'test', name: randomUUID(), connector: 'telling', feeds: { ...feeds },
    } as Parameters<Store['prisma']['endpoint']['create']>[0]['data'],
  })
  return id
}
