import { Writable } from 'node:stream'
import { pino } from 'pino'
import type { Logger } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ApiLimits } from '#api/context.ts'
import { limits } from '#config/limits.ts'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'

let api: TestApi
let lines: string[]
let nowMs = Date.now()

beforeAll(async () => {
  lines = []
  api = await startTestApi({ log: logInto(lines), nowMs: () => nowMs })
})
afterAll(async () => api.stop())

function logInto(kept: string[]): Logger {
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      kept.push(chunk.toString())
      done()
    },
  })
  return pino({ level: 'debug' }, sink)
}

const problem = /^application\/problem\+json/

describe('keys', () => {
  test('without one there is a 401 that says how to send it', async () => {
    for (const authorization of [undefined, '', 'Bearer', 'Bearer ', 'Basic abc', 'xd_abc']) {
      const headers = authorization === undefined ? {} : { authorization }
      const answer = await api.app.inject({ url: '/v1/messages', headers })
      expect(answer.statusCode, authorization).toBe(401)
      expect(answer.headers['www-authenticate']).toBe('Bearer')
      expect(answer.headers['content-type']).toMatch(problem)
      expect(answer.json()).toMatchObject({ code: 'KEY_MISSING' })
    }
  })

  test('one that is not ours is a 401', async () => {
    const answer = await api.ask({ url: '/v1/messages' }, `${api.adminKey}x`)
    expect(answer.statusCode).toBe(401)
    expect(answer.json()).toMatchObject({ code: 'KEY_UNKNOWN' })
  })

  test('the scheme is read as RFC 9110 says: in any case', async () => {
    const headers = { authorization: `bEARER  ${api.adminKey}` }
    expect((await api.app.inject({ url: '/v1/messages', headers })).statusCode).toBe(200)
  })

  test('a revoked one is believed no longer than the limit says', async () => {
    const key = await api.makeKey('auditor')
    expect((await api.ask({ url: '/v1/messages' }, key)).statusCode).toBe(200)
    await api.store.prisma.apiKey.updateMany({
      where: { role: 'auditor' }, data: { revokedAt: new Date() },
    })
    expect((await api.ask({ url: '/v1/messages' }, key)).statusCode).toBe(200)
    nowMs += limits.api.keyCacheMs
    expect((await api.ask({ url: '/v1/messages' }, key)).statusCode).toBe(401)
  })
})

test('what is not there is a problem too, with or without a key', async () => {
  for (const url of ['/', '/v1', '/v1/nothing', '/v2/messages', '/%zz', `/${'x'.repeat(5_000)}`]) {
    const answer = await api.app.inject({ url })
    expect([400, 404], url).toContain(answer.statusCode)
    expect(answer.headers['content-type'], url).toMatch(problem)
  }
  const answer = await api.ask({ method: 'DELETE', url: '/v1/messages?secret=1' })
  expect(answer.json()).toEqual({
    type: 'urn:crossdock:fault:ROUTE_UNKNOWN',
    title: 'Not Found',
    status: 404,
    code: 'ROUTE_UNKNOWN',
    detail: 'There is no DELETE /v1/messages here.',
    remedy: 'Check the path and the method; the API starts at /v1.',
  })
})

test('an id that can be nothing\'s is not there either', async () => {
  for (const path of ['messages/nope', 'messages/nope/events', 'messages/nope/content',
    'documents/nope', 'deliveries/nope', 'parked/nope']) {
    const answer = await api.ask({ url: `/v1/${path}` })
    expect(answer.json(), path).toMatchObject({ status: 404, code: 'NOT_FOUND' })
    expect(answer.json<{ detail: string }>().detail).toMatch(/ nope, /)
  }
})

test.each(['messages', 'documents'])('%s are listed since a date', async (list) => {
  expect((await api.ask({ url: `/v1/${list}?since=2026-11-22` })).statusCode).toBe(200)
  expect((await api.ask({ url: `/v1/${list}?since=2026-13-22` })).statusCode).toBe(400)
})

test('OPTIONS is not offered, HEAD is GET without a body', async () => {
  expect((await api.ask({ method: 'OPTIONS', url: '/v1/messages' })).statusCode).toBe(404)
  const head = await api.ask({ method: 'HEAD', url: '/v1/messages' })
  expect(head.statusCode).toBe(200)
  expect(head.body).toBe('')
})

test('an unexpected failure tells an id, by which the log tells why, but not the row', async () => {
  const logged: string[] = []
  const { app, stop } = await startTestApi({ log: logInto(logged) })
  app.get('/broken', () => {
    const detail = 'Failing row contains (the payload)'
    throw Object.assign(new Error('violates a constraint'), { code: '42P01', detail })
  })
  const answer = await app.inject({ url: '/broken' })
  expect(answer.statusCode).toBe(500)
  const { code, detail } = answer.json<{ code: string; detail: string }>()
  expect(code).toBe('INTERNAL')
  expect(answer.body).not.toContain('violates')
  const id = /[0-9a-f-]{36}/.exec(detail)?.[0] ?? 'none'
  const line = logged.find((text) => text.includes(id))
  expect(line).toContain('violates a constraint')
  expect(logged.join('')).not.toContain('payload')
  await stop()
})

