import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { interchange, orderMessage, orderSet } from '#test/support/edi.ts'
import { TestHub } from '#test/support/hub.ts'
import type { MessageShown } from '#test/support/hub.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await TestHub.start()
})
afterAll(async () => hub.remove())

async function sold(number: string): Promise<number> {
  return (await hub.sales(number)).length
}

async function answersOf(message: MessageShown): Promise<readonly string[]> {
  return Promise.all(message.acknowledgements.map(({ messageId }) => hub.content(messageId!)))
}

function statusesOf(message: MessageShown): readonly string[] {
  return message.interchanges.flatMap(({ groups }) =>
    groups.flatMap(({ sets }) => sets.map(({ status }) => status)))
}

describe('the duplicates table (DESIGN §5), row by row', () => {
  test('same number, same content: the same 997 again, and no effect', async () => {
    const text = orderMessage(1, 'PO-1')
    const first = await hub.run(text)
    const again = await hub.run(text)
    expect(again).toMatchObject({
      status: 'duplicate', duplicateOf: first.id, documents: [],
      interchanges: [{ verdict: 'accepted' }],
      acknowledgements: [{ kind: '997', outcome: 'accepted' }],
    })
    expect(await answersOf(again)).toEqual(await answersOf(first))
    expect(again.acknowledgements[0]!.messageId).toBe(first.acknowledgements[0]!.messageId)
    expect(await sold('PO-1')).toBe(1)
    // The partner asked by repeating itself, so the answer lies in its mailbox twice.
    const inbox = await hub.all<{ messageId: string }>('/v1/sandbox/buyer/inbox')
    const { messageId } = first.acknowledgements[0]!
    expect(inbox.filter((item) => item.messageId === messageId)).toHaveLength(2)
  })

  test('same number, same content, rejected: the same rejection again', async () => {
    const text = orderMessage(2, { number: 'PO-2', date: '20261345' })
    const first = await hub.run(text)
    const again = await hub.run(text)
    expect([first.status, again.status]).toEqual(['rejected', 'duplicate'])
    expect(await answersOf(again)).toEqual(await answersOf(first))
  })

  test('same number, other content, the earlier rejected: accepted', async () => {
    const rejected = await hub.run(orderMessage(3, { number: 'PO-3', date: '20261345' }))
    const corrected = await hub.run(orderMessage(3, 'PO-3'))
    expect([rejected.status, corrected.status]).toEqual(['rejected', 'processed'])
    expect(await sold('PO-3')).toBe(1)
  })

  test('same number, other content, the earlier accepted: parked', async () => {
    await hub.run(orderMessage(4, 'PO-4'))
    const other = await hub.run(orderMessage(4, 'PO-4-OTHER'))
    expect(other).toMatchObject({
      status: 'parked', acknowledgements: [], documents: [],
      faults: [{ code: 'CONTROL_NUMBER_REUSED' }],
    })
    expect(await sold('PO-4-OTHER')).toBe(0)
  })

  test('same number, outside the window: accepted', async () => {
    await hub.run(orderMessage(5, 'PO-5'))
    await hub.query(`UPDATE seen SET until = now() - interval '1 s'
      WHERE kind = 'interchange' AND key = '000000005'`)
    const other = await hub.run(orderMessage(5, 'PO-5-LATER'))
    expect(other.status).toBe('processed')
    expect(other.acknowledgements).toMatchObject([{ outcome: 'accepted' }])
    expect(await sold('PO-5-LATER')).toBe(1)
  })

  test('new number, same order: accepted in syntax, parked', async () => {
    await hub.run(orderMessage(6, 'PO-6'))
    const other = await hub.run(orderMessage(7, 'PO-6'))
    expect(other).toMatchObject({
      status: 'parked', documents: [], acknowledgements: [{ outcome: 'accepted' }],
      faults: [{ code: 'BUSINESS_DUPLICATE', at: { segment: 2, tag: 'BEG' } }],
    })
    expect(await sold('PO-6')).toBe(1)
  })

  test.each([
    ['07', 'a duplicate', 'duplicate', []],
    ['05', 'a replacement', 'parked', [{ code: 'PURPOSE_DOES_NOT_CREATE' }]],
  ])('new number, same order, purpose %s: %s', async (purpose, name, status, faults) => {
    const control = 10 + 2 * Number(purpose)
    const number = `PO-${control}`
    await hub.run(orderMessage(control, number))
    const other = await hub.run(orderMessage(control + 1, { number, purpose }))
    expect({ name, ...other }).toMatchObject({
      name, status, faults, documents: [], acknowledgements: [{ outcome: 'accepted' }],
    })
    expect(await sold(number)).toBe(1)
  })

  test('a duplicate of nothing is parked', async () => {
    const message = await hub.run(orderMessage(30, { number: 'PO-30', purpose: '07' }))
    expect(message).toMatchObject({ status: 'parked', documents: [] })
    expect(await sold('PO-30')).toBe(0)
  })
})

