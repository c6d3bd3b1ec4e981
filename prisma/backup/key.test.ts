import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeSecrets } from '../store/secrets.ts'
import { readSecretsKey } from '../store/secrets-key.ts'
import type { Contents } from './format.ts'
import { checkKey } from './key.ts'

let directory: string
let dataDirectory: string
let keyFile: string
const key = randomBytes(32)
const { keyId } = makeSecrets(key)
const other = randomBytes(32)
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'crossdock-key-'))
  dataDirectory = join(directory, 'new')
  keyFile = join(directory, 'copy.key')
  await writeFile(keyFile, `${key.toString('base64')}\n`, { mode: 0o600 })
})
afterEach(() => rm(directory, { recursive: true }))

test('a key from a file is put where the hub looks for it, for its owner alone', async () => {
  const place = await checked({ file: keyFile })
  const placed = join(dataDirectory, 'secrets.key')
  expect(await readSecretsKey(placed)).toBeUndefined()
  await place()
  expect(await readSecretsKey(placed)).toEqual(key)
  expect((await stat(placed)).mode & 0o777).toBe(0o600)
  await checked({})
})

test('a key of the environment is not written down', async () => {
  const place = await checked({ file: keyFile, environment: key.toString('hex') })
  await place()
  expect(await readSecretsKey(join(dataDirectory, 'secrets.key'))).toBeUndefined()
})

test('without the key, or with another, nothing is restored', async () => {
  await expect(checked({})).rejects.toMatchObject({
    code: 'BACKUP_KEY_MISSING', facts: { wanted: keyId },
  })
  const given = makeSecrets(other).keyId
  await expect(checked({ environment: other.toString('hex') })).rejects.toMatchObject({
    code: 'BACKUP_KEY_WRONG', facts: { wanted: keyId, source: 'CROSSDOCK_SECRETS_KEY', given },
  })
  await expect(checked({ file: keyFile, environment: other.toString('hex') }))
    .rejects.toMatchObject({ code: 'BACKUP_KEY_WRONG' })
  await writeFile(keyFile, other.toString('hex'), { mode: 0o600 })
  await expect(checked({ file: keyFile })).rejects.toMatchObject({
    code: 'BACKUP_KEY_WRONG', facts: { source: keyFile },
  })
  await expect(checked({ file: join(directory, 'absent') })).rejects.toMatchObject({
    code: 'SECRETS_KEY_INVALID',
  })
})

test('a backup without secrets needs no key', async () => {
  const contents = { ...empty, keyIds: [] }
  await checkKey(contents, { file: undefined, environment: undefined, dataDirectory })
})

async function checked(
  sources: { file?: string; environment?: string },
): Promise<() => Promise<void>> {
  const { file, environment } = sources
  return await checkKey({ ...empty, keyIds: [keyId] }, { file, environment, dataDirectory })
}

const empty: Contents = {
  version: '', takenAt: '', database: '', serverVersion: '',
  keyIds: [], migrations: [], tables: [], partitions: [], sequences: [],
}
