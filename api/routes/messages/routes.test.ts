import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#prisma/store/ids.ts'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'
import { writeMessage, writeWholeWay } from '#test/support/whole-way.ts'
import type { WholeWay } from '#test/support/whole-way.ts'

let api: TestApi
let way: WholeWay

beforeAll(async () => {
  api = await startTestApi()
  way = await writeWholeWay(api.store, await api.makePartner('Buyer'))
})
afterAll(async () => api.stop())

interface Listed {
  items: { id: string; status: string }[]
  next: string | null
}

test('one message shows its whole way', async () => {
  const answer = await api.ask({ url: `/v1/messages/${way.messageId}` })
  expect(answer.json()).toEqual({
    id: way.messageId,
    direction: 'in',
    stream: 'test',
    status: 'processed',
    interchanges: [{
      standard: 'x12', control: '000000001', verdict: 'accepted_with_errors',
      groups: [{
        control: '1', release: '004010', verdict: 'accepted_with_errors',
        sets: [
          { type: '850', control: '0001', verdict: 'accepted_with_errors', status: 'applied' },
        ],
      }],
    }],
    documents: [{ id: way.documentId, kind: 'order', number: 'PO-4711' }],
    acknowledgements: [{
      kind: '997', direction: 'out', outcome: 'accepted_with_errors',
      messageId: way.answerMessageId,
    }],
    deliveries: [
      {
        id: way.answerDeliveryId, endpoint: expect.stringMatching('mailbox') as string,
        status: 'delivered', attempts: 1,
      },
      {
        id: way.saleDeliveryId, endpoint: expect.stringMatching('sandbox-erp') as string,
        status: 'parked', attempts: 3,
      },
    ],
    faults: [
      {
        code: 'X12_CODE_UNLISTED', says: 'Code ZZ is not listed.', remedy: 'Use EA.',
        at: { byte: 412, segment: 9, tag: 'PO1', element: 7, loop: 'PO1Loop' },
      },
      {
        code: 'DELIVERY_REFUSED', says: 'The ERP refused the sale.', remedy: 'Correct the product.',
      },
    ],
  })
})

test('an outbound message stands as its worst delivery', async () => {
  const answer = await api.ask({ url: `/v1/messages/${way.answerMessageId}` })
  expect(answer.json()).toMatchObject({
    direction: 'out', status: 'delivered', deliveries: [{ id: way.answerDeliveryId }],
  })
})

test('a message in hand is working, and received again when its lease has run out', async () => {
  const id = await writeMessage(api.store, 'in', 'received', { stream: null })
  const statusOf = async (): Promise<unknown> =>
    (await api.ask({ url: `/v1/messages/${id}` })).json<{ status: string }>().status
  await api.store.pool.query('INSERT INTO message_work (message_id) VALUES ($1)', [id])
  expect(await statusOf()).toBe('received')
  const lease = `UPDATE message_work SET lease_until = now() + $2::interval WHERE message_id = $1`
  await api.store.pool.query(lease, [id, '5 s'])
  expect(await statusOf()).toBe('working')
  await api.store.pool.query(lease, [id, '-1 s'])
  expect(await statusOf()).toBe('received')
})

test('duplicateOf and waitsFor are there when there is something to say', async () => {
  const id = await writeMessage(api.store, 'in', 'waiting', { duplicateOf: way.messageId })
  const until = new Date(Date.now() + 60_000)
  await api.store.prisma.waiting.create({
    data: {
      id: newId(), stream: 'test', messageId: id, setId: newId(), waitsFor: 'order', key: 'PO-1',
      until, createdAt: new Date(),
    },
  })
  const view = (await api.ask({ url: `/v1/messages/${id}` })).json<Record<string, unknown>>()
  expect(view).toMatchObject({
    duplicateOf: way.messageId, waitsFor: [{ what: 'order', key: 'PO-1' }],
  })
})

describe('the list', () => {
  test.each([
    ['status=processed', 1],
    ['direction=out&partner=Buyer', 1],
    ['partner=Nobody', 0],
    ['stream=live', 0],
    ['since=2100-01-01T00:00:00Z', 0],
  ])('filters by %s', async (filter, count) => {
    const { items } = (await api.ask({ url: `/v1/messages?${filter}` })).json<Listed>()
    expect(items).toHaveLength(count)
  })

  test('an outbound message is found under the status of its delivery', async () => {
    const url = '/v1/messages?status=delivered'
    const { items } = (await api.ask({ url })).json<Listed>()
    expect(items.map(({ id }) => id)).toEqual([way.answerMessageId])
  })

  test('pages from the newest to the oldest, each item once', async () => {
    const seen: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`
      const page: Listed = (await api.ask({ url: `/v1/messages?limit=2${cursor}` })).json<Listed>()
      expect(page.items.length).toBeLessThanOrEqual(2)
      seen.push(...page.items.map(({ id }) => id))
      next = page.next
    }
    expect(seen).toEqual([...seen].sort().reverse())
    expect(new Set(seen).size).toBe(seen.length)
    const whole = (await api.ask({ url: '/v1/messages?limit=200' })).json<Listed>()
    expect(seen).toEqual(whole.items.map(({ id }) => id))
  })

  test.each([
    'limit=0', 'limit=201', 'limit=x', 'cursor=x', 'status=done', 'since=yesterday', 'sender=x',
    'since=2026-12-31T23:59:60Z', 'cursor=a&cursor=b',
  ])('refuses %s', async (filter) => {
    const answer = await api.ask({ url: `/v1/messages?${filter}` })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({ code: 'REQUEST_INVALID' })
  })
})

test('events are told oldest first', async () => {
  const answer = await api.ask({ url: `/v1/messages/${way.messageId}/events` })
  const { items } = answer.json<{ items: { kind: string; subjectId: string | null }[] }>()
  expect(items).toMatchObject([
    { kind: 'judged', subjectId: null },
    { kind: 'parked', subjectId: way.saleDeliveryId },
  ])
})

test.each(['', '/events', '/content'])('an id that is none is a 404 or a 400: %s', async (rest) => {
  const unknown = await api.ask({ url: `/v1/messages/${newId()}${rest}` })
  expect(unknown.statusCode).toBe(404)
  expect(unknown.json()).toMatchObject({ code: 'NOT_FOUND' })
  for (const id of ['1', 'null', '..', "'; DROP TABLE messages", '%00', 'x'.repeat(500)]) {
    const answer = await api.ask({ url: `/v1/messages/${encodeURIComponent(id)}${rest}` })
    expect([400, 404, 414]).toContain(answer.statusCode)
    expect(answer.json()).toHaveProperty('remedy')
  }
})
