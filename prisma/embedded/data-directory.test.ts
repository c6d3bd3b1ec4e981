import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeDataDirectory } from './data-directory.ts'

let parent: string
let directory: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'crossdock-directory-'))
  directory = join(parent, 'data')
})
afterEach(() => rm(parent, { recursive: true }))

test('is made so that others may enter it and not list it', async () => {
  const taken = await takeDataDirectory(directory, 1)
  expect((await stat(directory)).mode & 0o777).toBe(0o711)
  taken.release()
})

test('a second holder is told who holds it, until it is released', async () => {
  const taken = await takeDataDirectory(directory, 4711)
  await expect(takeDataDirectory(directory, 4712)).rejects.toMatchObject({
    code: 'DATA_DIRECTORY_TAKEN', facts: { directory, pid: '4711' },
  })
  taken.release()
  const again = await takeDataDirectory(directory, 4713)
  again.release()
})

test('a holder that is killed leaves nothing that keeps the next one out', async () => {
  const holder = await holdInChild(directory)
  await expect(takeDataDirectory(directory, 1)).rejects.toMatchObject({
    code: 'DATA_DIRECTORY_TAKEN', facts: { directory, pid: String(holder.pid) },
  })
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  const taken = await takeDataDirectory(directory, 1)
  taken.release()
})

test('of many that come at once, one gets it', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, (_, n) => takeDataDirectory(directory, n)),
  )
  const taken = outcomes.filter((outcome) => outcome.status === 'fulfilled')
  expect(taken).toHaveLength(1)
  taken[0]!.value.release()
})

test('a file in its place, or a broken lock, is a fault', async () => {
  await writeFile(directory, '')
  await expect(takeDataDirectory(directory, 1)).rejects.toMatchObject({
    code: 'DATA_DIRECTORY_UNUSABLE',
  })
  await rm(directory)
  await mkdir(join(directory, 'hub.lock'), { recursive: true })
  await expect(takeDataDirectory(directory, 1)).rejects.toMatchObject({
    code: 'DATA_DIRECTORY_UNUSABLE',
  })
})

async function holdInChild(path: string): Promise<ChildProcess> {
  const module = join(import.meta.dirname, 'data-directory.ts')
  const script = `
    import { takeDataDirectory } from ${JSON.stringify(module)}
    globalThis.taken = await takeDataDirectory(${JSON.stringify(path)}, process.pid)
    console.log('taken')
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}
