import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { access, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { seedSandbox } from '#prisma/store/sandbox-seed.ts'
import { crossdock } from '#test/support/cli.ts'
import type { CliRun } from '#test/support/cli.ts'
import { startTestStore } from '#test/support/database.ts'
import { orderMessage } from '#test/support/edi.ts'
import { startHubProcess } from '#test/support/hub-process.ts'

/** What keeps a part of a hub from starting beside others, and how a whole one wakes them. */
let database: Awaited<ReturnType<typeof startTestStore>>
let directory: string
beforeAll(async () => { database = await startTestStore() })
afterAll(() => database.stop())
beforeEach(async () => { directory = await mkdtemp(join(tmpdir(), 'crossdock-apart-')) })
afterEach(() => rm(directory, { recursive: true, force: true }))

const key = (): string => randomBytes(32).toString('base64')
const adminKey = 'a key for tests, of more than 32 characters'

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): CliRun {
  return crossdock([...args, '--data', join(directory, 'data')], {
    env: { DATABASE_URL: database.url, CROSSDOCK_SECRETS_KEY: key(), REDIS_URL: '', ...env },
  })
}

describe.each([['api', '--port', '0'], ['worker']])('crossdock %s', (...command) => {
  test('needs a database that is there for others too', () => {
    const { code, stderr } = start(command, { DATABASE_URL: '' })
    expect({ code, stderr }).toEqual({
      code: 2, stderr: expect.stringMatching(/^DATABASE_URL_MISSING: /) as string,
    })
  })

  test('needs a secrets key, makes none and leaves nothing', async () => {
    const { code, stderr } = start(command, { CROSSDOCK_SECRETS_KEY: '' })
    expect({ code, stderr }).toEqual({
      code: 2, stderr: expect.stringMatching(/^SECRETS_KEY_MISSING: .*\n.*openssl/) as string,
    })
    await expect(access(join(directory, 'data'))).rejects.toThrow()
  })

  test('refuses another secrets key than its fellows have', async () => {
    await seedSandbox(database.store, {})
    const { code, stderr } = start(command)
    expect({ code, stderr }).toEqual({
      code: 2, stderr: expect.stringMatching(/^SECRETS_KEY_WRONG: /) as string,
    })
  })
})

test('a worker refuses what it cannot use', async () => {
  expect(start(['worker', '--hub', '127.0.0.1:8080'])).toMatchObject({
    code: 2, stderr: expect.stringMatching(/^SETTING_INVALID: --hub must be/) as string,
  })
  expect(start(['worker', '--port', '8080'])).toMatchObject({
    code: 2, stderr: expect.stringMatching(/^--port is for another command\./) as string,
  })
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  expect(start(['worker', '--health-port', String(port)])).toMatchObject({
    code: 2, stderr: expect.stringMatching(/^PORT_TAKEN: /) as string,
  })
  other.close()
})

test('a whole hub on a database wakes others on it too', async () => {
  const fresh = await startTestStore()
  const hub = await startHubProcess({
    directory, environment: { DATABASE_URL: fresh.url, CROSSDOCK_ADMIN_KEY: adminKey },
  })
  const other = new pg.Client(fresh.url)
  await other.connect()
  try {
    const rung = once(other, 'notification', { signal: AbortSignal.timeout(10_000) })
    await other.query('LISTEN crossdock_bell')
    const { status } = await fetch(`${hub.url}/v1/messages`, {
      method: 'POST', body: orderMessage(1, 'PO-1'),
      headers: { authorization: `Bearer ${adminKey}` },
    })
    expect(status).toBe(202)
    const [{ payload }] = (await rung) as [pg.Notification]
    expect(payload).toMatch(/^receive [0-9a-f-]{36}$/)
  } finally {
    await other.end()
    hub.child.kill('SIGTERM')
    await once(hub.child, 'exit')
    await fresh.stop()
  }
})
