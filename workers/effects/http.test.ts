import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import nock from 'nock'
import { afterEach, describe, expect, test } from 'vitest'

import { openHttpClient } from './http.ts'
import type { Called, HttpCall } from './http.ts'

const servers: Server[] = []
const client = openHttpClient({ answerBytesMax: 10_000, socketsMax: 4 })

afterEach(async () => {
  nock.cleanAll()
  nock.restore()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function listening(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

function call(host: string, more: Partial<HttpCall> = {}): Promise<Called> {
  const plan = { method: 'POST', path: '/sales', json: { reference: '1' } } as const
  const allowedHosts = [host]
  const base = { url: `http://${host}/sales`, plan, headers: {}, timeoutMs: 1_000, allowedHosts }
  return client.call({ ...base, ...more })
}

describe('a call', () => {
  test('answers status, headers and JSON; text where it is none', async () => {
    const host = await listening((request, response) => {
      response.statusCode = 201
      response.setHeader('retry-after', '3')
      response.end(request.headers['x-text'] === undefined ? '{"id":"7"}' : 'busy')
    })
    expect(await call(host)).toMatchObject({
      is: 'answer', answer: { status: 201, headers: { 'retry-after': '3' }, body: { id: '7' } },
    })
    expect(await call(host, { headers: { 'x-text': '1' } })).toMatchObject({
      answer: { body: 'busy' },
    })
  })

  test('tells a connection that was never made from one that broke or kept silent', async () => {
    const silent = await listening(() => undefined)
    const broken = await listening((request) => request.socket.destroy())
    expect(await call(silent, { timeoutMs: 200 })).toMatchObject({ how: 'timeout' })
    expect(await call(broken)).toMatchObject({ how: 'broken' })
    const gone = await listening(() => undefined)
    await new Promise((resolve) => servers.pop()?.close(resolve))
    expect(await call(gone)).toMatchObject({ how: 'not_connected' })
    expect(await call('no-such-host.invalid')).toMatchObject({ how: 'not_connected' })
  })

  test('follows no redirect and reads no endless answer', async () => {
    const host = await listening((request, response) => {
      if (request.url === '/moved') return response.writeHead(302, { location: '/x' }).end()
      const more = (): boolean => response.write('x'.repeat(4_000)) || !response.once('drain', more)
      return setInterval(more, 5).unref()
    })
    const plan = { method: 'GET', path: '/moved' } as const
    expect(await call(host, { url: `http://${host}/moved`, plan })).toMatchObject({
      answer: { status: 302 },
    })
    expect(await call(host)).toMatchObject({ is: 'no_answer', how: 'broken' })
  })
})

describe('an address', () => {
  test.each([
    '127.0.0.1:1', 'localhost:1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254',
    '100.64.0.1', '[::1]:1', '[fd00::1]', '[fe80::1]', '[::ffff:127.0.0.1]', '0.0.0.0',
  ])('%s is private, and refused unless it is allowed by name', async (host) => {
    await expect(call(host, { allowedHosts: ['erp.example'] })).rejects.toMatchObject({
      code: 'ENDPOINT_ADDRESS_FORBIDDEN',
    })
  })

  test('in public is called', async () => {
    nock.activate()
    nock('http://203.0.113.7').post('/sales', { reference: '1' }).reply(200, { id: '9' })
    expect(await call('203.0.113.7', { allowedHosts: [] })).toMatchObject({
      answer: { status: 200, body: { id: '9' } },
    })
  })
})
