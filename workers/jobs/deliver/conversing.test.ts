import { describe, expect, test } from 'vitest'
import { connectors } from '#connectors/index.ts'
import { operation, Refused } from '#connectors/_kit/contract.ts'
import type { Answer, Connector, Content, Conversation } from '#connectors/_kit/contract.ts'
import type { AttemptRecord, ClaimedDelivery, DeliveryNext } from '#prisma/store/deliver.ts'
import { CallMemory } from '#workers/calls/effects.ts'
import type { Called, HttpCall } from '#workers/effects/http.ts'
import type { DeliverEffects } from './effects.ts'
import { attempt } from './perform.ts'

const settleMs = 60_000
const startMs = 1_000_000

interface Order { readonly number: string }

/** Looks for the order; makes it where there is none; confirms it where it is a draft. */
function* place({ number }: Order, { reference }: { reference: string }): Conversation<string> {
  const get = { method: 'GET', path: `/orders/${reference}` } as const
  let order = stateIn(yield { effect: 'read', plan: get })
  if (order === 'none') {
    const plan = { method: 'POST', path: '/orders', json: { number, reference } } as const
    order = stateIn(yield { effect: 'write', plan })
  }
  if (order === 'cancelled') throw new Refused(`order ${number} was cancelled there`)
  if (order === 'draft') {
    const plan = { method: 'PUT', path: `/orders/${reference}/confirm` } as const
    order = stateIn(yield { effect: 'write', plan })
  }
  return order
}

function stateIn({ body }: Answer): string {
  const { state } = body as { state?: unknown }
  if (typeof state !== 'string') throw new Error('the answer names no state')
  return state
}

function* endless(): Conversation<string> {
  for (;;) yield { effect: 'read', plan: { method: 'GET', path: '/more' } }
}

const base = { title: 'Test', vendorDocs: 'none', timeoutMs: 5_000 } as const
const input = { type: 'object', required: ['number'], properties: { number: {} } }
const json = { takes: 'json', input } as const
const sandbox = connectors.get('sandbox-erp')!
const vendor: Connector = {
  ...sandbox,
  errors: [
    { status: 200, says: '"error":"LOCKED"', fate: 'not_sent' },
    { status: 200, says: '"error":', fate: 'refused' }, ...sandbox.errors,
  ],
  operations: {
    place: operation<Order, string>({
      ...base, ...json, effect: 'write', safeBy: 'converging', settleMs, converse: place,
    }),
    endless: operation<Order, string>({
      ...base, ...json, effect: 'write', safeBy: 'converging', settleMs, converse: endless,
    }),
    send: operation<Content, number>({
      ...base, takes: 'content', effect: 'write', safeBy: 'client_key',
      request: (body, { settings }) =>
        ({ method: 'POST', path: `/in/${String(settings['box'])}`, body }),
      response: ({ status }) => status,
    }),
  },
}

const delivery: ClaimedDelivery = {
  id: 'd', token: 't', before: 'due', attempts: 0, failures: 0, attemptsMax: 12,
  lastAttemptAt: null, operation: 'place', reference: 'ours', messageId: 'm', sourceMessageId: 's',
  contentType: 'application/json', body: Buffer.from('{"number":"1"}'),
  endpoint: {
    id: 'e', connector: 'sandbox-erp', settings: { box: '7' }, secrets: null, secretsKeyId: null,
    failures: 0,
  },
}

function answer(status: number, body: unknown = ''): Called {
  return { is: 'answer', answer: { status, headers: {}, body } }
}
const none = answer(200, { state: 'none' })
const draft = answer(200, { state: 'draft' })
const confirmed = answer(200, { state: 'confirmed' })
const silent: Called = { is: 'no_answer', how: 'timeout', says: '' }
const unreached: Called = { is: 'no_answer', how: 'not_connected', says: '' }

/** One attempt against these replies; each call takes a second. */
async function run(replies: readonly Called[], changes: Partial<ClaimedDelivery> = {}) {
  const calls: HttpCall[] = []
  const records: { attempt: AttemptRecord; next: DeliveryNext }[] = []
  const unused = () => Promise.reject(new Error('not part of an attempt'))
  const nowMs = (): number => startMs + calls.length * 1_000
  const effects: DeliverEffects = {
    placeInMailboxes: unused, claim: unused, renew: unused, letGo: unused, takeTurn: unused,
    wait: unused, loadToken: unused, saveToken: unused, memory: new CallMemory(), nowMs,
    noteCall: async () => undefined,
    openSecrets: () => ({ token: 'secret' }),
    call: async (call) => {
      const reply = replies[calls.push(call) - 1]
      if (reply === undefined) throw new Error('one call too many')
      return reply
    },
    record: async (attempt, next) => records.push({ attempt, next }) > 0,
    draw: () => 0.5,
    hub: 'http://127.0.0.1:8080',
  }
  await attempt({ ...delivery, ...changes }, new Map([['sandbox-erp', vendor]]), effects)
  expect(records).toHaveLength(1)
  const [{ attempt: record, next }] = records as [typeof records[number]]
  const { action, fate, sentAt, code } = record
  const sentSeconds = sentAt === null ? null : (sentAt.getTime() - startMs) / 1_000
  const made = calls.map(({ plan }) => plan.method).join(' ')
  const plans = calls.map(({ plan }) => plan)
  return { calls: made, plans, action, fate, code, sentSeconds, next }
}

