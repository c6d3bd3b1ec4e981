import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { startTestStore } from '#test/support/database.ts'
import { openStore } from './index.ts'
import { seedSandbox } from './sandbox-seed.ts'
import { checkSecretsKey, findSecretsKey, loadSecretsKey, needSecretsKey } from './secrets-key.ts'

let directory: string
beforeEach(async () => { directory = await mkdtemp(join(tmpdir(), 'crossdock-key-')) })
afterEach(() => rm(directory, { recursive: true }))

test('is made once, for its owner alone, and is one for hubs that start together', async () => {
  expect(await findSecretsKey(directory)).toBeUndefined()
  const [first, ...others] = await Promise.all([1, 2, 3].map(() => loadSecretsKey(directory)))
  expect(first).toHaveLength(32)
  for (const other of others) expect(other).toEqual(first)
  expect(await findSecretsKey(directory)).toEqual(first)
  expect(await readdir(directory)).toEqual(['secrets.key'])
  expect((await stat(join(directory, 'secrets.key'))).mode & 0o777).toBe(0o600)
})

test('comes from the environment as base64 or hex, and no file is made', async () => {
  const key = randomBytes(32)
  for (const encoding of ['base64', 'hex', 'base64url'] as const) {
    expect(await loadSecretsKey(directory, key.toString(encoding))).toEqual(key)
  }
  expect(await readdir(directory)).toEqual([])
})

test.each(['', 'short', randomBytes(31).toString('base64'), randomBytes(33).toString('hex')])(
  'is refused when it is not 32 bytes: %j', async (text) => {
    await expect(loadSecretsKey(directory, text)).rejects.toMatchObject({
      code: 'SECRETS_KEY_INVALID', facts: { source: 'CROSSDOCK_SECRETS_KEY' },
    })
    await writeFile(join(directory, 'secrets.key'), text, { mode: 0o600 })
    await expect(loadSecretsKey(directory)).rejects.toMatchObject({ code: 'SECRETS_KEY_INVALID' })
  })

test('is refused where others can read it', async () => {
  await loadSecretsKey(directory)
  const file = join(directory, 'secrets.key')
  await chmod(file, 0o640)
  await expect(loadSecretsKey(directory)).rejects.toMatchObject({
    code: 'SECRETS_KEY_EXPOSED', facts: { file, mode: '640' },
  })
})

test('is never made by one of several processes', async () => {
  await expect(needSecretsKey(directory)).rejects.toMatchObject({
    code: 'SECRETS_KEY_MISSING', facts: { file: join(directory, 'secrets.key') },
  })
  expect(await readdir(directory)).toEqual([])
  const key = randomBytes(32)
  expect(await needSecretsKey(directory, key.toString('hex'))).toEqual(key)
  const made = await loadSecretsKey(directory)
  expect(await needSecretsKey(directory)).toEqual(made)
})

let hub: Awaited<ReturnType<typeof startTestStore>>
beforeAll(async () => { hub = await startTestStore() })
afterAll(() => hub.stop())

test('another than the secrets were sealed with is noticed before they are needed', async () => {
  await seedSandbox(hub.store, {})
  await checkSecretsKey(hub.store)
  const other = openStore({
    url: hub.url, secretsKey: randomBytes(32), limits: limits.store,
  })
  await expect(checkSecretsKey(other)).rejects.toMatchObject({
    code: 'SECRETS_KEY_WRONG', facts: { row: 'endpoint sandbox-erp' },
  })
  await other.close()
})
