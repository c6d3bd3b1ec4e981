import { describe, expect, test } from 'vitest'
import { authHeaders, chosenAuth } from '../_kit/auth.ts'
import { endpointProblems } from '../_kit/settings.ts'
import { http } from './connector.ts'

const url = 'https://edi.example.com/in'
const outgoing = { id: 'm', nowMs: 0, body: Buffer.of(), accessToken: null }

describe.each<[auth: string, settings: object, secrets: Record<string, string>, headers: object]>([
  ['none', {}, {}, {}],
  ['basic', { user: 'hub' }, { password: 'pw' }, { authorization: 'Basic aHViOnB3' }],
  ['bearer', {}, { token: 't0' }, { authorization: 'Bearer t0' }],
  ['key', {}, { key: 'k0' }, { 'x-api-key': 'k0' }],
])('auth %s', (auth, more, secrets, headers) => {
  const settings = { url, auth, ...more }
  const prover = { connector: 'http', settings, secrets }

  test('proves who we are in its own way only', () => {
    expect(endpointProblems(http, settings, secrets)).toEqual([])
    expect(authHeaders(chosenAuth(http.auth, prover), prover, outgoing)).toEqual(headers)
  })

  test('says what it lacks', () => {
    const lacks = Object.keys({ ...more, ...secrets }).length
    expect(endpointProblems(http, { url, auth }, {})).toHaveLength(lacks)
  })
})

test.each([{}, { auth: 'digest' }, { auth: 'toString' }])('%j is no way', (settings) => {
  expect(endpointProblems(http, { url, ...settings }, {})).toContain(
    'setting auth must be one of none, basic, bearer, key')
})
