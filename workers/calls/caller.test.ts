import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { connectors } from '#connectors/index.ts'
import type { Auth, Connector } from '#connectors/_kit/contract.ts'
import { limits } from '#config/limits.ts'
import type { ClaimedEndpoint } from '#prisma/store/deliver.ts'
import { newId } from '#prisma/store/ids.ts'
import type { Store } from '#prisma/store/index.ts'
import { endpointStanding } from '#prisma/store/views/endpoints.ts'
import { startTestStore } from '#test/support/database.ts'
import { bodyOf, Loopback } from '#test/support/loopback.ts'
import { openHttpClient } from '#workers/effects/http.ts'
import { Caller } from './caller.ts'
import { CallMemory, callEffects } from './effects.ts'
import type { CallEffects } from './effects.ts'

let database: Awaited<ReturnType<typeof startTestStore>>
let store: Store
const client = openHttpClient({ answerBytesMax: 10_000, socketsMax: 16 })
const servers: Loopback[] = []

beforeAll(async () => {
  database = await startTestStore()
  store = database.store
})
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})
afterAll(async () => {
  client.close()
  await database.stop()
})

type Answering = (request: IncomingMessage, response: ServerResponse) => unknown

/** A vendor at a port of its own with an endpoint there; any number of workers call it. */
async function vendor(answer: Answering, declared: Partial<Connector>, secrets: object = {}) {
  const server = await Loopback.open(answer)
  servers.push(server)
  const connector: Connector = {
    ...connectors.get('sandbox-erp')!, id: 'vendor', baseUrl: '{url}', ...declared,
    settings: { url: { label: '', help: '', pattern: '.+' } },
    secrets: Object.fromEntries(
      Object.keys(secrets).map((name) => [name, { label: '', help: '' }])),
  }
  const id = newId()
  const { sealed, keyId } = store.secrets.seal({ ...secrets }, { table: 'endpoints', id })
  const settings = { url: server.url, client: 'hub', allowedHosts: [server.host] }
  await store.prisma.endpoint.create({
    data: { id, stream: 'test', name: id, connector: 'vendor', settings },
  })
  const endpoint: ClaimedEndpoint = {
    id, connector: 'vendor', settings, secrets: sealed, secretsKeyId: keyId, failures: 0,
  }
  const worker = (changes: Partial<CallEffects> = {}): Caller =>
    new Caller(connector, endpoint, 'ours', { ...effectsOf(), ...changes })
  return { id, worker }
}

function effectsOf(): CallEffects {
  return callEffects(store, client, 'http://127.0.0.1:1', new CallMemory())
}

const plan = { method: 'POST', path: '/orders', json: { number: '1' } } as const

describe('an access token', () => {
  const auth: Auth = {
    kind: 'oauth2_client', tokenUrl: '{url}/token', clientId: 'client', secret: 'key',
    credentials: 'header', refreshEarlySeconds: 60,
  }

  /** Gives out a new token at each request, and takes the newest only. */
  function guarded(tokenStatus = 200) {
    const seen = { tokens: 0, calls: 0, newest: 1 }
    const answer: Answering = async (request, response) => {
      await bodyOf(request)
      if (request.url !== '/token') {
        seen.calls += 1
        const known = request.headers.authorization === `Bearer token-${seen.newest}`
        response.statusCode = known ? 200 : 401
        return response.end(JSON.stringify({ got: request.headers.authorization }))
      }
      seen.tokens += 1
      response.statusCode = tokenStatus
      return response.end(JSON.stringify({ access_token: `token-${seen.tokens}`, expires_in: 600 }))
    }
    return { seen, answer }
  }

  test('is fetched once for all workers', async () => {
    const { seen, answer } = guarded()
    const { worker } = await vendor(answer, { auth }, { key: 'k3y-of-ours' })
    const one = worker()
    const all = [one, one, one].map((caller) => caller.call(plan, 1_000))
    expect(await Promise.all(all)).toMatchObject(Array(3).fill({ answer: { status: 200 } }))
    expect(await worker().call(plan, 1_000)).toMatchObject({ answer: { status: 200 } })
    expect(seen).toMatchObject({ tokens: 1, calls: 4 })
  })

  test('that was withdrawn is fetched anew, but only once', async () => {
    const { seen, answer } = guarded()
    const { worker } = await vendor(answer, { auth }, { key: 'k3y-of-ours' })
    const caller = worker()
    await caller.call(plan, 1_000)
    seen.newest = 2
    expect(await caller.call(plan, 1_000)).toMatchObject({ answer: { status: 200 } })
    expect(seen).toMatchObject({ tokens: 2, calls: 3 })
    // Another worker finds it in the store.
    expect(await worker().call(plan, 1_000)).toMatchObject({ answer: { status: 200 } })
    expect(seen).toMatchObject({ tokens: 2 })
    seen.newest = 9
    const refused = await caller.call(plan, 1_000)
    expect(refused).toMatchObject({ fate: 'refused', code: 'http_401' })
    expect(seen).toMatchObject({ tokens: 3, calls: 6 })
    // The vendor repeats what it was sent; nothing of it is kept.
    expect('fate' in refused && caller.clean(refused).says).toBe('401 {"got":"[secret]"}')
  })

  test.each([
    [401, 'refused'], [400, 'refused'], [429, 'not_sent'], [500, 'not_sent'], [200, 'not_sent'],
  ])('is not to be had (%i): %s, and nothing was sent', async (status, fate) => {
    const { seen, answer } = guarded(status)
    const odd: Answering = (request, response) =>
      status === 200 ? response.end('hello') : answer(request, response)
    const { worker } = await vendor(odd, { auth }, { key: 'k3y-of-ours' })
    const result = await worker().call(plan, 1_000)
    const says = expect.stringMatching(/^no access token/) as string
    expect(result).toMatchObject({ fate, says })
    expect(seen.calls).toBe(0)
  })
})

