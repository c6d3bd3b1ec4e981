import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { interchange, orderMessage, orderSet } from '#test/support/edi.ts'
import { TestHub } from '#test/support/hub.ts'
import type { MessageShown } from '#test/support/hub.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await TestHub.start()
})
afterAll(async () => hub.remove())

interface ParkedShown {
  readonly id: string
  readonly code: string
  readonly kind: string
}

async function parkedOf(message: MessageShown): Promise<readonly ParkedShown[]> {
  return hub.all<ParkedShown>(`/v1/parked?message=${message.id}`)
}

/** Acts on the only parked item of a message, and waits until it is settled again. */
async function act(message: MessageShown, action: string): Promise<MessageShown> {
  const [item, ...more] = await parkedOf(message)
  expect(more).toEqual([])
  await hub.ask(`/v1/parked/${item!.id}/${action}`, { method: 'POST' })
  return hub.settled(message.id)
}

async function sold(number: string): Promise<number> {
  return (await hub.sales(number)).length
}

async function addItem(key: string, product: string): Promise<void> {
  await hub.query(
    `INSERT INTO cross_reference_entries (cross_reference_id, key, value)
     SELECT id, $1, jsonb_build_object('product', $2::text) FROM cross_references
     WHERE name = 'items'`,
    [key, product],
  )
}

function erpDelivery(message: MessageShown) {
  return message.deliveries.find(({ endpoint }) => endpoint === 'sandbox-erp')
}

describe('a set', () => {
  test('resumed once its cross-reference is there, it is applied and sold', async () => {
    const message = await hub.run(orderMessage(1, { number: 'PO-1', items: ['LATER-1'] }))
    expect(message).toMatchObject({ status: 'parked', documents: [] })
    const still = await act(message, 'resume')
    expect(still).toMatchObject({ status: 'parked', faults: [{ code: 'CROSS_REFERENCE_MISSING' }] })
    await addItem('VP:LATER-1', 'WIDGET-01')
    const applied = await act(still, 'resume')
    expect(applied).toMatchObject({ status: 'processed', faults: [] })
    expect(applied.documents).toMatchObject([{ number: 'PO-1' }])
    expect(applied.acknowledgements).toHaveLength(1)
    expect(await sold('PO-1')).toBe(1)
  })

  test('discarded, it is rejected and nothing follows', async () => {
    const message = await hub.run(orderMessage(2, { number: 'PO-2', items: ['NEVER-1'] }))
    const ended = await act(message, 'discard')
    expect(ended).toMatchObject({ status: 'rejected', documents: [], deliveries: [{}] })
    expect(await parkedOf(ended)).toEqual([])
    expect(await sold('PO-2')).toBe(0)
  })
})

