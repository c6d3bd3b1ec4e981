import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { interchange, orderSet } from '#test/support/edi.ts'
import { TestHub } from '#test/support/hub.ts'
import type { MessageShown } from '#test/support/hub.ts'

/** A partner set up by nothing but the API, and trading at once. */
let hub: TestHub
const keys = new Map<string, string>()

beforeAll(async () => {
  hub = await TestHub.start()
  await apply(borealis([]))
  for (const partner of ['Borealis', 'Eastern VAN', 'Stranger']) {
    const made = await hub.client().post<{ key: string }>(
      '/v1/api-keys', { name: partner, role: 'partner', partner })
    keys.set(partner, made.key)
  }
})
afterAll(async () => hub.remove())

/** As the sandbox's buyer trades, under ids of its own; `networks` hand in what it sends. */
function borealis(networks: readonly string[]) {
  return {
    partners: [
      { name: 'Borealis', identifiers: [{ scheme: 'ZZ', value: 'BOREALIS' }] },
      { name: 'Eastern VAN' }, { name: 'Stranger' }, { name: 'Us', hosted: true },
    ],
    endpoints: [{ stream: 'test', name: 'borealis', connector: 'mailbox', partner: 'Borealis' }],
    relationships: [{
      stream: 'test', partner: 'Borealis', host: 'Us', endpoint: 'borealis',
      their: { qualifier: 'ZZ', id: 'BOREALIS' }, our: { qualifier: 'ZZ', id: 'SANDBOXSELLER' },
      settings: { partner: { currency: 'USD' }, networks },
      agreements: [{
        direction: 'in', document: 'order', set: '850', release: '004010',
        mapping: 'x12/850-to-order',
        settings: { follow: [{
          endpoint: 'sandbox-erp', mapping: 'order-to-sandbox-sale', operation: 'createSale',
        }] },
      }],
    }],
    crossReferences: [
      table('units', [{ key: 'EA', value: { unit: 'EA' } }]),
      table('parties', ['92:0001', '92:0014', '92:V1'].map((key) =>
        ({ key, value: { party: `OURS-${key.slice(3)}` } }))),
      table('items', ['VP:WID-01', 'VP:WID-02'].map((key) =>
        ({ key, value: { product: `WIDGET${key.slice(6)}` } }))),
    ],
  }
}

function table(name: string, entries: readonly object[]) {
  return { partner: 'Borealis', stream: 'test', table: name, entries }
}

async function apply(configuration: object): Promise<void> {
  await hub.put('/v1/configuration', configuration)
}

let control = 0

/** Posted with a partner's key; looked at as an administrator. */
async function posted(by: string, items = ['WID-01']): Promise<MessageShown> {
  control += 1
  const body = interchange({
    control, sender: 'BOREALIS', sets: [orderSet({ number: `PO-${control}`, items })],
  })
  const headers = {
    'authorization': `Bearer ${keys.get(by)}`, 'content-type': 'application/edi-x12',
  }
  const answer = await hub.fetch('/v1/messages', { method: 'POST', headers, body })
  expect(answer.status).toBe(202)
  return hub.settled((await answer.json() as { id: string }).id)
}

async function resumed(message: MessageShown): Promise<MessageShown> {
  const [item] = await hub.all<{ id: string }>(`/v1/parked?message=${message.id}`)
  await hub.ask(`/v1/parked/${item?.id}/resume`, { method: 'POST' })
  return hub.settled(message.id)
}

describe('the poster owns the sender\'s id', () => {
  test('the partner itself: answered and applied', async () => {
    const message = await posted('Borealis')
    expect(message).toMatchObject({
      status: 'processed', faults: [], acknowledgements: [{ outcome: 'accepted' }],
    })
    expect(await hub.sales('PO-1')).toHaveLength(1)
  })

  test('somebody else: parked, and nothing is sent to anybody', async () => {
    const message = await posted('Stranger')
    expect(message).toMatchObject({
      status: 'parked', faults: [{ code: 'SENDER_NOT_OWNER' }], documents: [],
      acknowledgements: [], deliveries: [],
    })
  })

  test('a network: parked until the relationship declares it, and then taken', async () => {
    const early = await posted('Eastern VAN')
    expect(early).toMatchObject({ status: 'parked', faults: [{ code: 'SENDER_NOT_OWNER' }] })
    await apply(borealis(['Eastern VAN']))
    expect(await resumed(early)).toMatchObject({
      status: 'processed', faults: [], acknowledgements: [{ outcome: 'accepted' }],
    })
    expect(await posted('Eastern VAN')).toMatchObject({ status: 'processed' })
    expect(await posted('Stranger')).toMatchObject({ status: 'parked' })
    await apply(borealis([]))
    expect(await posted('Eastern VAN')).toMatchObject({ status: 'parked' })
  })
})

describe('a cross-reference', () => {
  const day = (offset: number) =>
    new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
  const put = async (days: object) => {
    const entry = { key: 'VP:DAY', value: { product: 'WIDGET-01' }, ...days }
    await apply({ crossReferences: [table('items', [entry])] })
  }

  test('counts on the days it holds, the first and the last included', async () => {
    await put({ validFrom: day(2) })
    await put({ validFrom: day(-9), validTo: day(-2) })
    const message = await posted('Borealis', ['DAY'])
    const missing = { status: 'parked', faults: [{ code: 'CROSS_REFERENCE_MISSING' }] }
    expect(message).toMatchObject(missing)
    await put({ validFrom: day(-1), validTo: day(1) })
    expect(await resumed(message)).toMatchObject({ status: 'processed', faults: [] })
  })

  test('is that of the day a message was received, when it is resumed later', async () => {
    const message = await posted('Borealis', ['LATER'])
    await hub.query(
      `UPDATE messages SET received_at = received_at - interval '10 days' WHERE id = $1`,
      [message.id])
    const later = async (entry: object) => apply({
      crossReferences: [table('items', [{ key: 'VP:LATER', ...entry }])],
    })
    await later({ value: { product: 'WIDGET-02' }, validFrom: day(-8) })
    const still = await resumed(message)
    expect(still).toMatchObject({ status: 'parked', faults: [{ code: 'CROSS_REFERENCE_MISSING' }] })
    await later({ value: { product: 'WIDGET-01' }, validFrom: day(-12), validTo: day(-9) })
    expect(await resumed(still)).toMatchObject({ status: 'processed' })
    const [sale] = await hub.sales(`PO-${control}`)
    expect(JSON.stringify(sale)).toContain('WIDGET-01')
  })
})

test('control numbers go on where an administrator says', async () => {
  const [relationship] = (await hub.all<{ id: string; their: { id: string } }>('/v1/relationships'))
    .filter(({ their }) => their.id === 'BOREALIS')
  await hub.put(`/v1/relationships/${relationship?.id}/numbers`, {
    kind: 'interchange', next: 500, reason: 'it counted elsewhere before',
  })
  const { acknowledgements: [answer] } = await posted('Borealis')
  expect(await hub.content(answer?.messageId ?? '')).toContain('*000000500*')
})
