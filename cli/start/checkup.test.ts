import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { readEnvironment } from '#config/env.ts'
import { startTestDatabase } from '#test/support/database.ts'
import type { TestDatabase } from '#test/support/database.ts'
import { describeWithRedis, TestRedis } from '#test/support/redis.ts'
import { checkClock, checkNode, examine } from './checkup.ts'
import type { Finding } from './checkup.ts'
import { readStartOptions } from './options.ts'

let database: TestDatabase
let directory: string
beforeAll(async () => { database = await startTestDatabase() })
afterAll(() => database.stop())
beforeEach(async () => { directory = await mkdtemp(join(tmpdir(), 'crossdock-doctor-')) })
afterEach(() => rm(directory, { recursive: true }))

async function examineWith(args: string[], url = database.url): Promise<Record<string, Finding>> {
  const environment = readEnvironment({ DATABASE_URL: url })
  const options = readStartOptions(['--data', directory, '--port', '0', ...args], environment)
  const findings = await examine(options)
  return Object.fromEntries(findings.map((finding) => [finding.name, finding]))
}

test('all is well', async () => {
  const findings = await examineWith([])
  expect(Object.values(findings).filter(({ ok }) => !ok)).toEqual([])
  expect(Object.keys(findings)).toEqual([
    'crossdock', 'node', 'database client', 'data directory', 'disk', 'secrets key', 'port',
    'database', 'durability', 'clock',
  ])
})

test('a data directory that is yet to be made is well, a file in its place is not', async () => {
  const there = join(directory, 'not', 'yet')
  expect((await examineWith(['--data', there]))['data directory']).toMatchObject({ ok: true })
  const file = join(directory, 'file')
  await writeFile(file, '')
  const findings = await examineWith(['--data', join(file, 'below')])
  expect(findings['data directory']).toMatchObject({ ok: false })
})

test('a secrets key that others can read is wrong', async () => {
  const file = join(directory, 'secrets.key')
  await writeFile(file, Buffer.alloc(32).toString('base64'))
  await chmod(file, 0o644)
  expect((await examineWith([]))['secrets key']).toMatchObject({
    ok: false, remedy: expect.stringContaining(`chmod 600 ${file}`) as string,
  })
})

test('a port is wrong when another than a hub has it', async () => {
  let status = 404
  const other = createServer((_, response) => {
    response.statusCode = status
    response.end()
  }).listen(0, '127.0.0.1')
  await once(other, 'listening')
  const port = String((other.address() as AddressInfo).port)
  expect((await examineWith(['--port', port]))['port']).toMatchObject({ ok: false })
  status = 200
  expect((await examineWith(['--port', port]))['port']).toMatchObject({ ok: true })
  other.close()
})

test('a database that is not durable, or not there, is wrong', async () => {
  const careless = `${database.url}&options=-c%20synchronous_commit%3Doff`
  expect(await examineWith([], careless)).toMatchObject({
    database: { ok: true }, durability: { ok: false }, clock: { ok: true },
  })
  const findings = await examineWith([], 'postgresql://127.0.0.1:1/x')
  expect(findings['database']).toMatchObject({ ok: false })
  expect(findings).not.toHaveProperty('durability')
})

describeWithRedis('a Redis', () => {
  let redis: TestRedis
  beforeAll(async () => { redis = await TestRedis.start() })
  afterAll(() => redis.stop())

  async function examineRedis(url = redis.url): Promise<Finding | undefined> {
    const environment = readEnvironment({ DATABASE_URL: database.url, REDIS_URL: url })
    const options = readStartOptions(['--data', directory, '--port', '0'], environment)
    return (await examine(options)).find(({ name }) => name === 'redis')
  }

  test('that answers and keeps what it is given is well', async () => {
    expect(await examineRedis()).toMatchObject({
      ok: true, says: expect.stringMatching(/^(Redis|Valkey) \d+\.\d+\S* answers$/) as string,
    })
  })

  test('that is not there, lets nobody in, hangs or drops keys is wrong', async () => {
    const wrong = { ok: false, says: expect.stringContaining('does not answer') as string }
    expect(await examineRedis('redis://127.0.0.1:1')).toMatchObject(wrong)
    const denied = redis.url.replace('//', '//nobody:hidden@')
    expect(await examineRedis(denied)).toMatchObject({
      ok: false, says: expect.stringContaining('WRONGPASS') as string,
    })
    expect(JSON.stringify(await examineRedis(denied))).not.toContain('hidden')
    redis.hang()
    try {
      expect(await examineRedis()).toMatchObject(wrong)
    } finally {
      redis.goOn()
    }
    await redis.set('maxmemory-policy', 'allkeys-lru')
    expect(await examineRedis()).toMatchObject({
      ok: false, says: expect.stringContaining('allkeys-lru') as string,
    })
  })
})

test('an embedded database that is down is well: start brings it up', async () => {
  await mkdir(join(directory, 'postgres'))
  const environment = readEnvironment({})
  const options = readStartOptions(['--data', directory, '--port', '0'], environment)
  const findings = await examine(options)
  expect(findings.find(({ name }) => name === 'database')).toMatchObject({ ok: true })
})

test('clocks and Node have their limits', () => {
  expect(checkClock(-400)).toBe('database and hub are 0.4 s apart')
  expect(() => checkClock(-60_000)).toThrow('The clocks of hub and database are 60.0 s apart.')
  expect(checkNode('24.0.0')).toBe('24.0.0')
  expect(() => checkNode('22.21.0')).toThrow('This is Node 22.21.0; the hub needs 24 or newer.')
})