describe('a message', () => {
  test('resumed once its sender is known, it is judged, answered and applied', async () => {
    const message = await hub.run(interchange({
      control: 10, sender: 'NEWBUYER', sets: [orderSet({ number: 'PO-10' })],
    }))
    expect(message).toMatchObject({ status: 'parked', faults: [{ code: 'SENDER_UNKNOWN' }] })
    await hub.query(`UPDATE relationships SET their_id = 'NEWBUYER', their_group_id = 'NEWBUYER'`)
    const judged = await act(message, 'resume')
    await hub.query(
      `UPDATE relationships SET their_id = 'SANDBOXBUYER', their_group_id = 'SANDBOXBUYER'`)
    expect(judged).toMatchObject({
      status: 'processed', faults: [], documents: [{ number: 'PO-10' }],
      interchanges: [{ verdict: 'accepted' }], acknowledgements: [{ outcome: 'accepted' }],
    })
    expect(judged.interchanges).toHaveLength(1)
    expect(await sold('PO-10')).toBe(1)
  })

  test('of two parked interchanges one is discarded, the other stays parked', async () => {
    const sets = [orderSet({ number: 'PO-11' })]
    const message = await hub.run(
      interchange({ control: 11, sender: 'STRANGER', sets }) +
        interchange({ control: 12, usage: 'P', sets }))
    const parked = await parkedOf(message)
    expect(parked.map(({ code }) => code).toSorted()).toEqual(['SENDER_UNKNOWN', 'STREAM_MISMATCH'])
    const stranger = parked.find(({ code }) => code === 'SENDER_UNKNOWN')
    await hub.ask(`/v1/parked/${stranger!.id}/discard`, { method: 'POST' })
    const after = await hub.settled(message.id)
    expect(after.status).toBe('parked')
    const statuses = after.interchanges.map(({ groups }) => groups[0]?.sets[0]?.status)
    expect(statuses).toEqual(['rejected', 'parked'])
  })

  test('of two partners stays nobody\'s to see when one is judged anew', async () => {
    const message = await hub.run(
      orderMessage(13, 'PO-13') +
        interchange({ control: 14, sender: 'OTHERBUYER', sets: [orderSet({ number: 'PO-14' })] }))
    await hub.query(`WITH other AS (
        INSERT INTO partners (id, name) VALUES (gen_random_uuid(), 'other') RETURNING id
      )
      INSERT INTO relationships (id, stream, standard, partner_id, host_id, their_qualifier,
        their_id, our_qualifier, our_id, their_group_id, our_group_id, endpoint_id)
      SELECT gen_random_uuid(), stream, standard, other.id, host_id, their_qualifier,
        'OTHERBUYER', our_qualifier, our_id, 'OTHERBUYER', our_group_id, endpoint_id
      FROM relationships, other WHERE their_id = 'SANDBOXBUYER'`)
    const judged = await act(message, 'resume')
    expect(judged.interchanges).toHaveLength(2)
    expect(judged.status).toBe('partial')
    expect(await hub.query('SELECT partner_id, relationship_id FROM messages WHERE id = $1', [
      message.id,
    ])).toEqual([{ partner_id: null, relationship_id: null }])
  })
})

describe('a delivery the ERP refuses', () => {
  async function refused(control: number): Promise<MessageShown> {
    await addItem(`VP:GONE-${control}`, 'GADGET-01')
    const order = { number: `PO-${control}`, items: [`GONE-${control}`] }
    const message = await hub.run(orderMessage(control, order))
    expect(message).toMatchObject({ status: 'processed', faults: [{ code: 'DELIVERY_REFUSED' }] })
    expect(erpDelivery(message)).toMatchObject({ status: 'parked', attempts: 1 })
    return message
  }

  test('is tried anew when it is resumed, and parked again', async () => {
    const message = await refused(20)
    const again = await act(message, 'resume')
    expect(erpDelivery(again)).toMatchObject({ status: 'parked', attempts: 2 })
    expect(await parkedOf(again)).toHaveLength(1)
    expect(await sold('PO-20')).toBe(0)
  })

  test.each([['skip', 'skipped', 21], ['discard', 'discarded', 22]])(
    'ends with %s', async (action, status, control) => {
      const ended = await act(await refused(control), action)
      expect(erpDelivery(ended)).toMatchObject({ status, attempts: 1 })
      expect(await parkedOf(ended)).toEqual([])
      expect(await sold(`PO-${control}`)).toBe(0)
    })
})

describe('an ERP that misbehaves has each sale once', () => {
  test.each([
    ['fails', { failEvery: 3 }, 100],
    ['drops the connection once it has booked', { dropAfterCreateEvery: 2 }, 200],
    ['is slow, fails and drops', { delayMs: 200, failEvery: 5, dropAfterCreateEvery: 3 }, 300],
  ])('%s', async (_, behaviour, from) => {
    await hub.put('/v1/sandbox/erp/behaviour', behaviour)
    const numbers = Array.from({ length: 12 }, (__, index) => from + index)
    const ids = await Promise.all(numbers.map((n) => hub.post(orderMessage(n, `PO-${n}`))))
    const messages = await Promise.all(ids.map((id) => hub.settled(id, 90_000)))
    await hub.put('/v1/sandbox/erp/behaviour', {})
    expect(messages.map((message) => erpDelivery(message)?.status))
      .toEqual(numbers.map(() => 'delivered'))
    expect(await Promise.all(numbers.map((n) => sold(`PO-${n}`)))).toEqual(numbers.map(() => 1))
    const attempts = messages.map((message) => erpDelivery(message)?.attempts ?? 0)
    expect(Math.max(...attempts)).toBeGreaterThan(1)
  })
})
