import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#prisma/store/ids.ts'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'
import { writeResponses } from '#test/support/sent.ts'
import { writeMessage, writeWholeWay } from '#test/support/whole-way.ts'

let api: TestApi
let partnerId: string

beforeAll(async () => {
  api = await startTestApi()
  partnerId = await api.makePartner('Acme Stores')
  await writeWholeWay(api.store, partnerId)
})
afterAll(async () => api.stop())

/** An order response that was sent and rejected, as the workers leave it. */
async function rejected(): Promise<{ documentId: string; messageId: string; parkedId: string }> {
  const { documentIds: [documentId], bundleId } =
    await writeResponses(api.store, { numbers: [`R-${newId()}`], partnerId })
  const messageId = await writeMessage(api.store, 'out', 'delivered', { partnerId })
  const { prisma } = api.store
  await prisma.outgoingWork.delete({ where: { bundleId } })
  await prisma.outgoingSet.updateMany({
    where: { bundleId },
    data: {
      messageId, interchangeControl: '000000042', groupControl: '12', control: '0001',
      outcome: 'rejected', acknowledgedAt: new Date(),
    },
  })
  await prisma.document.update({ where: { id: documentId! }, data: { outcome: 'rejected' } })
  const [set] = await prisma.outgoingSet.findMany({ where: { bundleId } })
  await prisma.acknowledgement.create({
    data: {
      id: newId(), stream: 'test', kind: '997', direction: 'in', outcome: 'rejected',
      ofMessageId: messageId, outgoingSetId: set!.id, messageId: newId(),
      says: '5 (segments of it are in error)', createdAt: new Date(),
    },
  })
  const { id: parkedId } = await prisma.parked.create({
    data: {
      id: newId(), stream: 'test', kind: 'document', messageId, owner: 'partner-manager',
      documentId: documentId!, partnerId, code: 'OUTBOUND_REJECTED', says: 'The partner rejected.',
      remedy: 'Regenerate.', createdAt: new Date(),
    },
  })
  return { documentId: documentId!, messageId, parkedId }
}

async function post(url: string, headers: Record<string, string> = {}, key?: string) {
  api.rung.length = 0
  return api.ask({ method: 'POST', url, headers }, key)
}

test('a document shows its outcome, what was sent of it and what was said of that', async () => {
  const { documentId, messageId } = await rejected()
  expect((await api.ask({ url: `/v1/documents/${documentId}` })).json()).toMatchObject({
    direction: 'out', outcome: 'rejected',
    sets: [{
      type: '855', release: '004010', interchangeControl: '000000042', groupControl: '12',
      control: '0001', messageId, outcome: 'rejected', acknowledgeBy: null,
    }],
    acknowledgements: [{
      kind: '997', outcome: 'rejected', says: '5 (segments of it are in error)',
    }],
  })
  expect((await api.ask({ url: `/v1/messages/${messageId}` })).json()).toMatchObject({
    direction: 'out', acknowledgements: [{ kind: '997', direction: 'in', outcome: 'rejected' }],
    faults: [{ code: 'OUTBOUND_REJECTED' }],
  })
})

describe.each([
  ['resend', 'deliver'], ['regenerate', 'receive'],
])('%s', (how, bell) => {
  test('of a document answers 202, wakes its job and ends what was parked of it', async () => {
    const { documentId, parkedId } = await rejected()
    const answer = await post(`/v1/documents/${documentId}/${how}`)
    expect(answer.statusCode).toBe(202)
    expect(answer.json()).toMatchObject({ id: documentId })
    expect(api.rung).toEqual([bell])
    expect((await api.ask({ url: `/v1/parked/${parkedId}` })).json()).toMatchObject({
      status: 'resumed', endedBy: expect.any(String) as string, documentId,
    })
  })

  test('of a parked item is the same', async () => {
    const { parkedId } = await rejected()
    const answer = await post(`/v1/parked/${parkedId}/${how}`)
    expect([answer.statusCode, api.rung]).toEqual([200, [bell]])
    expect(answer.json()).toMatchObject({ id: parkedId, status: 'resumed' })
    expect((await post(`/v1/parked/${parkedId}/${how}`)).json()).toMatchObject({
      status: 409, code: 'PARKED_ENDED',
    })
  })

  test('asked twice under one key is done once', async () => {
    const { documentId } = await rejected()
    const headers = { 'idempotency-key': `${how} ${documentId}`.replaceAll(' ', '-') }
    const first = await post(`/v1/documents/${documentId}/${how}`, headers)
    const again = await post(`/v1/documents/${documentId}/${how}`, headers)
    expect([first.statusCode, again.statusCode]).toEqual([202, 202])
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect((await post(`/v1/documents/${documentId}/${how}`)).json()).toMatchObject({
      status: 409, code: 'DOCUMENT_STILL_DUE',
    })
  })

  test('is not for partners, nor for readers', async () => {
    const { documentId, parkedId } = await rejected()
    for (const role of ['partner', 'auditor', 'finance'] as const) {
      const key = await api.makeKey(role, ...(role === 'partner' ? [partnerId] : []))
      for (const url of [`/v1/documents/${documentId}/${how}`, `/v1/parked/${parkedId}/${how}`]) {
        expect((await post(url, {}, key)).statusCode).toBe(403)
      }
    }
  })

  test('of nothing is a 404', async () => {
    expect((await post(`/v1/documents/${newId()}/${how}`)).statusCode).toBe(404)
    expect((await post(`/v1/parked/${newId()}/${how}`)).statusCode).toBe(404)
  })

  test('of what came in is a 409', async () => {
    const where = { direction: 'in' }
    const { id } = await api.store.prisma.document.findFirstOrThrow({ where })
    expect((await post(`/v1/documents/${id}/${how}`)).json()).toMatchObject({
      status: 409, code: 'DOCUMENT_NOT_OURS',
    })
  })
})

test('what is late is counted', async () => {
  const { messageId, documentId } = await rejected()
  await api.store.prisma.outgoingSet.updateMany({
    where: { messageId }, data: { acknowledgeBy: new Date(Date.now() + 60_000) },
  })
  await api.store.prisma.parked.create({
    data: {
      id: newId(), stream: 'test', kind: 'document', messageId, owner: 'partner-manager',
      documentId, partnerId, code: 'ACKNOWLEDGEMENT_OVERDUE', says: '', remedy: '',
      createdAt: new Date(),
    },
  })
  const { body } = await api.ask({ url: '/metrics' })
  expect(body).toContain('crossdock_acknowledgements_open{status="awaited"} 1')
  expect(body).toContain('crossdock_acknowledgements_open{status="overdue"} 1')
  const late = await api.ask({ url: '/v1/parked?code=ACKNOWLEDGEMENT_OVERDUE&kind=document' })
  expect(late.json()).toMatchObject({ items: [{ documentId }] })
})