test('the same order twice in one interchange: once applied, once parked', async () => {
  const sets = [orderSet({ number: 'PO-40' }), orderSet({ number: 'PO-40' })]
  const message = await hub.run(interchange({ control: 40, sets }))
  expect(message).toMatchObject({ status: 'parked', faults: [{ code: 'BUSINESS_DUPLICATE' }] })
  expect(statusesOf(message)).toEqual(['applied', 'parked'])
  expect(await sold('PO-40')).toBe(1)
})

test('the same interchange twice in one message: one answer, one effect', async () => {
  const text = orderMessage(41, 'PO-41')
  const message = await hub.run(`${text}\r\n${text}`)
  expect(message.acknowledgements).toHaveLength(1)
  expect(statusesOf(message)).toEqual(['applied', 'duplicate'])
  expect(message.status).toBe('processed')
  expect(await sold('PO-41')).toBe(1)
})

test('eight posts of the same interchange at once: one effect, one 997', async () => {
  const text = orderMessage(42, 'PO-42')
  const ids = await Promise.all(Array.from({ length: 8 }, () => hub.post(text)))
  const messages = await Promise.all(ids.map((id) => hub.settled(id)))
  expect(messages.map(({ status }) => status).toSorted())
    .toEqual([...Array<string>(7).fill('duplicate'), 'processed'])
  const answers = new Set(messages.flatMap(({ acknowledgements }) =>
    acknowledgements.map(({ messageId }) => messageId)))
  expect(answers.size).toBe(1)
  expect(await sold('PO-42')).toBe(1)
})

test('500 orders in one interchange, some of them bad: each has its own fate', async () => {
  const sets = Array.from({ length: 500 }, (_, index) => orderSet({
    number: `PO-50-${index}`,
    items: index % 100 === 7 ? ['NOBODY'] : ['WID-01'],
    date: index % 100 === 3 ? '20261345' : '20260105',
  }))
  const message = await hub.settled(await hub.post(interchange({ control: 50, sets })), 120_000)
  const statuses = statusesOf(message)
  const places = (status: string): readonly number[] =>
    statuses.flatMap((one, index) => (one === status ? [index] : []))
  expect(places('rejected')).toEqual([3, 103, 203, 303, 403])
  expect(places('parked')).toEqual([7, 107, 207, 307, 407])
  expect(places('applied')).toHaveLength(490)
  expect(message).toMatchObject({ status: 'partial', acknowledgements: [{ outcome: 'partial' }] })
  expect(message.documents).toHaveLength(490)
  const answer = await hub.content(message.acknowledgements[0]!.messageId!)
  expect(answer).toMatch(/~AK9\*P\*500\*500\*495[~*]/)
  const sales = await hub.all<{ reference: string }>('/v1/sandbox/erp/sales')
  const references = sales.map(({ reference }) => reference)
    .filter((reference) => reference.startsWith('PO-50-'))
  expect([references.length, new Set(references).size]).toEqual([490, 490])
})

test('stopped in the middle of 300 orders, it goes on where it stopped', async () => {
  const sets = Array.from({ length: 300 }, (_, index) => orderSet({ number: `PO-60-${index}` }))
  const id = await hub.post(interchange({ control: 60, sets }))
  await sleep(700)
  expect(await hub.stop()).toBe(0)
  await hub.up()
  const message = await hub.settled(id, 120_000)
  expect(message.status).toBe('processed')
  expect(message.acknowledgements).toMatchObject([{ outcome: 'accepted' }])
  expect(message.documents).toHaveLength(300)
  const sales = await hub.all<{ reference: string }>('/v1/sandbox/erp/sales')
  const references = sales.map(({ reference }) => reference)
    .filter((reference) => reference.startsWith('PO-60-'))
  expect([references.length, new Set(references).size]).toEqual([300, 300])
})
