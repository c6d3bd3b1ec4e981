import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { programsIn } from './binaries.ts'
import { reachableBinaries } from './program-copy.ts'

const user = { name: 'somebody', uid: 4000, gid: 4000 }
let top: string
let dataDirectory: string
beforeEach(async () => {
  top = await realpath(await mkdtemp(join(tmpdir(), 'crossdock-programs-')))
  dataDirectory = join(top, 'data')
  await mkdir(join(top, 'home', 'native', 'bin'), { recursive: true })
  await writeFile(join(top, 'home', 'native', 'bin', 'postgres'), 'program', { mode: 0o755 })
  await mkdir(dataDirectory)
  for (const open of [top, dataDirectory, join(top, 'home')]) await chmod(open, 0o755)
})
afterEach(() => rm(top, { recursive: true }))

const programs = () => programsIn(join(top, 'home', 'native'), '18.4.0')

test('what can be reached is used where it is', async () => {
  expect(await reachableBinaries(programs(), user, dataDirectory)).toEqual(programs())
  expect(await readdir(dataDirectory)).toEqual([])
})

test('what lies below a closed directory is copied, once per version', async () => {
  await chmod(join(top, 'home'), 0o700)
  await mkdir(join(dataDirectory, 'postgres-programs-18.3.0'))
  await mkdir(join(dataDirectory, 'postgres-programs-18.4.0.draft', 'native'), { recursive: true })
  const copy = await reachableBinaries(programs(), user, dataDirectory)
  expect(copy).toEqual(programsIn(join(dataDirectory, 'postgres-programs-18.4.0'), '18.4.0'))
  expect(await readFile(copy.postgres, 'utf8')).toBe('program')
  expect(await readdir(dataDirectory)).toEqual(['postgres-programs-18.4.0'])
  await writeFile(copy.postgres, 'still there')
  await reachableBinaries(programs(), user, dataDirectory)
  expect(await readFile(copy.postgres, 'utf8')).toBe('still there')
})

test('a copy that cannot be reached either is a fault', async () => {
  await chmod(join(top, 'home'), 0o700)
  await chmod(dataDirectory, 0o700)
  await expect(reachableBinaries(programs(), user, dataDirectory)).rejects.toMatchObject({
    code: 'DIRECTORY_CLOSED', facts: { directory: dataDirectory },
  })
})