test('health needs no key', async () => {
  for (const url of ['/health/live', '/health/ready']) {
    const answer = await api.app.inject({ url })
    expect(answer.statusCode, url).toBe(200)
    expect(answer.json()).toEqual({ status: 'ok' })
  }
})

test('metrics count what stands and what was answered', async () => {
  await api.ask({ method: 'POST', url: '/v1/messages', payload: 'ISA*' })
  nowMs += limits.api.metricsSampleMs
  const { body, headers } = await api.app.inject({ url: '/metrics' })
  expect(headers['content-type']).toMatch(/^text\/plain/)
  expect(body).toMatch(/^crossdock_backlog_messages 1$/m)
  expect(body).toMatch(/^crossdock_parked_open 0$/m)
  expect(body).toMatch(/^crossdock_messages_recent\{direction="in",status="received"\} 1$/m)
  expect(body).toMatch(/_count\{method="POST",route="\/v1\/messages\/?",status="202"\} 1$/m)
  expect(body).toContain('nodejs_eventloop_lag_p99_seconds')
})

test('the log has the message id, and neither payload nor key', async () => {
  lines.length = 0
  const payload = 'ISA*SECRET-PAYLOAD'
  const headers = { 'idempotency-key': 'SECRET-KEY' }
  const url = '/v1/messages?'
  const answer = await api.ask({ method: 'POST', url, payload, headers })
  const { id } = answer.json<{ id: string }>()
  await api.ask({ url: `/v1/documents?number=SECRET-NUMBER` })
  await api.ask({ url: `/v1/documents?number=SECRET-NUMBER` }, 'SECRET-BEARER')
  const logged = lines.join('')
  const line = lines.map((text) => JSON.parse(text) as Record<string, unknown>)
    .find(({ messageId }) => messageId === id)
  expect(line).toMatchObject({ method: 'POST', status: 202 })
  expect(logged).not.toContain('SECRET')
  expect(logged).not.toContain(api.adminKey)
})

test('without the sandbox its routes do not exist', async () => {
  const bare = await startTestApi({ sandbox: false })
  for (const url of ['/v1/sandbox/buyer/inbox', '/v1/sandbox/erp/sales']) {
    expect((await bare.ask({ url })).json()).toMatchObject({ code: 'ROUTE_UNKNOWN' })
  }
  await bare.stop()
})

describe('pressure', () => {
  const shut = async (changes: Partial<ApiLimits>, dataDir: string | null) => {
    const pressed = await startTestApi({
      limits: { ...limits.api, pressureSampleMs: 10, ...changes }, dataDir,
    })
    await pressed.ask({ method: 'POST', url: '/v1/messages', payload: 'ISA*' })
    await expect.poll(async () =>
      (await pressed.ask({ method: 'POST', url: '/v1/messages', payload: 'ISA*' })).statusCode,
    ).toBe(503)
    const refused = await pressed.ask({ method: 'POST', url: '/v1/messages', payload: 'ISA*' })
    const read = await pressed.ask({ url: '/v1/messages' })
    await pressed.stop()
    expect(read.statusCode).toBe(200)
    expect(refused.headers['retry-after']).toBe('2')
    return refused.json<{ code: string; detail: string }>()
  }

  test.each([
    ['wait for work', { backlogMax: 0 }, null],
    ['memory', { rssBytesMax: 1 }, null],
    ['disk', { diskFreeBytesMin: Number.MAX_SAFE_INTEGER }, '.'],
  ])('shuts the door for messages, and only that: %s', async (what, changes, dataDir) => {
    const { code, detail } = await shut(changes, dataDir)
    expect(code).toBe('HUB_BUSY')
    expect(detail).toContain(what)
  })
})

test('a partner key has its rate, the hub\'s own people have none', async () => {
  const key = await api.makeKey('partner', await api.makePartner('Busy'))
  const otherKey = await api.makeKey('partner', await api.makePartner('Calm'))
  const count = limits.api.partnerRequestsPerSecondMax + 20
  const ask = async (by: string) => Promise.all(Array.from({ length: count }, async () =>
    api.ask({ url: '/v1/messages' }, by)))
  const refused = (await ask(key)).filter(({ statusCode }) => statusCode === 429)
  expect(refused.length).toBeGreaterThanOrEqual(20)
  expect(refused[0]!.headers['retry-after']).toBe('1')
  expect(refused[0]!.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS' })
  expect((await api.ask({ url: '/v1/messages' }, otherKey)).statusCode).toBe(200)
  const staff = await ask(api.adminKey)
  expect(staff.every(({ statusCode }) => statusCode === 200)).toBe(true)
})
