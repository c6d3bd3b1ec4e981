import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Buyer } from '#cli/demo/buyer.ts'
import { newId } from '#prisma/store/ids.ts'
import { interchange } from '#test/support/edi.ts'
import { TestHub } from '#test/support/hub.ts'

let hub: TestHub
let control = 3_000

beforeAll(async () => {
  hub = await TestHub.start()
})
afterAll(async () => hub.remove())

interface DocumentShown {
  readonly outcome: string | null
  readonly sets: readonly { readonly messageId: string | null; readonly groupControl: string }[]
  readonly acknowledgements: readonly { readonly kind: string; readonly outcome: string }[]
}

interface ParkedShown {
  readonly id: string
  readonly code: string
  readonly at?: { readonly byte: number }
}

/** An order response as receiving a record leaves it, straight into the hub's database. */
async function respond(number: string): Promise<string> {
  const [documentId, bundleId, sourceId] = [newId(), newId(), newId()]
  const body = [['BAK', '00', 'AC', number, '20260105'], ['PO1', '1', '5', 'EA', '9.50']]
  const buyer = `(SELECT r.id FROM relationships r WHERE r.their_id = 'SANDBOXBUYER')`
  await hub.query(
    `INSERT INTO documents (id, stream, direction, kind, number, status, trade_id, message_id,
       partner_id, relationship_id, mapping, mapping_hash, body, created_at)
     SELECT $1, 'test', 'out', 'order-response', $2, 'applied', $1, $3, partner_id, id, 'm', 'f00d',
       '{}', now() FROM relationships WHERE their_id = 'SANDBOXBUYER'`,
    [documentId, number, sourceId])
  await hub.query(
    `INSERT INTO outgoing_sets (id, bundle_id, position, stream, relationship_id,
       source_message_id, document_id, type, functional_id, release, body, created_at)
     VALUES ($1, $2, 0, 'test', ${buyer}, $3, $4, '855', 'PR', '004010', $5, now())`,
    [newId(), bundleId, sourceId, documentId, JSON.stringify(body)])
  await hub.query(
    `INSERT INTO outgoing_work (bundle_id, relationship_id) VALUES ($1, ${buyer})`, [bundleId])
  return documentId
}

async function documentOnce(id: string, outcome: string): Promise<DocumentShown> {
  for (const untilMs = Date.now() + 15_000; ;) {
    const document = await hub.ask<DocumentShown>(`/v1/documents/${id}`)
    if (document.outcome === outcome) return document
    if (Date.now() > untilMs) throw new Error(`never ${outcome}: ${JSON.stringify(document)}`)
    await sleep(100)
  }
}

async function answer(group: string, ak9: string, notes: readonly string[] = []): Promise<string> {
  control += 1
  const segments = [`AK1*PR*${group}`, ...notes, ak9]
  const message = await hub.run(interchange({
    control, functionalId: 'FA', sets: [{ type: '997', segments }],
  }))
  expect([message.status, message.acknowledgements]).toEqual(['processed', []])
  return message.id
}

async function parkedOf(messageId: string): Promise<readonly ParkedShown[]> {
  return hub.all<ParkedShown>(`/v1/parked?message=${messageId}`)
}

async function placed(messageId: string): Promise<number> {
  const inbox = await hub.all<{ messageId: string }>('/v1/sandbox/buyer/inbox')
  return inbox.filter((item) => item.messageId === messageId).length
}

test('sent, rejected at its place, resent with the same numbers, and accepted', async () => {
  const id = await respond('R-1')
  const { sets: [set] } = await documentOnce(id, 'sent')
  const [messageId, group] = [set!.messageId!, set!.groupControl]
  await answer(group, 'AK9*R*1*1*0', [
    'AK2*855*0001', 'AK3*PO1*3**8', 'AK4*4*212*6*9.50', 'AK5*R*5',
  ])
  await documentOnce(id, 'rejected')
  const [item, ...more] = await parkedOf(messageId)
  expect([item?.code, more]).toEqual(['OUTBOUND_REJECTED', []])
  expect((await hub.content(messageId)).slice(item!.at!.byte)).toMatch(/^9\.50~/)
  await hub.ask(`/v1/parked/${item!.id}/resend`, { method: 'POST' })
  await documentOnce(id, 'sent')
  expect(await placed(messageId)).toBe(2)
  await answer(group, 'AK9*A*1*1*1')
  const { acknowledgements } = await documentOnce(id, 'accepted')
  expect(acknowledgements.map(({ outcome }) => outcome)).toEqual(['rejected', 'accepted'])
  expect(await parkedOf(messageId)).toEqual([])
  const { items } = await hub.ask<{ items: { kind: string }[] }>(
    `/v1/messages/${messageId}/events`)
  expect(items.map(({ kind }) => kind)).toEqual(
    ['acknowledged', 'parked', 'resumed', 'resent', 'acknowledged'])
})