describe('a conversation', () => {
  test.each<[name: string, replies: readonly Called[], found: object]>([
    ['does all that is left', [none, draft, confirmed],
      { calls: 'GET POST PUT', fate: 'delivered', next: { result: 'confirmed' } }],
    ['does only what is left', [draft, confirmed],
      { calls: 'GET PUT', fate: 'delivered', next: { result: 'confirmed' } }],
    ['does nothing where nothing is left', [confirmed],
      { calls: 'GET', fate: 'delivered', sentSeconds: null }],
    ['that cannot look leaves nothing unknown', [silent],
      { calls: 'GET', fate: 'not_sent', sentSeconds: null, next: { status: 'due', waitMs: 500 } }],
    ['that cannot look is refused where looking is', [answer(403)],
      { calls: 'GET', fate: 'refused', next: { status: 'parked', code: 'DELIVERY_REFUSED' } }],
    ['whose look cannot be read wrote nothing', [answer(200, 'hello')],
      { calls: 'GET', fate: 'not_sent', code: 'answer_unread', next: { status: 'due' } }],
    ['whose write keeps silent waits until it has settled', [none, silent],
      { fate: 'unknown', sentSeconds: 1, next: { status: 'unknown', waitMs: settleMs } }],
    ['whose write is answered with rubbish waits too', [none, answer(200, 'hello')],
      { fate: 'unknown', sentSeconds: 1, next: { status: 'unknown', waitMs: settleMs } }],
    ['whose second write fails counts from that one', [none, draft, answer(500)],
      { fate: 'unknown', sentSeconds: 2, next: { status: 'unknown', waitMs: settleMs } }],
    ['whose write was not sent leaves nothing unknown', [none, unreached],
      { fate: 'not_sent', next: { status: 'due', waitMs: 500 } }],
    ['whose write is refused is parked', [none, answer(422, 'no such product')],
      { fate: 'refused', next: { status: 'parked', code: 'DELIVERY_REFUSED' } }],
    ['is told of an error inside a success', [none, answer(200, { error: 'LOCKED' })],
      { fate: 'not_sent', code: 'http_200', next: { status: 'due' } }],
    ['is refused by an error inside a success', [none, answer(200, { error: 'NO_PRODUCT' })],
      { fate: 'refused', next: { status: 'parked' } }],
    ['says itself that it is refused', [answer(200, { state: 'cancelled' })],
      { fate: 'refused', code: 'refused', next: { status: 'parked', code: 'DELIVERY_REFUSED' } }],
  ])('%s', async (_, replies, found) => {
    expect(await run(replies)).toMatchObject({ action: 'send', ...found })
  })

  test('is begun anew only once an unknown write has settled', async () => {
    const sent = (agoMs: number) =>
      ({ before: 'unknown' as const, lastAttemptAt: new Date(startMs - agoMs) })
    expect(await run([], sent(settleMs - 1))).toMatchObject({
      calls: '', action: 'look_up', fate: 'missing', next: { status: 'unknown', waitMs: 1 },
    })
    expect(await run([draft, confirmed], sent(settleMs))).toMatchObject({
      calls: 'GET PUT', fate: 'delivered',
    })
    // It has settled: a look that fails now leaves nothing unknown.
    expect(await run([silent], sent(settleMs))).toMatchObject({ next: { status: 'due' } })
  })

  test('that goes in circles is ended', async () => {
    const many = Array.from({ length: 2_000 }, () => none)
    expect(await run(many, { operation: 'endless' })).toMatchObject({
      fate: 'refused', code: 'too_many_calls', next: { status: 'parked' },
    })
  })

  test('sees what it takes, or is refused before anything is sent', async () => {
    for (const body of ['{"name":"1"}', 'ISA*00*', '']) {
      expect(await run([], { body: Buffer.from(body) })).toMatchObject({
        calls: '', fate: 'refused', code: 'input_unfit', next: { status: 'parked' },
      })
    }
  })
})

test('bytes are sent as they are, with what they are', async () => {
  const bytes = Buffer.from('ISA*00*\xe9~', 'latin1')
  const contentType = 'application/edi-x12'
  const sent = await run([answer(202)], { operation: 'send', contentType, body: bytes })
  expect(sent.plans).toEqual([{ method: 'POST', path: '/in/7', body: { contentType, bytes } }])
  expect(sent).toMatchObject({ fate: 'delivered', next: { result: 202 } })
})

test('what may have arrived before stays unknown though this attempt was not sent', async () => {
  const before = { before: 'unknown' as const, lastAttemptAt: new Date(0), operation: 'send' }
  expect(await run([unreached], before)).toMatchObject({
    fate: 'not_sent', next: { status: 'unknown', waitMs: 500 },
  })
})

test('no operation hides in what every object has', async () => {
  expect(await run([], { operation: 'constructor' })).toMatchObject({
    next: { status: 'parked', code: 'ENDPOINT_UNKNOWN_CONNECTOR' },
  })
})
