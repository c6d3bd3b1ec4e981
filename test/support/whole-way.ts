import type { Prisma } from '#prisma/generated/client.ts'
import { newId } from '#prisma/store/ids.ts'
import type { Store } from '#prisma/store/index.ts'

/** The ids of one order's whole way through the hub. */
export interface WholeWay {
  readonly partnerId: string
  readonly supplierId: string
  readonly messageId: string
  readonly documentId: string
  readonly answerMessageId: string
  readonly answerDeliveryId: string
  readonly saleDeliveryId: string
  readonly parkedId: string
}

const at = { byte: 412, segment: 9, tag: 'PO1', element: 7, loop: 'PO1Loop' }
const fault = { code: 'X12_CODE_UNLISTED', says: 'Code ZZ is not listed.', remedy: 'Use EA.', at }

/**
 * Writes what the workers leave of one 850: accepted with errors, answered by a 997 that is
 * delivered, mapped to an order whose sale the ERP refused, so that its delivery is parked. The
 * buyer is `partnerId`; the sale's delivery belongs to the supplier.
 */
export async function writeWholeWay(store: Store, partnerId: string): Promise<WholeWay> {
  const { prisma } = store
  const supplier = await prisma.partner.create({
    data: { id: newId(), name: `Supplier ${newId()}` },
  })
  const mailbox = await endpoint(store, 'mailbox')
  const erp = await endpoint(store, 'sandbox-erp')
  const relationship = await prisma.relationship.create({
    data: {
      id: newId(), stream: 'test', standard: 'x12', partnerId, hostId: supplier.id,
      theirQualifier: 'ZZ', theirId: newId(), ourQualifier: 'ZZ', ourId: 'US', theirGroupId: 'THEM',
      ourGroupId: 'US', endpointId: mailbox,
    },
  })
  const message = await writeMessage(store, 'in', 'processed', { partnerId })
  const answer = await writeMessage(store, 'out', 'due', { partnerId })
  const sale = await writeMessage(store, 'out', 'due', { partnerId: supplier.id })
  const { groupId, setId } = await writeVerdicts(store, message)
  const document = await prisma.document.create({
    data: {
      id: newId(), stream: 'test', direction: 'in', kind: 'order', number: 'PO-4711',
      status: 'received', tradeId: newId(), messageId: message, setId, partnerId,
      relationshipId: relationship.id, mapping: 'x12/850-to-order', mappingHash: 'f00d',
      body: { number: 'PO-4711', lines: [] }, createdAt: new Date(),
    },
  })
  await prisma.acknowledgement.create({
    data: {
      id: newId(), stream: 'test', kind: '997', direction: 'out', outcome: 'accepted_with_errors',
      ofMessageId: message, ofGroupId: groupId, messageId: answer, createdAt: new Date(),
    },
  })
  const common = { stream: 'test', sourceMessageId: message, createdAt: new Date(), reference: 'r' }
  const answerDelivery = await prisma.delivery.create({
    data: {
      ...common, id: newId(), endpointId: mailbox, operation: 'send', messageId: answer, partnerId,
      status: 'delivered', attempts: 1, finishedAt: new Date(),
    },
  })
  const saleDelivery = await prisma.delivery.create({
    data: {
      ...common, id: newId(), endpointId: erp, operation: 'createSale', messageId: sale,
      partnerId: supplier.id, documentId: document.id, status: 'due',
    },
  })
  await parkDelivery(store, saleDelivery.id, erp)
  const parked = await prisma.parked.create({
    data: {
      id: newId(), stream: 'test', kind: 'delivery', messageId: message, owner: 'operator',
      deliveryId: saleDelivery.id, partnerId: supplier.id, code: 'DELIVERY_REFUSED',
      says: 'The ERP refused the sale.', remedy: 'Correct the product.', createdAt: new Date(),
    },
  })
  await writeEvents(store, message, saleDelivery.id)
  return {
    partnerId,
    supplierId: supplier.id,
    messageId: message,
    documentId: document.id,
    answerMessageId: answer,
    answerDeliveryId: answerDelivery.id,
    saleDeliveryId: saleDelivery.id,
    parkedId: parked.id,
  }
}

export async function writeMessage(
  store: Store,
  direction: 'in' | 'out',
  status: string,
  more: Partial<Prisma.MessageUncheckedCreateInput> = {},
): Promise<string> {
  const { id } = await store.prisma.message.create({
    data: {
      id: newId(), direction, status, stream: 'test', standard: 'x12',
      contentType: 'application/edi-x12', sizeBytes: 4, sha256: new Uint8Array(32),
      body: new Uint8Array([73, 83, 65, 42]),
      receivedAt: new Date(), ...more,
    },
  })
  return id
}

async function endpoint(store: Store, connector: string): Promise<string> {
  const id = newId()
  const { prisma } = store
  const name = `${connector}-${id}`
  await prisma.endpoint.create({ data: { id, stream: 'test', name, connector } })
  return id
}

async function writeVerdicts(
  store: Store,
  messageId: string,
): Promise<{ groupId: string; setId: string }> {
  const verdict = 'accepted_with_errors'
  const { prisma } = store
  const interchange = await prisma.interchange.create({
    data: {
      id: newId(), messageId, position: 0, stream: 'test', standard: 'x12', control: '000000001',
      senderQualifier: 'ZZ', senderId: 'A', receiverQualifier: 'ZZ', receiverId: 'B', verdict,
      settled: true, byte: 0, sha256: new Uint8Array(32),
    },
  })
  const group = await prisma.group.create({
    data: {
      id: newId(), interchangeId: interchange.id, messageId, position: 0, stream: 'test',
      functionalId: 'PO', control: '1', release: '004010', verdict, byte: 106,
    },
  })
  const set = await prisma.set.create({
    data: {
      id: newId(), groupId: group.id, messageId, position: 0, stream: 'test', type: '850',
      control: '0001', verdict, status: 'applied', byte: 150, length: 900, faults: [fault, fault],
    },
  })
  return { groupId: group.id, setId: set.id }
}

async function parkDelivery(store: Store, deliveryId: string, endpointId: string): Promise<void> {
  await store.prisma.deliveryWork.create({
    data: { deliveryId, endpointId, status: 'parked', attempts: 3, attemptsMax: 3 },
  })
  await store.prisma.deliveryAttempt.create({
    data: {
      deliveryId, number: 1, action: 'send', stream: 'test', fate: 'refused', httpStatus: 422,
      code: 'SANDBOX_PRODUCT_UNKNOWN', says: 'No such product.', startedAt: new Date(),
    },
  })
}

async function writeEvents(store: Store, messageId: string, deliveryId: string): Promise<void> {
  const common = { stream: 'test', messageId, at: new Date() }
  await store.prisma.event.create({ data: { ...common, id: newId(), kind: 'judged' } })
  await store.prisma.event.create({
    data: { ...common, id: newId(), kind: 'parked', subjectId: deliveryId },
  })
}
