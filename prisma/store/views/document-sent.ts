import type { Store } from '../index.ts'

/** A set that was made of a document. Its numbers are null until it is enveloped. */
export interface SentSetView {
  readonly type: string
  readonly release: string
  readonly interchangeControl: string | null
  readonly groupControl: string | null
  readonly control: string | null
  readonly messageId: string | null
  readonly outcome: string | null
  /** When its acknowledgement is overdue; null where none is awaited. */
  readonly acknowledgeBy: Date | null
  readonly acknowledgedAt: Date | null
  readonly createdAt: Date
}

/** What was said of one of the sets. */
export interface HeardView {
  readonly kind: string
  readonly outcome: string
  /** Why, in words; null where nothing is wrong. */
  readonly says: string | null
  /** The message that said so. */
  readonly messageId: string | null
  readonly at: Date
}

/** What was sent of a document, and what was said of that. */
export async function findSent(
  store: Store,
  documentId: string,
): Promise<{ sets: readonly SentSetView[]; acknowledgements: readonly HeardView[] }> {
  const rows = await store.prisma.outgoingSet.findMany({
    where: { documentId },
    select: {
      id: true, type: true, release: true, interchangeControl: true, groupControl: true,
      control: true, messageId: true, outcome: true, acknowledgeBy: true, acknowledgedAt: true,
      createdAt: true,
    },
    orderBy: { id: 'asc' },
  })
  const heard = await store.prisma.acknowledgement.findMany({
    where: { direction: 'in', outgoingSetId: { in: rows.map(({ id }) => id) } },
    orderBy: { id: 'asc' },
  })
  return {
    sets: rows,
    acknowledgements: heard.map(({ kind, outcome, says, messageId, createdAt: at }) =>
      ({ kind, outcome, says, messageId, at })),
  }
}

/** A document that speaks of another one. */
export interface SpeakingView {
  readonly id: string
  readonly kind: string
  readonly number: string
  readonly messageId: string
  readonly createdAt: Date
}

export async function findSpeaking(
  store: Store,
  documentId: string,
): Promise<readonly SpeakingView[]> {
  const keys = await store.prisma.documentKey.findMany({
    where: { kind: 'about', value: documentId }, select: { documentId: true },
  })
  if (keys.length === 0) return []
  return store.prisma.document.findMany({
    where: { id: { in: keys.map((key) => key.documentId) } },
    select: { id: true, kind: true, number: true, messageId: true, createdAt: true },
    orderBy: { id: 'asc' },
  })
}
