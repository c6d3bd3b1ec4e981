import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request as ask } from 'node:http'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { removeOrphanParts } from '#prisma/store/intake-upload.ts'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'

/** What only shows on a real connection: slow, broken, oversized and malformed requests. */
let api: TestApi
let port: number

const mebibyte = 1024 * 1024

beforeAll(async () => {
  api = await startTestApi({
    limits: { ...limits.api, messageBytesMax: 8 * mebibyte },
  })
  await api.app.listen({ host: '127.0.0.1', port: 0 })
  port = (api.app.server.address() as { port: number }).port
})
afterAll(async () => api.stop())

function post(headers: Record<string, string | number> = {}): ClientRequest {
  const sent = ask({
    host: '127.0.0.1', port, path: '/v1/messages', method: 'POST',
    headers: { authorization: `Bearer ${api.adminKey}`, ...headers },
  })
  // The tests wait for the answer, or for what the database holds; a broken pipe is expected.
  sent.on('error', () => undefined)
  return sent
}

async function answerOf(sent: ClientRequest): Promise<{ status: number; body: string }> {
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  return { status: answer.statusCode ?? 0, body: await text(answer) }
}

async function count(table: string): Promise<number> {
  const { rows } = await api.store.pool.query<{ n: number }>(
    `SELECT count(*)::integer AS n FROM ${table}`)
  return rows[0]!.n
}

test('a body that comes in drops is taken whole, and holds no transaction meanwhile', async () => {
  const body = randomBytes(3 * mebibyte)
  const sent = post()
  const answer = answerOf(sent)
  for (let from = 0; from < body.length; from += mebibyte / 2) {
    sent.write(body.subarray(from, from + mebibyte / 2))
    await wait(20)
  }
  const { rows } = await api.store.pool.query(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database()
       AND state LIKE 'idle in transaction%'`)
  expect(rows).toEqual([])
  sent.end()
  const { status, body: told } = await answer
  expect(status).toBe(202)
  const { id } = JSON.parse(told) as { id: string }
  const content = await api.ask({ url: `/v1/messages/${id}/content` })
  expect(content.rawPayload.equals(body)).toBe(true)
})

test.each([
  ['before a part is full', 100_000],
  ['after some parts', 3 * mebibyte],
])('a client that goes away leaves nothing: %s', async (_when, bytes) => {
  const [messages, parts] = [await count('messages'), await count('message_parts')]
  const sent = post({ 'content-length': 6 * mebibyte })
  sent.write(randomBytes(bytes))
  if (bytes > mebibyte) await expect.poll(async () => count('uploads')).toBe(1)
  else await wait(100)
  sent.destroy()
  await expect.poll(async () => count('uploads')).toBe(0)
  expect(await count('message_parts')).toBe(parts)
  expect(await count('messages')).toBe(messages)
})

test('more than the limit is refused at once where the length is told', async () => {
  const sent = post({ 'content-length': 8 * mebibyte + 1 })
  sent.flushHeaders()
  const { status, body } = await answerOf(sent)
  expect(status).toBe(413)
  expect(JSON.parse(body)).toMatchObject({ code: 'BODY_TOO_LARGE' })
  sent.destroy()
})

test('more than the limit is refused where it is not told, and nothing stays', async () => {
  const sent = post({ 'transfer-encoding': 'chunked' })
  const answer = answerOf(sent)
  for (let n = 0; n < 9; n++) sent.write(randomBytes(mebibyte))
  const { status, body } = await answer
  expect(status).toBe(413)
  expect(JSON.parse(body)).toMatchObject({ code: 'BODY_TOO_LARGE' })
  sent.end()
  await expect.poll(async () => count('uploads')).toBe(0)
  const { rows } = await api.store.pool.query(
    'SELECT FROM message_parts p WHERE NOT EXISTS (SELECT FROM messages WHERE id = p.message_id)')
  expect(rows).toEqual([])
})

test.each([
  ['more parts', 2 * mebibyte],
  ['only its end', 10],
])('an upload cleared away is never half a message, though %s came', async (_what, rest) => {
  const sent = post()
  const answer = answerOf(sent)
  sent.write(randomBytes(2 * mebibyte + 1))
  await expect.poll(async () => count('uploads')).toBe(1)
  expect(await removeOrphanParts(api.store, new Date(Date.now() - 60_000))).toBe(0)
  expect(await removeOrphanParts(api.store, new Date(Date.now() + 60_000))).toBe(1)
  const parts = await count('message_parts')
  sent.end(randomBytes(rest))
  const { status, body } = await answer
  expect(status).toBe(408)
  expect(JSON.parse(body)).toMatchObject({ code: 'UPLOAD_EXPIRED' })
  expect(await count('message_parts')).toBe(parts)
})

test.each([
  ['headers too large', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
  ['not HTTP', 'ISA*00*          *00*\r\n\r\n', 400],
  ['two lengths', 'GET / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 400],
])('%s is answered with a problem', async (_name, bytes, status) => {
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  const answer = await text(socket)
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(answer).toContain('application/problem+json')
  expect(answer).toContain('"remedy"')
})

test('while it stops, what is in hand is finished', async () => {
  const stopping = await startTestApi()
  await stopping.app.listen({ host: '127.0.0.1', port: 0 })
  const address = stopping.app.server.address() as { port: number }
  const sent = ask({
    ...address, host: '127.0.0.1', path: '/v1/messages', method: 'POST',
    headers: { authorization: `Bearer ${stopping.adminKey}` },
  })
  const answer = answerOf(sent)
  sent.write('ISA*')
  await wait(100)
  const stopped = stopping.app.close()
  await wait(100)
  sent.end('rest')
  expect((await answer).status).toBe(202)
  const answeredMs = performance.now()
  await stopped
  expect(performance.now() - answeredMs).toBeLessThan(2_000)
  await stopping.stop()
})
