import type { At } from '#core/errors/fault.ts'
import type { Store } from '../index.ts'
import { afterId, given, pageOf, partnersNamed } from './page.ts'
import type { Page, PageWanted } from './page.ts'
import type { Viewer } from './viewer.ts'

export interface ParkedWanted extends PageWanted {
  readonly status?: string | undefined
  readonly kind?: string | undefined
  readonly code?: string | undefined
  readonly owner?: string | undefined
  readonly stream?: string | undefined
  /** Id of the message it stands on. */
  readonly message?: string | undefined
  /** Id, name or identifier of a partner. */
  readonly partner?: string | undefined
}

/** What needs a person: a fault with a place and a remedy, an owner, and what became of it. */
export interface ParkedItem {
  readonly id: string
  readonly kind: string
  readonly status: string
  readonly owner: string
  readonly code: string
  readonly says: string
  readonly remedy: string
  readonly at?: At
  readonly stream: string | null
  readonly partner: string | null
  readonly messageId: string | null
  readonly setId: string | null
  readonly deliveryId: string | null
  /** The document it is about: rejected, overdue, spoken of, or what could not leave. */
  readonly documentId: string | null
  readonly createdAt: Date
  readonly endedAt: Date | null
  /** Id of the API key that ended it. */
  readonly endedBy: string | null
}

export async function listParked(
  store: Store,
  viewer: Viewer,
  wanted: ParkedWanted,
): Promise<Page<ParkedItem>> {
  const after = afterId(wanted)
  const partners =
    wanted.partner === undefined ? null : await partnersNamed(store, wanted.partner)
  const { status, kind, code, owner, stream, message } = wanted
  const rows = await store.prisma.parked.findMany({
    where: {
      AND: [
        given({ status, kind, code, owner, stream, messageId: message }),
        onlyOf(viewer),
        partners === null ? {} : { partnerId: { in: [...partners] } },
        after === null ? {} : { id: { lt: after } },
      ],
    },
    orderBy: { id: 'desc' },
    take: wanted.limit + 1,
  })
  return pageOf(rows, wanted, toItem)
}

export async function findParked(
  store: Store,
  viewer: Viewer,
  id: string,
): Promise<ParkedItem | null> {
  const row = await store.prisma.parked.findFirst({ where: { id, ...onlyOf(viewer) } })
  return row === null ? null : toItem(row)
}

function onlyOf(viewer: Viewer): { partnerId?: string } {
  return viewer.partnerId === null ? {} : { partnerId: viewer.partnerId }
}

function toItem(
  row: Omit<ParkedItem, 'partner' | 'at'> & { partnerId: string | null; at: unknown },
): ParkedItem {
  const { partnerId, at, ...item } = row
  return { ...item, partner: partnerId, ...(at === null ? {} : { at: at as At }) }
}
