import type { Store } from '../index.ts'
import { findSent, findSpeaking } from './document-sent.ts'
import type { HeardView, SentSetView, SpeakingView } from './document-sent.ts'
import { afterId, given, idFloor, pageOf, partnersNamed } from './page.ts'
import type { Page, PageWanted } from './page.ts'
import type { Viewer } from './viewer.ts'

export interface DocumentsWanted extends PageWanted {
  readonly kind?: string | undefined
  readonly number?: string | undefined
  /** Id, name or identifier of a partner. */
  readonly partner?: string | undefined
  readonly stream?: string | undefined
  /** Id of the message it came in or went out with. */
  readonly message?: string | undefined
  readonly since?: Date | undefined
}

export interface DocumentItem {
  readonly id: string
  readonly kind: string
  readonly number: string
  /** The partner's id. */
  readonly partner: string
  readonly tradeId: string
  readonly messageId: string
  readonly status: string
  /** Of a document of ours: what its receiver made of it. Null of theirs, and before it is sent. */
  readonly outcome: string | null
  readonly createdAt: Date
}

export interface DocumentView extends DocumentItem {
  readonly stream: string
  readonly direction: string
  readonly setId: string | null
  readonly mapping: string
  readonly mappingHash: string
  /** The canonical document, in the schema of its kind. */
  readonly body: unknown
  /** What was made of it to be sent, the oldest first; none of theirs. */
  readonly sets: readonly SentSetView[]
  /** What its receiver said of these sets, the oldest first. */
  readonly acknowledgements: readonly HeardView[]
  /** Documents that speak of it, the oldest first: an application's advice, a text. */
  readonly spokenOfBy: readonly SpeakingView[]
}

const itemColumns = {
  id: true,
  kind: true,
  number: true,
  partnerId: true,
  tradeId: true,
  messageId: true,
  status: true,
  outcome: true,
  createdAt: true,
} as const

export async function listDocuments(
  store: Store,
  viewer: Viewer,
  wanted: DocumentsWanted,
): Promise<Page<DocumentItem>> {
  const after = afterId(wanted)
  const partners =
    wanted.partner === undefined ? null : await partnersNamed(store, wanted.partner)
  const rows = await store.prisma.document.findMany({
    where: {
      AND: [
        given({
          kind: wanted.kind,
          number: wanted.number,
          stream: wanted.stream,
          messageId: wanted.message,
        }),
        onlyOf(viewer),
        partners === null ? {} : { partnerId: { in: [...partners] } },
        after === null ? {} : { id: { lt: after } },
        wanted.since === undefined
          ? {}
          : { createdAt: { gte: wanted.since }, id: { gte: idFloor(wanted.since) } },
      ],
    },
    select: itemColumns,
    orderBy: { id: 'desc' },
    take: wanted.limit + 1,
  })
  return pageOf(rows, wanted, toItem)
}

export async function findDocument(
  store: Store,
  viewer: Viewer,
  id: string,
): Promise<DocumentView | null> {
  const row = await store.prisma.document.findFirst({ where: { id, ...onlyOf(viewer) } })
  if (row === null) return null
  const { stream, direction, setId, mapping, mappingHash, body } = row
  const sent = await findSent(store, id)
  const spokenOfBy = await findSpeaking(store, id)
  return {
    ...toItem(row), stream, direction, setId, mapping, mappingHash, body, ...sent, spokenOfBy,
  }
}

/** The documents of one trade, in the order in which they came to be. */
export async function documentsOfTrade(
  store: Store,
  viewer: Viewer,
  tradeId: string,
  itemsMax: number,
): Promise<readonly TradeDocument[]> {
  const rows = await store.prisma.document.findMany({
    where: { tradeId, ...onlyOf(viewer) },
    select: { ...itemColumns, direction: true },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: itemsMax,
  })
  return rows.map((row) => ({ ...toItem(row), direction: row.direction }))
}

export interface TradeDocument extends DocumentItem {
  readonly direction: string
}

function onlyOf(viewer: Viewer): { partnerId?: string } {
  return viewer.partnerId === null ? {} : { partnerId: viewer.partnerId }
}

function toItem(row: Omit<DocumentItem, 'partner'> & { partnerId: string }): DocumentItem {
  return {
    id: row.id,
    kind: row.kind,
    number: row.number,
    partner: row.partnerId,
    tradeId: row.tradeId,
    messageId: row.messageId,
    status: row.status,
    outcome: row.outcome,
    createdAt: row.createdAt,
  }
}
