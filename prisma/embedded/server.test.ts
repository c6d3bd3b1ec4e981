import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { checkServer, readServer } from '../server-check.ts'
import { findEmbedded, startEmbedded } from './server.ts'
import type { EmbeddedServer } from './server.ts'

let dataDirectory: string
let server: EmbeddedServer | undefined
const told: string[] = []

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'crossdock-embedded-'))
  await chmod(dataDirectory, 0o711)
})
afterAll(() => rm(dataDirectory, { recursive: true }))
beforeEach(() => { told.length = 0 })
afterEach(async () => {
  await server?.stop()
  server = undefined
})

test('is durable, on the loopback address, behind a password of its own', async () => {
  server = await start()
  const facts = await readServer(server.url, 5_000)
  checkServer(facts)
  expect(facts.version).toMatch(/^18\./)
  expect(await query(server.url, 'SHOW listen_addresses')).toEqual(
    [{ listen_addresses: '127.0.0.1' }],
  )
  expect((await stat(join(dataDirectory, 'postgres.password'))).mode & 0o777).toBe(0o600)
  const stranger = server.url.replace(/:[^:@]+@/, ':guessed@')
  await expect(query(stranger, 'SELECT 1')).rejects.toThrow(/password authentication failed/)
})

test('stops and comes back on the same port with what was committed', async () => {
  server = await start()
  const { url } = server
  await query(url, 'CREATE TABLE kept AS SELECT 1 AS n')
  await server.stop()
  expect(await findEmbedded(dataDirectory)).toBeUndefined()
  server = await start()
  expect(server.url).toBe(url)
  expect(await query(url, 'SELECT n FROM kept')).toEqual([{ n: 1 }])
  expect(await findEmbedded(dataDirectory)).toBe(url)
  expect(told).toEqual([])
})

test('a port that is taken meanwhile is given up for another', async () => {
  server = await start()
  const { url } = server
  await server.stop()
  const squatter = createServer().listen(Number(new URL(url).port), '127.0.0.1')
  await once(squatter, 'listening')
  server = await start()
  squatter.close()
  expect(new URL(server.url).port).not.toBe(new URL(url).port)
})

test('killed, it comes back by itself on the same port with what was committed', async () => {
  server = await start()
  await query(server.url, 'CREATE TABLE kept_too AS SELECT 1 AS n')
  process.kill(await postmasterPid(), 'SIGKILL')
  await untilAnswers(server.url)
  expect(await query(server.url, 'SELECT n FROM kept_too')).toEqual([{ n: 1 }])
  await vi.waitFor(() => expect(told).toEqual([
    'the database server went down; starting it again', 'the database server is up again',
  ]))
})

test('stopped while it is coming back, it stays down', async () => {
  server = await start()
  process.kill(await postmasterPid(), 'SIGKILL')
  await sleep(50)
  await server.stop()
  expect(await findEmbedded(dataDirectory)).toBeUndefined()
})

test('what a killed hub left running is stopped, its statements undone', async () => {
  const orphanUrl = await startInKilledProcess()
  await query(orphanUrl, 'CREATE TABLE orders (n integer)')
  const dead = new pg.Client(orphanUrl)
  dead.on('error', () => undefined)
  await dead.connect()
  await dead.query('BEGIN')
  await dead.query('INSERT INTO orders VALUES (1)')
  const endless = dead.query('SELECT pg_sleep(600)').catch(String)
  server = await start()
  expect(told).toEqual(['stopped the database server that an earlier hub left behind'])
  expect(await endless).toMatch(/terminat/)
  expect(await query(server.url, 'SELECT * FROM orders')).toEqual([])
})

test('a pid file whose number went to another process does not keep it down', async () => {
  server = await start()
  await server.stop()
  await writeFile(join(dataDirectory, 'postgres', 'postmaster.pid'), `${process.pid}\n`)
  server = await start()
  expect(told).toEqual([])
})

test('a password that is not the one it was made with is a fault', async () => {
  const file = join(dataDirectory, 'postgres.password')
  const mend = await spoil(file, 'another\n')
  await expect(start()).rejects.toMatchObject({ code: 'EMBEDDED_PASSWORD_WRONG', facts: { file } })
  await mend()
})

test('a directory it cannot use ends at once in what PostgreSQL says', async () => {
  const mend = await spoil(join(dataDirectory, 'postgres', 'PG_VERSION'), '9.6\n')
  await expect(start()).rejects.toMatchObject({
    code: 'EMBEDDED_START_FAILED',
    facts: { because: expect.stringMatching(/incompatible with server/) as string },
  })
  await mend()
})

async function spoil(file: string, text: string): Promise<() => Promise<void>> {
  const good = await readFile(file)
  await writeFile(file, text)
  return () => writeFile(file, good)
}

async function start(): Promise<EmbeddedServer> {
  const note = (_: object, says: string) => void told.push(says)
  return await startEmbedded({
    dataDirectory, startTimeoutMs: 60_000, fastStopMs: 5_000, log: { info: note, warn: note },
  })
}

/** A process that starts the server and is killed, as a hub may be. */
async function startInKilledProcess(): Promise<string> {
  const script = `
    import { startEmbedded } from ${JSON.stringify(join(import.meta.dirname, 'server.ts'))}
    const log = { info() {}, warn() {} }
    const dataDirectory = ${JSON.stringify(dataDirectory)}
    const { url } = await startEmbedded(
      { dataDirectory, startTimeoutMs: 60000, fastStopMs: 5000, log })
    console.log(url)`
  const hub = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [url] = (await once(hub.stdout, 'data')) as [Buffer]
  hub.kill('SIGKILL')
  await once(hub, 'exit')
  return url.toString().trim()
}

async function postmasterPid(): Promise<number> {
  const text = await readFile(join(dataDirectory, 'postgres', 'postmaster.pid'), 'utf8')
  return Number(text.split('\n')[0])
}

async function untilAnswers(url: string): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await readServer(url, 1_000).then(() => true, () => false)) return
    await sleep(50)
  }
  throw new Error('the server did not come back')
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}
