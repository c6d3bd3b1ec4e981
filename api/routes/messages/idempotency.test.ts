import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { newId } from '#prisma/store/ids.ts'
import { forgetKeys } from '#prisma/store/idempotency.ts'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'

let api: TestApi

beforeAll(async () => {
  api = await startTestApi()
})
afterAll(async () => api.stop())

async function post(payload: string | Buffer, key: string, by?: string) {
  const request = { method: 'POST', url: '/v1/messages', payload } as const
  return api.ask({ ...request, headers: { 'idempotency-key': key } }, by)
}

async function count(table: string): Promise<number> {
  const { rows } = await api.store.pool.query<{ n: number }>(
    `SELECT count(*)::integer AS n FROM ${table}`)
  return rows[0]!.n
}

test('the same request again gets the same answer and makes no second message', async () => {
  const first = await post('ISA*1', 'one')
  const before = await count('messages')
  const again = await post('ISA*1', 'one')
  expect(again.statusCode).toBe(202)
  expect(again.json()).toEqual(first.json())
  expect(first.headers).not.toHaveProperty('idempotency-replayed')
  expect(again.headers['idempotency-replayed']).toBe('true')
  expect(again.headers.location).toBe(first.headers.location)
  expect(await count('messages')).toBe(before)
})

test('another body under a used key is a 409', async () => {
  await post('ISA*2', 'two')
  const other = await post('ISA*3', 'two')
  expect(other.statusCode).toBe(409)
  expect(other.json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
})

test('keys belong to the API key that used them', async () => {
  const operator = await api.makeKey('operator')
  const mine = await post('ISA*4', 'shared')
  const theirs = await post('ISA*5', 'shared', operator)
  expect(theirs.statusCode).toBe(202)
  expect(theirs.json()).not.toEqual(mine.json())
})

test('sent many times at once it is one message', async () => {
  const before = await count('messages')
  const answers = await Promise.all(Array.from({ length: 20 }, async () => post('ISA*6', 'many')))
  const ids = answers.map((answer) => answer.json<{ id: string }>().id)
  expect(new Set(ids).size).toBe(1)
  expect(await count('messages')).toBe(before + 1)
  expect(answers.filter(({ headers }) => !('idempotency-replayed' in headers))).toHaveLength(1)
})

test('a message of several parts leaves none of them behind when it is repeated', async () => {
  const body = Buffer.alloc(3 * 1024 * 1024 + 1, 'A')
  const first = await post(body, 'large')
  const parts = await count('message_parts')
  expect(parts).toBe(4)
  const again = await post(body, 'large')
  expect(again.json()).toEqual(first.json())
  const other = await post(Buffer.alloc(2 * 1024 * 1024, 'B'), 'large')
  expect(other.statusCode).toBe(409)
  expect(await count('message_parts')).toBe(parts)
  expect(await count('uploads')).toBe(0)
})

test.each(['', ' ', 'with blank', 'ü', 'x'.repeat(256)])('refuses the key "%s"', async (key) => {
  const answer = await post('ISA*', key)
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_INVALID' })
})

test('the door clears away by itself', async () => {
  const clearing = await startTestApi({
    limits: { ...limits.api, clearEveryMs: 20, uploadAgeMaxMs: 0, idempotencyKeyAgeMs: 0 },
  })
  const headers = { 'idempotency-key': 'brief' }
  const { pool } = clearing.store
  await clearing.ask({ method: 'POST', url: '/v1/messages', payload: 'ISA*', headers })
  const id = newId()
  await pool.query('INSERT INTO uploads (message_id) VALUES ($1)', [id])
  await pool.query(`INSERT INTO message_parts (message_id, number, body) VALUES ($1, 1, 'x')`, [id])
  await expect.poll(async () => {
    const { rows } = await pool.query(
      `SELECT FROM idempotency_keys UNION ALL SELECT FROM uploads
       UNION ALL SELECT FROM message_parts`)
    return rows.length
  }).toBe(0)
  await clearing.stop()
})

test('keys are forgotten when they are old, and not before', async () => {
  await post('ISA*7', 'old')
  expect(await forgetKeys(api.store, new Date(Date.now() - 60_000))).toBe(0)
  expect((await post('ISA*7', 'old')).headers).toHaveProperty('idempotency-replayed')
  expect(await forgetKeys(api.store, new Date(Date.now() + 60_000))).toBeGreaterThan(0)
  expect((await post('ISA*7', 'old')).headers).not.toHaveProperty('idempotency-replayed')
})
