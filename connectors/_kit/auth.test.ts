import { describe, expect, test } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { authHeaders, chosenAuth } from './auth.ts'
import type { PlainAuth } from './contract.ts'

const body = Buffer.from('{"total":"1.50"}')
const outgoing = { id: 'msg_1', nowMs: Date.now(), body, accessToken: 'opened' }
const secrets = { key: 'k', password: 'pä:ss' }
const prover = { connector: 'northwind', settings: { user: 'hub' }, secrets }

describe('who we are is proved', () => {
  test.each<[auth: PlainAuth, headers: Record<string, string>]>([
    [{ kind: 'none', because: 'open' }, {}],
    [{ kind: 'bearer', secret: 'key' }, { authorization: 'Bearer k' }],
    [{ kind: 'basic', user: 'user', secret: 'password' },
      { authorization: `Basic ${Buffer.from('hub:pä:ss').toString('base64')}` }],
    [{ kind: 'header', header: 'x-key', secret: 'key' }, { 'x-key': 'k' }],
    [{
      kind: 'oauth2_client', tokenUrl: '', clientId: 'user', secret: 'key', credentials: 'body',
      refreshEarlySeconds: 0,
    }, { authorization: 'Bearer opened' }],
  ])('by %j', (auth, headers) => {
    expect(authHeaders(auth, prover, outgoing)).toEqual(headers)
  })

  test.each<[auth: PlainAuth, problem: RegExp]>([
    [{ kind: 'bearer', secret: 'other' }, /secret other is missing/],
    [{ kind: 'basic', user: 'name', secret: 'key' }, /setting name is missing/],
    [{ kind: 'standard_webhooks', secret: 'key', previousSecret: 'old' }, /secret key must be/],
  ])('by %j it is not: somebody has to put it right', (auth, problem) => {
    expect(() => authHeaders(auth, prover, outgoing)).toThrow(problem)
    expect(() => authHeaders(auth, prover, outgoing)).toThrow(
      expect.objectContaining({ code: 'ENDPOINT_MISCONFIGURED' }))
  })
})

describe('which way is chosen', () => {
  const choices = { token: { kind: 'bearer', secret: 'key' } } as const
  const auth = { kind: 'chosen', setting: 'auth', choices } as const

  test('a setting says', () => {
    expect(chosenAuth(auth, { connector: 'x', settings: { auth: 'token' } })).toBe(choices.token)
    expect(chosenAuth(choices.token, { connector: 'x', settings: {} })).toBe(choices.token)
  })

  test.each([undefined, 'none', 'constructor', 7])('%j is no choice', (value) => {
    expect(() => chosenAuth(auth, { connector: 'x', settings: { auth: value } }))
      .toThrow(/setting auth must be one of token/)
  })
})

describe('a signature of Standard Webhooks', () => {
  const auth = { kind: 'standard_webhooks', secret: 'now', previousSecret: 'before' } as const
  const now = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const before = `whsec_${Buffer.alloc(24, 9).toString('base64')}`

  function sign(secretsNow: Record<string, string>) {
    return authHeaders(auth, { ...prover, secrets: secretsNow }, outgoing) as
      Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>
  }

  test('is what others verify, to the byte', () => {
    const headers = sign({ now })
    expect(new Webhook(now).verify(body, headers)).toEqual({ total: '1.50' })
    expect(headers['webhook-signature'])
      .toBe(new Webhook(now).sign('msg_1', new Date(outgoing.nowMs), body))
    expect(headers['webhook-id']).toBe('msg_1')
    expect(() => new Webhook(now).verify('{"total":"1.5"}', headers)).toThrow()
    expect(() => new Webhook(before).verify(body, headers)).toThrow()
  })

  test('is made with both secrets while one replaces the other', () => {
    const headers = sign({ now, before })
    expect(headers['webhook-signature']).toMatch(/^v1,\S{44} v1,\S{44}$/)
    for (const secret of [now, before]) new Webhook(secret).verify(body, headers)
  })

  test('takes a secret without its prefix, and none that is short or no base64', () => {
    expect(sign({ now: now.slice('whsec_'.length) })).toEqual(sign({ now }))
    for (const bad of ['', 'whsec_', 'whsec_c2hvcnQ=', `whsec_${'!'.repeat(40)}`]) {
      expect(() => sign({ now: bad })).toThrow(/must be whsec_/)
    }
  })

  test('says nothing of the secret where it is none', () => {
    expect(() => sign({ now: 'hunter2' })).toThrow(expect.objectContaining({
      message: expect.not.stringContaining('hunter2') as string,
    }))
  })
})
