import { describe, expect, test } from 'vitest'
import { connectors } from '#connectors/index.ts'
import { attemptsMax } from '#config/retry.ts'
import { Fault } from '#core/errors/fault.ts'
import type { AttemptRecord, ClaimedDelivery, DeliveryNext } from '#prisma/store/deliver.ts'
import { CallMemory } from '#workers/calls/effects.ts'
import type { Called, HttpCall } from '#workers/effects/http.ts'
import type { DeliverEffects } from './effects.ts'
import { attempt } from './perform.ts'

const nowMs = 1_000_000

const delivery: ClaimedDelivery = {
  id: 'd', token: 't', before: 'due', attempts: 0, failures: 0, attemptsMax, lastAttemptAt: null,
  operation: 'createSale', reference: 'ours', messageId: 'm', sourceMessageId: 's',
  contentType: 'application/json', body: Buffer.from('{"reference":"PO-1","lines":[]}'),
  endpoint: {
    id: 'e', connector: 'sandbox-erp', settings: {}, secrets: null, secretsKeyId: null,
    failures: 0,
  },
}

/** Sent so long ago that a miss is to be believed, and just now. */
const longAgo = { before: 'unknown' as const, lastAttemptAt: new Date(nowMs - 5_000) }
const justNow = { before: 'unknown' as const, lastAttemptAt: new Date(nowMs - 300) }

type Reply = Called | Fault

function answer(status: number, body: unknown = '', headers: Record<string, string> = {}): Called {
  return { is: 'answer', answer: { status, headers, body } }
}

const booked = { id: 'sale', reference: 'PO-1', hubReference: 'ours' }
const found = answer(200, { items: [{ ...booked, hubReference: 'another' }, booked] })
const missed = answer(200, { items: [{ ...booked, hubReference: 'another' }] })
const broken: Called = { is: 'no_answer', how: 'broken', says: 'reset' }
const unreached: Called = { is: 'no_answer', how: 'not_connected', says: 'refused' }

/** One attempt against these replies, in order: what was called, and what was recorded. */
async function run(replies: readonly Reply[], changes: Partial<ClaimedDelivery> = {}) {
  const calls: HttpCall[] = []
  const records: { attempt: AttemptRecord; next: DeliveryNext }[] = []
  const unused = () => Promise.reject(new Error('not part of an attempt'))
  const effects: DeliverEffects = {
    placeInMailboxes: unused, claim: unused, renew: unused, letGo: unused, takeTurn: unused,
    wait: unused, loadToken: unused, saveToken: unused, memory: new CallMemory(),
    noteCall: async () => undefined,
    openSecrets: () => ({ token: 'secret' }),
    call: async (call) => {
      const reply = replies[calls.push(call) - 1]
      if (reply === undefined) throw new Error('one call too many')
      if (reply instanceof Fault) throw reply
      return reply
    },
    record: async (attempt, next) => {
      records.push({ attempt, next })
      return true
    },
    nowMs: () => nowMs,
    draw: () => 0.5,
    hub: 'http://127.0.0.1:8080',
  }
  await attempt({ ...delivery, ...changes }, connectors, effects)
  expect(records).toHaveLength(1)
  const [{ attempt: record, next }] = records as [typeof records[number]]
  const { action, fate, sentAt } = record
  return { calls: calls.map(({ plan }) => plan.method).join(' '), action, fate, sentAt, next }
}

const sentNow = new Date(nowMs)
const delivered = { fate: 'delivered', next: { status: 'delivered', result: { remoteId: 'sale' } } }

describe('a send', () => {
  test.each<[name: string, reply: Reply, found: object]>([
    ['that is answered', answer(201, booked), delivered],
    ['that fails', answer(500), { fate: 'unknown', next: { status: 'unknown', waitMs: 500 } }],
    ['without an answer', broken, { fate: 'unknown', next: { status: 'unknown', waitMs: 500 } }],
    ['without a connection', unreached, { fate: 'not_sent', next: { status: 'due', waitMs: 500 } }],
    ['that is too early', answer(429, '', { 'retry-after': '60' }),
      { fate: 'not_sent', next: { status: 'due', waitMs: 60_000 } }],
    ['that is refused', answer(422, { code: 'NO_SUCH_PRODUCT' }),
      { fate: 'refused', next: { status: 'parked', code: 'DELIVERY_REFUSED' } }],
    ['whose success names no sale', answer(201, { ok: true }),
      { fate: 'unknown', next: { status: 'unknown' } }],
    ['to an address nobody allowed', new Fault('ENDPOINT_ADDRESS_FORBIDDEN', { host: '10.0.0.1' }),
      { fate: 'refused', next: { status: 'parked', code: 'DELIVERY_REFUSED' } }],
  ])('%s', async (_, reply, found) => {
    expect(await run([reply])).toMatchObject({
      calls: 'POST', action: 'send', sentAt: sentNow, ...found,
    })
  })

  test.each<[name: string, reply: Reply, code: string]>([
    ['not connected', unreached, 'DELIVERY_EXHAUSTED'],
    ['of unknown fate', broken, 'DELIVERY_FATE_UNKNOWN'],
  ])('%s for the last time is parked', async (_, reply, code) => {
    const { next } = await run([reply], { failures: attemptsMax - 1 })
    expect(next).toMatchObject({ status: 'parked', code })
  })

  test('ends of the hub do not shorten the schedule', async () => {
    const { next } = await run([broken], { attempts: 50 })
    expect(next).toEqual({ status: 'unknown', waitMs: 500 })
  })
})

describe('what may have arrived is looked up first', () => {
  test('found, it is delivered and not sent again', async () => {
    expect(await run([found], longAgo)).toMatchObject({
      calls: 'GET', action: 'look_up', sentAt: longAgo.lastAttemptAt, ...delivered,
    })
  })

  test('missing after all that time, it is sent', async () => {
    expect(await run([missed, answer(201, booked)], longAgo)).toMatchObject({
      calls: 'GET POST', action: 'send', sentAt: sentNow, ...delivered,
    })
  })

  test('missing so soon, the other side gets its time, counted from the send', async () => {
    expect(await run([missed], justNow)).toMatchObject({
      calls: 'GET', action: 'look_up', fate: 'missing', sentAt: justNow.lastAttemptAt,
      next: { status: 'unknown', waitMs: 4_700 },
    })
  })

  test.each<[name: string, reply: Reply]>([
    ['fails', answer(503)], ['breaks off', broken], ['finds nobody there', unreached],
    ['is refused', answer(403)], ['answers no list', answer(200, 'hello')],
  ])('a look-up that %s leaves it unknown', async (_, reply) => {
    expect(await run([reply], longAgo)).toMatchObject({
      calls: 'GET', action: 'look_up', fate: 'unknown', sentAt: longAgo.lastAttemptAt,
      next: { status: 'unknown', waitMs: 500 },
    })
  })
})

test('an endpoint whose connector this hub does not have is parked, and not called', async () => {
  const endpoint = { ...delivery.endpoint, connector: 'northwind' }
  expect(await run([], { endpoint })).toMatchObject({
    calls: '', next: { status: 'parked', code: 'ENDPOINT_UNKNOWN_CONNECTOR' },
  })
})
