import { newId } from '#prisma/store/ids.ts'
import type { Store } from '#prisma/store/index.ts'
import type { WireSegment } from '#core/codecs/x12/writer.ts'
import { writeMessage } from './whole-way.ts'

/** Documents of ours that wait for their envelope, all in one bundle. */
export interface Written {
  readonly bundleId: string
  readonly tradeId: string
  /** The order they belong to. */
  readonly orderId: string
  readonly documentIds: readonly string[]
}

export interface SentDraft {
  /** Numbers of the documents, one set each. */
  readonly numbers: readonly string[]
  /** Between ST and SE; `{number}` is the document's. */
  readonly segments?: readonly WireSegment[]
  readonly release?: string
  /** The partner they go to, by its relationship; the sandbox's buyer unless told. */
  readonly partnerId?: string
}

const plainResponse: readonly WireSegment[] = [
  ['BAK', '00', 'AC', '{number}', '20260105'],
  ['PO1', '1', '5', 'EA', '9.50', '', 'VP', 'WID-01'],
  ['CTT', '1'],
]

/** Writes order responses to the sandbox's buyer as receiving a record leaves them. */
export async function writeResponses(store: Store, draft: SentDraft): Promise<Written> {
  const { prisma } = store
  const { numbers, segments = plainResponse, release = '004010' } = draft
  const relationship = await prisma.relationship.findFirstOrThrow({
    where: draft.partnerId === undefined
      ? { theirId: 'SANDBOXBUYER' }
      : { partnerId: draft.partnerId },
  })
  const { id: relationshipId, partnerId } = relationship
  const messageId = await writeMessage(store, 'in', 'processed')
  const [tradeId, bundleId] = [newId(), newId()]
  const common = {
    stream: 'test', status: 'applied', tradeId, messageId, partnerId, relationshipId,
    mapping: 'm', mappingHash: 'f00d', createdAt: new Date(),
  }
  const order = await prisma.document.create({
    data: {
      ...common, id: newId(), direction: 'in', kind: 'order', number: `PO of ${numbers[0]}`,
      body: { number: 'PO' },
    },
  })
  const documentIds: string[] = []
  for (const [position, number] of numbers.entries()) {
    const { id } = await prisma.document.create({
      data: {
        ...common, id: newId(), direction: 'out', kind: 'order-response', number, body: { number },
      },
    })
    documentIds.push(id)
    const body = segments.map((segment) =>
      segment.map((one) => typeof one === 'string' ? one.replace('{number}', number) : one))
    await prisma.outgoingSet.create({
      data: {
        id: newId(), bundleId, position, stream: 'test', relationshipId, documentId: id,
        sourceMessageId: messageId, type: '855', functionalId: 'PR', release,
        body: JSON.parse(JSON.stringify(body)) as object, createdAt: new Date(),
      },
    })
  }
  await store.pool.query(
    'INSERT INTO outgoing_work (bundle_id, relationship_id) VALUES ($1, $2)',
    [bundleId, relationshipId],
  )
  return { bundleId, tradeId, orderId: order.id, documentIds }
}
