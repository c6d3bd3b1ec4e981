import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { findEmbedded } from '#prisma/embedded/server.ts'
import { refusedHub, startHubProcess } from '#test/support/hub-process.ts'
import type { HubFlags, HubProcess } from '#test/support/hub-process.ts'

let directory: string
const running: HubProcess[] = []
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'crossdock-start-'))
  await chmod(directory, 0o711)
})
afterAll(() => rm(directory, { recursive: true }))
afterEach(async () => {
  for (const hub of running.splice(0)) await stop(hub, 'SIGTERM')
})

test('the first start shows an admin key that works, the second shows none', async () => {
  const first = await start()
  const key = /^ {2}(xd_\S+)$/m.exec(first.said())?.[1]
  expect(await statusOf(first, '/v1/messages', key)).toBe(200)
  expect(await statusOf(first, '/v1/messages')).toBe(401)
  expect(first.logged()).not.toContain(key)
  await stop(first, 'SIGTERM')
  const second = await start()
  expect(second.said()).not.toContain('xd_')
  expect(await statusOf(second, '/v1/messages', key)).toBe(200)
})

test('a preset key works, and the same one at every start', async () => {
  const environment = { CROSSDOCK_ADMIN_KEY: 'a pass phrase of 32 or more characters' }
  for (let starts = 0; starts < 2; starts++) {
    const hub = await start({ environment })
    expect(await statusOf(hub, '/v1/messages', environment.CROSSDOCK_ADMIN_KEY)).toBe(200)
    await stop(hub, 'SIGTERM')
  }
})

const signals = ['SIGTERM', 'SIGINT'] as const
test.each(signals)('%s to npm stops hub and database, exit 0', async (signal) => {
  const npm = await start({ by: 'npm' })
  expect(await stop(npm, signal)).toBe(0)
  expect(npm.logged()).toContain('workers stopped')
  expect(await findEmbedded(directory)).toBeUndefined()
})

test('killed, it starts again over the server it left behind', async () => {
  const hub = await start()
  await stop(hub, 'SIGKILL')
  expect(await findEmbedded(directory)).toBeDefined()
  const again = await start()
  expect(again.logged()).toContain('stopped the database server that an earlier hub left behind')
  expect(await statusOf(again, '/health/ready')).toBe(200)
})

test('a second hub on the directory is told who holds it', async () => {
  const hub = await start()
  const { code, says } = await refusedHub({ directory })
  expect(code).toBe(2)
  expect(says).toContain('DATA_DIRECTORY_TAKEN')
  expect(says).toContain(`process ${hub.child.pid}, holds the data directory ${directory}.`)
  expect(await statusOf(hub, '/health/ready')).toBe(200)
})

test('a port that is taken is named, and nothing is left running', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const { code, says } = await refusedHub({ directory, port })
  other.close()
  expect(code).toBe(2)
  expect(says).toContain(`PORT_TAKEN: Port ${port} on 127.0.0.1 is taken by another process.`)
  expect(await findEmbedded(directory)).toBeUndefined()
})

test('a preset key that is none is refused before anything is started', async () => {
  const environment = { CROSSDOCK_ADMIN_KEY: 'short' }
  const { code, says } = await refusedHub({ directory, environment })
  expect(code).toBe(2)
  expect(says).toContain('ADMIN_KEY_INVALID')
  expect(says).not.toContain('short')
})

test('a database that is killed comes back while the hub lives', async () => {
  const hub = await start()
  const pidFile = join(directory, 'postgres', 'postmaster.pid')
  const pid = Number((await readFile(pidFile, 'utf8')).split('\n')[0])
  process.kill(pid, 'SIGKILL')
  await until(async () => (await statusOf(hub, '/health/ready')) === 503)
  await until(async () => (await statusOf(hub, '/health/ready')) === 200)
  expect(hub.child.exitCode).toBeNull()
})

async function start(flags: Partial<HubFlags> = {}): Promise<HubProcess> {
  const hub = await startHubProcess({ directory, ...flags })
  running.push(hub)
  return hub
}

async function stop({ child }: HubProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  child.kill(signal)
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}

async function statusOf({ url }: HubProcess, path: string, key?: string): Promise<number> {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
  return (await fetch(url + path, { headers })).status
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    if (await holds()) return
    await sleep(25)
  }
  throw new Error('it did not come about in ten seconds')
}
