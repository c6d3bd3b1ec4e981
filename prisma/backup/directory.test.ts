import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { takeDataDirectory } from '../embedded/data-directory.ts'
import { startEmbedded } from '../embedded/server.ts'
import { fillNewDirectory } from './directory.ts'

let parent: string
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'crossdock-directory-'))
  await chmod(parent, 0o711)
})
afterAll(() => rm(parent, { recursive: true }))

const log = { info: () => undefined, warn: () => undefined }
const options = { pid: process.pid, startTimeoutMs: 60_000, fastStopMs: 5_000, log }

async function run(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

test('the database stands in its place once it is filled, and a hub can run on it', async () => {
  const directory = join(parent, 'filled')
  await mkdir(join(directory, 'restoring-killed'), { recursive: true })
  await chmod(directory, 0o711)
  const seen = await fillNewDirectory(directory, options, async (url) => {
    await run(url, 'CREATE TABLE filled AS SELECT 7 AS seven')
    return (await readdir(directory)).includes('postgres')
  })
  expect(seen).toBe(false)
  expect((await readdir(directory)).filter((name) => name.startsWith('restoring-'))).toEqual([])
  const server = await startEmbedded({ ...options, dataDirectory: directory })
  expect(await run(server.url, 'SELECT * FROM filled')).toEqual([{ seven: 7 }])
  await server.stop()
  await expect(fillNewDirectory(directory, options, async () => undefined)).rejects.toMatchObject({
    code: 'RESTORE_NOT_EMPTY', facts: { found: 'a database' },
  })
})

test('what fails leaves nothing, and of a directory that was there what was in it', async () => {
  const fails = async () => { throw new Error('no') }
  const absent = join(parent, 'absent')
  await expect(fillNewDirectory(absent, options, fails)).rejects.toThrow('no')
  await expect(stat(absent)).rejects.toThrow('ENOENT')
  const there = join(parent, 'there')
  await mkdir(there)
  await chmod(there, 0o711)
  await writeFile(join(there, 'secrets.key'), 'kept')
  await expect(fillNewDirectory(there, options, fails)).rejects.toThrow('no')
  expect(await readdir(there)).toContain('secrets.key')
  expect(await readdir(there)).not.toContain('postgres')
})

test('a directory that a hub holds is left alone', async () => {
  const directory = join(parent, 'held')
  const held = await takeDataDirectory(directory, process.pid)
  await expect(fillNewDirectory(directory, options, async () => undefined)).rejects.toMatchObject({
    code: 'DATA_DIRECTORY_TAKEN',
  })
  held.release()
})
