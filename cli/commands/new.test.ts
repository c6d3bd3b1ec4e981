import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync }
  from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import type { Connector } from '#connectors/_kit/contract.ts'
import { attemptEffects, deliveryOf } from '#test/support/deliver-effects.ts'
import { bodyOf, Loopback } from '#test/support/loopback.ts'
import { openHttpClient } from '#workers/effects/http.ts'
import { attempt } from '#workers/jobs/deliver/perform.ts'

const root = join(import.meta.dirname, '../..')
const parts = ['cli', 'config', 'connectors', 'core', 'docs', 'crossdock', 'package.json',
  'tsconfig.json']
let copy: string

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'crossdock-new-'))
  for (const part of parts) cpSync(join(root, part), join(copy, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
  writeFileSync(join(copy, 'vitest.config.ts'), 'export default {}\n')
  writeFileSync(join(copy, 'tsconfig.kit.json'), JSON.stringify({
    extends: './tsconfig.json', include: ['connectors'],
  }))
})
afterAll(() => rmSync(copy, { recursive: true }))

function inCopy(program: string, args: readonly string[]) {
  const env = { ...process.env, NO_COLOR: '1' }
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: copy, env, encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

function filesOf(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
  return new Map(files.map((file) => [file.slice(folder.length + 1), readFileSync(file, 'latin1')]))
}

/** Lines that came or went, outside the connector's own folder. */
function touched(before: ReadonlyMap<string, string>): readonly string[] {
  const after = filesOf(copy)
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((file) => !file.startsWith('connectors/acme-erp/'))
    .filter((file) => before.get(file) !== after.get(file))
    .flatMap((file) => {
      const [old, now] = [before, after].map((files) => files.get(file)?.split('\n') ?? [])
      const came = now!.filter((line) => !old!.includes(line)).map((line) => `+${line}`)
      const went = old!.filter((line) => !now!.includes(line)).map((line) => `-${line}`)
      return [...came, ...went].map((line) => `${file}: ${line}`)
    })
}

const vitest = (): ReturnType<typeof inCopy> =>
  inCopy(join(root, 'node_modules/.bin/vitest'), ['run', 'connectors/_kit/conformance.test.ts',
    'connectors/acme-erp'])

/** What somebody does who has the vendor's documentation before them. */
function fillIn(): void {
  edit('connector.ts', [
    ['errors: [', `errors: [\n    { status: 200, says: '"result":"error"', fate: 'refused' },`],
  ])
  edit('wire.ts', [
    ['(body as { id?: unknown } | null)?.id', '(body as { order?: unknown } | null)?.order'],
  ])
  edit('operations/create-order.ts', [
    [`'natural_key'`, `'client_key'`],
    [/request: [^,]*,[^,]*,[^,]*,[^,]*,/, `request: (order, { reference }) => ({
    method: 'POST', path: '/api/orders', headers: { 'idempotency-key': reference }, json: order,
  }),`],
  ])
  edit('fixtures/create-order.json', [
    ['"PUT"', '"POST"'],
    [/"path": "[^"]*"/, '"path": "/api/orders", "headers": { "idempotency-key": ' +
      '"01a20134-9d8a-72eb-86fd-dd22e2788af2" }'],
    [/"body": \{\s*"id": "O-1"\s*\}/, '"body": { "result": "ok", "order": "O-1" }'],
  ])
  for (const file of filesOf(join(copy, 'connectors/acme-erp')).keys()) {
    if (!file.endsWith('.test.ts')) edit(file, [[/FILL-IN/g, 'acme-erp-3.2']])
  }
}

function edit(file: string, changes: readonly (readonly [string | RegExp, string])[]): void {
  const path = join(copy, 'connectors/acme-erp', file)
  const text = changes.reduce((now, [from, to]) => now.replace(from, to),
    readFileSync(path, 'utf8'))
  writeFileSync(path, text)
}

/** An ERP that keeps idempotency keys, answers 500 after it wrote, and puts errors into a 200. */
async function acme() {
  const orders = new Map<string, string>()
  let calls = 0
  const server = await Loopback.open(async (request, response) => {
    calls += 1
    const order = JSON.parse((await bodyOf(request)).toString('utf8')) as { number: string }
    response.setHeader('content-type', 'application/json')
    if (order.number === 'BAD') return response.end('{"result":"error","code":"NO_SUCH_ITEM"}')
    const key = String(request.headers['idempotency-key'])
    if (!orders.has(key)) orders.set(key, `A-${orders.size + 1}`)
    if (calls === 1) response.statusCode = 500
    return response.end(JSON.stringify({ result: 'ok', order: orders.get(key) }))
  })
  return { server, orders }
}

test('a connector is begun, filled in and used: outside its folder it is one line', async () => {
  const before = filesOf(copy)
  const made = inCopy('./crossdock', ['new', 'connector', 'acme-erp'])
  expect(made).toMatchObject({ status: 0 })
  const oneLine =
    [`connectors/index.ts: +  (await import('./acme-erp/connector.ts')).acmeErp,`]
  expect(touched(before)).toEqual(oneLine)
  const types = inCopy(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.kit.json'])
  expect(types).toEqual({ status: 0, said: '' })

  const fresh = vitest()
  expect(fresh.said).toContain('1 failed')
  expect(fresh.said).toContain('× nothing is left to be filled in')
  fillIn()
  const filled = vitest()
  expect(filled.said).toContain('passed')
  expect(filled).toMatchObject({ status: 0 })

  const { server, orders } = await acme()
  const path = join(copy, 'connectors/acme-erp/connector.ts')
  const { acmeErp } = await import(path) as { readonly acmeErp: Connector }
  const client = openHttpClient({ answerBytesMax: 10_000, socketsMax: 4 })
  const effects = attemptEffects((call) => client.call(call))
  const settings = { url: server.url, allowedHosts: [server.host] }
  const delivery = deliveryOf('acme-erp', {
    operation: 'createOrder', body: Buffer.from('{"number":"7"}'),
    endpoint: { ...deliveryOf('acme-erp', {}).endpoint, settings },
  })
  const attempts = [
    delivery, { ...delivery, before: 'unknown' as const },
    { ...delivery, body: Buffer.from('{"number":"BAD"}') },
  ]
  for (const one of attempts) await attempt(one, new Map([['acme-erp', acmeErp]]), effects)
  expect(effects.records.map(({ next }) => next)).toMatchObject([
    { status: 'unknown' },
    { status: 'delivered', result: { remoteId: 'A-1' } },
    { status: 'parked', code: 'DELIVERY_REFUSED' },
  ])
  expect(orders.size).toBe(1)
  client.close()
  await server.close()
  expect(touched(before)).toEqual(oneLine)
}, 120_000)

test.each([
  [['new']], [['new', 'mapping', 'x']], [['new', 'connector']], [['new', 'connector', 'a', 'b']],
  [['new', 'connector', 'Acme']], [['new', 'connector', '../evil']], [['new', 'connector', 'new']],
  [['new', 'connector', '_kit']], [['new', 'connector', 'webhook']],
])('%j makes nothing', (args) => {
  const before = filesOf(copy)
  expect(inCopy('./crossdock', args)).toMatchObject({ status: 2 })
  expect(touched(before)).toEqual([])
})