test('a webhook is signed over the bytes that arrive, under one id at every attempt', async () => {
  const secrets = [1, 2].map(() => `whsec_${randomBytes(32).toString('base64')}`)
  const verified: unknown[] = []
  const answer: Answering = async (request, response) => {
    const body = await bodyOf(request)
    const headers = request.headers as Record<string, string>
    verified.push(...secrets.map((secret) => new Webhook(secret).verify(body, headers)))
    verified.push(headers['webhook-id'], headers['content-type'])
    response.end()
  }
  const auth = { kind: 'standard_webhooks', secret: 'secret', previousSecret: 'old' } as const
  const { worker } = await vendor(answer, { auth }, { secret: secrets[0], old: secrets[1] })
  for (const caller of [worker(), worker()]) {
    const json = { name: 'Ä', total: '1.50' }
    expect(await caller.call({ ...plan, json }, 1_000)).toMatchObject({ answer: { status: 200 } })
    expect(verified.splice(0)).toEqual([json, json, 'ours', 'application/json'])
  }
})

test('calls of all workers keep to the rate', async () => {
  const begun: number[] = []
  const { worker } = await vendor((_, response) => {
    begun.push(Date.now())
    response.end('{}')
  }, {
    auth: { kind: 'none', because: 'open' },
    limits: { perSecond: 20, inFlightMax: 9, waitHeader: 'retry-after' },
  })
  await Promise.all(Array.from({ length: 9 }, () => worker().call(plan, 1_000)))
  const gaps = begun.slice(1).map((at, index) => at - begun[index]!)
  // 50 ms apart; a timer and a busy machine may shift one, but not all of them.
  expect(begun.at(-1)! - begun[0]!).toBeGreaterThanOrEqual(8 * 50 - 40)
  expect(gaps.filter((ms) => ms < 20).length).toBeLessThanOrEqual(2)
})

describe('a circuit', () => {
  const auth = { kind: 'none', because: 'open' } as const

  test('opens by failures in a row, of any workers, and closes by an answer', async () => {
    let status = 500
    const { id, worker } = await vendor((_, response) => {
      response.statusCode = status
      response.end('out of order')
    }, { auth })
    for (let failures = 1; failures <= limits.circuit.failuresMax; failures++) {
      expect(await endpointStanding(store, [id])).toMatchObject([{ circuit: 'closed' }])
      await worker().call(plan, 1_000)
    }
    expect(await endpointStanding(store, [id])).toMatchObject([{
      circuit: 'open', failures: limits.circuit.failuresMax,
      fault: { code: 'http_500', says: '500 out of order' },
    }])
    status = 404
    // Who failed last knows; who did not is told by its claim.
    const caller = worker()
    status = 500
    await caller.call(plan, 1_000)
    status = 404
    await caller.call(plan, 1_000)
    expect(await endpointStanding(store, [id]))
      .toMatchObject([{ circuit: 'closed', failures: 0, fault: null }])
  })

  test('costs an endpoint that is doing well nothing', async () => {
    const { id, worker } = await vendor((_, response) => response.end('{}'), { auth })
    await worker().call(plan, 1_000)
    expect(await store.prisma.endpointState.count({ where: { endpointId: id } })).toBe(0)
  })
})

describe('nothing is sent', () => {
  test.each<[name: string, auth: Auth, secrets: object, problem: RegExp]>([
    ['without a secret', { kind: 'bearer', secret: 'token' }, {}, /secret token is missing/],
    ['without a setting', { kind: 'basic', user: 'who', secret: 'key' }, { key: 'k3y' },
      /setting who is missing/],
  ])('%s: somebody has to put it right', async (_, auth, secrets, problem) => {
    let calls = 0
    const { worker } = await vendor((_request, response) => {
      calls += 1
      response.end()
    }, { auth }, secrets)
    const says = expect.stringMatching(problem) as string
    expect(await worker().call(plan, 1_000))
      .toMatchObject({ fate: 'refused', code: 'ENDPOINT_MISCONFIGURED', says })
    expect(calls).toBe(0)
  })
})

test('what is behind the hub is refused, with what to do, where the hub is not known', async () => {
  const { worker } = await vendor(() => expect.fail('called'), { baseUrl: '{hub}/v1' })
  expect(await worker({ hub: null }).call(plan, 1_000)).toMatchObject({
    fate: 'refused', code: 'HUB_ADDRESS_UNKNOWN',
    remedy: expect.stringContaining('--hub URL') as string,
  })
})
