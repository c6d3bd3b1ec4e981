import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { isAlive } from './alive.ts'
import { stopTestServer } from './test-server.ts'

/**
 * Gives the test files of one run a folder for the database server they share. The first file that
 * wants a database starts it (test/support/database.ts); a run that needs none starts none.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  await removeLeftovers()
  const directory = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`))
  project.provide('databaseDirectory', directory)
  return () => remove(directory)
}

declare module 'vitest' {
  interface ProvidedContext {
    databaseDirectory: string
  }
}

const prefix = 'crossdock-test-'

/** Servers of runs that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(/^crossdock-test-(\d+)-/.exec(name)?.[1])
    if (Number.isInteger(pid) && !isAlive(pid)) await remove(join(tmpdir(), name))
  }
}

async function remove(directory: string): Promise<void> {
  await stopTestServer(directory)
  await rm(directory, { recursive: true, force: true })
}
