import { describe, expect, test } from 'vitest'
import type { OAuth2Client } from './contract.ts'
import { tokenIn, tokenOwner, tokenRequest, tokenServes } from './oauth2.ts'

const auth: OAuth2Client = {
  kind: 'oauth2_client', tokenUrl: 'https://{tenant}.northwind.example/token', clientId: 'client',
  secret: 'key', credentials: 'header', scope: 'orders read', refreshEarlySeconds: 60,
}
const settings = { tenant: 'acme', client: 'id:1' }
const prover = { connector: 'northwind', settings, secrets: { key: 'a b+c' } }

function textOf(body: { readonly bytes: Uint8Array } | undefined): string {
  return new TextDecoder().decode(body?.bytes)
}

describe('a token is asked for', () => {
  test('with credentials in the header, form-encoded first', () => {
    const { url, plan } = tokenRequest(auth, prover)
    expect(url).toBe('https://acme.northwind.example/token')
    expect(plan).toMatchObject({ method: 'POST', headers: {
      authorization: `Basic ${Buffer.from('id%3A1:a+b%2Bc').toString('base64')}`,
    } })
    expect(plan.body?.contentType).toBe('application/x-www-form-urlencoded')
    expect(textOf(plan.body)).toBe('grant_type=client_credentials&scope=orders+read')
  })

  test('with credentials in the body, and then not in the header', () => {
    const { plan } = tokenRequest({ ...auth, credentials: 'body' }, prover)
    expect(plan.headers).toEqual({ accept: 'application/json' })
    expect(textOf(plan.body)).toBe('grant_type=client_credentials&scope=orders+read' +
      '&client_id=id%3A1&client_secret=a+b%2Bc')
  })

  test('not where a setting is missing', () => {
    expect(() => tokenRequest(auth, { ...prover, settings: { client: 'x' } }))
      .toThrow(/setting tenant is missing/)
  })
})

describe('an answer', () => {
  const nowMs = 1_000_000
  function read(body: unknown) {
    return tokenIn({ status: 200, headers: {}, body }, nowMs, 'us')
  }

  test.each([
    [{ access_token: 't', token_type: 'Bearer', expires_in: 3600 }, nowMs + 3_600_000],
    [{ access_token: 't', token_type: 'bearer', expires_in: '60' }, nowMs + 60_000],
    [{ access_token: 't' }, null],
    [{ access_token: 't', expires_in: 'soon' }, null],
    [{ access_token: 't', expires_in: -1 }, null],
  ])('%j holds a token until %s', (body, expiresAtMs) => {
    expect(read(body)).toEqual({ value: 't', expiresAtMs, of: 'us' })
  })

  test.each([
    ['hello'], [null], [{}], [{ access_token: '' }], [{ access_token: 't', token_type: 'mac' }],
  ])('%j holds none', (body) => {
    expect(() => read(body)).toThrow(/token/)
  })
})

test.each([
  [null, 0, false],
  [{ value: 't', expiresAtMs: null, of: 'us' }, 1e15, true],
  [{ value: 't', expiresAtMs: null, of: 'others' }, 0, false],
  [{ value: 't', expiresAtMs: 100_000, of: 'us' }, 39_999, true],
  [{ value: 't', expiresAtMs: 100_000, of: 'us' }, 40_000, false],
])('%j at %i serves: %s, a minute early', (token, nowMs, serves) => {
  expect(tokenServes(token, 'us', nowMs, 60)).toBe(serves)
})

test('other credentials own other tokens, and nothing of them is in the name', () => {
  const owner = tokenOwner(auth, prover)
  expect(owner).toMatch(/^[0-9a-f]{64}$/)
  expect(tokenOwner(auth, prover)).toBe(owner)
  const others = [
    tokenOwner(auth, { ...prover, secrets: { key: 'another' } }),
    tokenOwner(auth, { ...prover, settings: { ...settings, tenant: 'other' } }),
    tokenOwner({ ...auth, scope: 'all' }, prover),
  ]
  expect(new Set([owner, ...others]).size).toBe(4)
})