test('not acknowledged in time it alarms by itself, and a late 997 ends that', async () => {
  const id = await respond('R-2')
  const { sets: [set] } = await documentOnce(id, 'sent')
  await hub.query(`UPDATE outgoing_sets SET acknowledge_by = now() WHERE document_id = $1`, [id])
  await documentOnce(id, 'overdue')
  expect((await parkedOf(set!.messageId!)).map(({ code }) => code))
    .toEqual(['ACKNOWLEDGEMENT_OVERDUE'])
  await answer(set!.groupControl, 'AK9*A*1*1*1')
  await documentOnce(id, 'accepted')
  expect(await parkedOf(set!.messageId!)).toEqual([])
})

test('killed between the 997 and what comes of it, it counts once', async () => {
  const id = await respond('R-3')
  const { sets: [set] } = await documentOnce(id, 'sent')
  control += 1
  await hub.post(interchange({
    control, functionalId: 'FA',
    sets: [{ type: '997', segments: [`AK1*PR*${set!.groupControl}`, 'AK9*R*1*1*0'] }],
  }))
  await hub.kill()
  await hub.up()
  await documentOnce(id, 'rejected')
  expect(await parkedOf(set!.messageId!)).toHaveLength(1)
})

test('rejected and regenerated: new numbers, and what is said of those counts', async () => {
  const client = hub.client()
  const buyer = new Buyer(client, 6_000)
  await buyer.forgetThePast()
  await buyer.order('RG-1')
  const sale = await client.until('the sale', async () => (await hub.sales('RG-1'))[0])
  const { id: saleId } = sale as unknown as { id: string }
  await client.post(`/v1/sandbox/erp/sales/${saleId}/confirm`)
  const first = await buyer.collect('855')
  const path = `/v1/documents?kind=order-response&message=${await sourceOf(first.messageId)}`
  const [{ id } = { id: '' }] = await hub.all<{ id: string }>(path)
  await answer(groupOf(first.content), 'AK9*R*1*1*0*1')
  await documentOnce(id, 'rejected')
  await hub.ask(`/v1/documents/${id}/regenerate`, { method: 'POST' })
  const second = await buyer.collect('855')
  expect(second.messageId).not.toBe(first.messageId)
  expect(groupOf(second.content)).not.toBe(groupOf(first.content))
  expect(setOf(second.content)).toEqual(setOf(first.content))
  await documentOnce(id, 'sent')
  await answer(groupOf(first.content), 'AK9*R*1*1*0*1')
  expect((await documentOnce(id, 'sent')).sets).toHaveLength(2)
  await buyer.acknowledge(second)
  const { acknowledgements } = await documentOnce(id, 'accepted')
  expect(acknowledgements.map(({ outcome }) => outcome)).toEqual(['rejected', 'accepted'])
  expect(await hub.sales('RG-1')).toHaveLength(1)
  expect(await hub.all(`/v1/parked?code=OUTBOUND_REJECTED`)).toMatchObject([
    expect.not.objectContaining({ documentId: id }),
  ])
})

/** The record it was made of. */
async function sourceOf(messageId: string): Promise<string> {
  const [row] = await hub.query<{ id: string }>(
    'SELECT source_message_id AS id FROM outgoing_sets WHERE message_id = $1', [messageId])
  return row!.id
}

/** GS06. */
function groupOf(content: string): string {
  return /GS\*PR\*(?:[^*]*\*){4}(\d+)\*/.exec(content)![1]!
}

/** Between ST and SE. */
function setOf(content: string): string {
  return /ST\*855[^~]*~(.*)SE\*/s.exec(content)![1]!
}
