import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'

let api: TestApi

beforeAll(async () => {
  api = await startTestApi()
})
afterAll(async () => api.stop())

const edi = 'ISA*00*          *00*          *ZZ*SANDBOXBUYER   *ZZ*SANDBOXSELLER  *'

test('takes a message in and answers once it is committed', async () => {
  const answer = await api.ask({ method: 'POST', url: '/v1/messages', payload: edi })
  expect(answer.statusCode).toBe(202)
  const { id } = answer.json<{ id: string }>()
  expect(answer.json()).toEqual({ id })
  expect(answer.headers.location).toBe(`/v1/messages/${id}`)
  expect(api.rung).toContain('receive')

  const { rows } = await api.store.pool.query(
    `SELECT m.status, m.direction, m.stream, m.size_bytes, m.sha256, m.parts, m.api_key_id,
       m.sender_partner_id, w.attempts
     FROM messages m JOIN message_work w ON w.message_id = m.id WHERE m.id = $1`, [id])
  expect(rows).toEqual([{
    status: 'received', direction: 'in', stream: null, size_bytes: String(edi.length),
    sha256: createHash('sha256').update(edi).digest(), parts: 0, attempts: 0,
    api_key_id: expect.any(String) as string, sender_partner_id: null,
  }])
})

test.each([
  ['none', undefined],
  ['application/json', 'application/json'],
  ['application/edi-x12; charset=utf-8', 'application/edi-x12; charset=utf-8'],
  ['no media type', 'edi'],
  ['empty', ''],
])('takes any content type: %s', async (_name, contentType) => {
  const headers = contentType === undefined ? {} : { 'content-type': contentType }
  const payload = Buffer.from('{ not json \xff', 'latin1')
  const answer = await api.ask({ method: 'POST', url: '/v1/messages', payload, headers })
  expect(answer.statusCode).toBe(202)
  const { id } = answer.json<{ id: string }>()
  const content = await api.ask({ url: `/v1/messages/${id}/content` })
  expect(content.rawPayload).toEqual(payload)
  const { rows } = await api.store.pool.query(
    'SELECT content_type FROM messages WHERE id = $1', [id])
  const kept = contentType ?? ''

  expect(rows).toEqual([{ content_type: kept === '' ? 'application/octet-stream' : kept }])
})

interface Kept {
  stored: number
  parts: number
  encoding: string
}

test.each([
  ['an inline one', 8 * 1024],
  ['one byte more', 8 * 1024 + 1],
  ['one part', 1024 * 1024],
  ['one byte more than a part', 1024 * 1024 + 1],
  ['several parts', 3 * 1024 * 1024 + 17],
])('gives back the bytes of %s', async (_name, sizeBytes) => {
  for (const payload of [randomBytes(sizeBytes), Buffer.alloc(sizeBytes, 'PO1*1*10*EA~')]) {
    const answer = await api.ask({ method: 'POST', url: '/v1/messages', payload })
    expect(answer.statusCode).toBe(202)
    const { id } = answer.json<{ id: string }>()
    const content = await api.ask({ url: `/v1/messages/${id}/content` })
    expect(content.headers['content-length']).toBe(String(sizeBytes))
    expect(content.headers['x-content-type-options']).toBe('nosniff')
    expect(content.headers['content-disposition']).toMatch(/^attachment/)
    expect(content.rawPayload.equals(payload)).toBe(true)
    const { rows } = await api.store.pool.query<Kept>(
      `SELECT m.parts, m.encoding, coalesce(length(m.body), (
         SELECT sum(length(p.body)) FROM message_parts p WHERE p.message_id = m.id))::integer
           AS stored
       FROM messages m WHERE id = $1`, [id])
    const inline = sizeBytes <= 8 * 1024
    expect(rows[0]!.parts).toBe(inline ? 0 : Math.ceil(sizeBytes / 1024 / 1024))
    if (rows[0]!.encoding === 'gzip') expect(rows[0]!.stored).toBeLessThan(sizeBytes / 10)
    else expect(rows[0]!.stored).toBe(sizeBytes)
    const head = await api.ask({ method: 'HEAD', url: `/v1/messages/${id}/content` })
    expect(head.headers['content-length']).toBe(String(sizeBytes))
    expect(head.rawPayload).toHaveLength(0)
  }
  expect(await uploads()).toBe(0)
})

test('refuses an empty body', async () => {
  const answer = await api.ask({ method: 'POST', url: '/v1/messages' })
  expect(answer.statusCode).toBe(400)
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  expect(answer.json()).toMatchObject({ code: 'BODY_MISSING', status: 400, title: 'Bad Request' })
})

test('a thousand at once are each stored once, in the order they came', async () => {
  const before = await messages()
  const answers = await Promise.all(Array.from({ length: 1_000 }, async (_, n) =>
    api.ask({ method: 'POST', url: '/v1/messages', payload: `order ${n}` })))
  expect(new Set(answers.map(({ statusCode }) => statusCode))).toEqual(new Set([202]))
  const ids = answers.map((answer) => answer.json<{ id: string }>().id)
  expect(new Set(ids).size).toBe(1_000)
  expect(await messages()).toBe(before + 1_000)
})

async function uploads(): Promise<number> {
  const { rows } = await api.store.pool.query<{ count: string }>('SELECT count(*) FROM uploads')
  return Number(rows[0]!.count)
}

async function messages(): Promise<number> {
  const { rows } = await api.store.pool.query<{ count: string }>('SELECT count(*) FROM messages')
  return Number(rows[0]!.count)
}
