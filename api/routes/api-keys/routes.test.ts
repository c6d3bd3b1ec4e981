import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'

let api: TestApi
/** Moves past the time for which a key is believed. */
let nowMs = Date.now()
beforeAll(async () => {
  api = await startTestApi({ nowMs: () => nowMs })
})
afterAll(async () => api.stop())

const url = '/v1/api-keys'

async function make(payload: object, headers = {}) {
  return api.ask({ method: 'POST', url, payload, headers })
}

test('a key is shown once, works, and is kept by its hash alone', async () => {
  const made = await make({ name: 'clerk', role: 'operator' })
  expect(made.statusCode).toBe(201)
  const { id, key } = made.json<{ id: string; key: string }>()
  expect((await api.ask({ url: '/v1/documents' }, key)).statusCode).toBe(200)
  expect((await api.ask({ url }, key)).statusCode).toBe(403)
  const listed = await api.ask({ url })
  expect(listed.json<{ items: object[] }>().items).toContainEqual(
    expect.objectContaining({ id, name: 'clerk', role: 'operator', partner: null }),
  )
  expect(listed.body).not.toContain(key)
})

test('nor does an Idempotency-Key keep it', async () => {
  const made = await make({ name: 'once', role: 'auditor' }, { 'idempotency-key': 'k-1' })
  expect(made.statusCode).toBe(201)
  expect(await api.store.prisma.idempotencyKey.count()).toBe(0)
})

test('a partner is named by id or name, for the role partner and no other', async () => {
  const partner = await api.makePartner('Acme')
  for (const name of [partner, 'Acme']) {
    const made = await make({ name: 'acme', role: 'partner', partner: name })
    expect(made.json()).toMatchObject({ role: 'partner', partner })
  }
  expect((await make({ name: 'x', role: 'partner' })).json()).toMatchObject({ code: 'KEY_PARTNER' })
  expect((await make({ name: 'x', role: 'admin', partner })).json())
    .toMatchObject({ code: 'KEY_PARTNER' })
  expect((await make({ name: 'x', role: 'partner', partner: 'Nobody' })).statusCode).toBe(404)
  await api.makePartner('Acme')
  expect((await make({ name: 'x', role: 'partner', partner: 'Acme' })).json())
    .toMatchObject({ code: 'CONFIGURATION_NAME_AMBIGUOUS' })
})

test.each([
  { name: 'x', role: 'sandbox-erp' }, { name: 'x', role: 'root' }, { name: '', role: 'admin' },
  { name: 'a\0', role: 'admin' }, { role: 'admin' }, { name: 'x', role: 'admin', key: 'mine' },
])('%j makes none', async (payload) => {
  expect((await make(payload)).statusCode).toBe(400)
})

test('a revoked key stops working and stays revoked; nobody revokes the key in hand', async () => {
  const { id, key } = (await make({ name: 'gone', role: 'admin' })).json<
    { id: string; key: string }>()
  expect((await api.ask({ url }, key)).statusCode).toBe(200)
  const own = await api.ask({ method: 'DELETE', url: `${url}/${id}` }, key)
  expect(own.json()).toMatchObject({ status: 409, code: 'KEY_OWN' })
  const revoked = await api.ask({ method: 'DELETE', url: `${url}/${id}` })
  expect(revoked.json<{ revokedAt: string }>().revokedAt).toEqual(expect.any(String))
  expect((await api.ask({ method: 'DELETE', url: `${url}/${id}` })).json()).toEqual(revoked.json())
  nowMs += 10_000
  expect((await api.ask({ url }, key)).statusCode).toBe(401)
  const unknown = '019ab000-0000-7000-8000-000000000000'
  expect((await api.ask({ method: 'DELETE', url: `${url}/${unknown}` })).statusCode).toBe(404)
})
