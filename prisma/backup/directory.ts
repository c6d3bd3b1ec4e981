import { randomBytes } from 'node:crypto'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#core/errors/fault.ts'
import { clusterFiles, syncDirectory } from '../embedded/cluster.ts'
import { makeDataDirectory, takeDataDirectory } from '../embedded/data-directory.ts'
import { startEmbedded } from '../embedded/server.ts'
import type { EmbeddedOptions } from '../embedded/server.ts'

export interface NewDirectoryOptions extends Omit<EmbeddedOptions, 'dataDirectory'> {
  readonly pid: number
}

/**
 * Makes the embedded database of a data directory that has none, with what `fill` puts in it. It is
 * made in a folder within and moves to its place when it is whole: whoever starts a hub after this
 * broke off finds no half of a database, and none that is empty. Throws RESTORE_NOT_EMPTY,
 * DATA_DIRECTORY_TAKEN, and what `fill` throws.
 */
export async function fillNewDirectory<Result>(
  directory: string, options: NewDirectoryOptions, fill: (url: string) => Promise<Result>,
): Promise<Result> {
  const isNew = !(await exists(directory))
  const taken = await takeDataDirectory(directory, options.pid)
  try {
    const result = await fillBeside(taken.path, options, fill)
    taken.release()
    return result
  } catch (error) {
    taken.release()
    if (isNew) await rm(taken.path, { recursive: true, force: true })
    throw error
  }
}

/** Whether an embedded database was ever made in a data directory. */
export async function holdsDatabase(dataDirectory: string): Promise<boolean> {
  return await exists(clusterFiles(dataDirectory).directory)
}

const draftPrefix = 'restoring-'

async function fillBeside<Result>(
  directory: string, options: NewDirectoryOptions, fill: (url: string) => Promise<Result>,
): Promise<Result> {
  const place = clusterFiles(directory)
  if (await holdsDatabase(directory)) {
    throw new Fault('RESTORE_NOT_EMPTY', { place: directory, found: 'a database' })
  }
  await removeDrafts(directory)
  const draft = await makeDataDirectory(
    join(directory, `${draftPrefix}${randomBytes(4).toString('hex')}`),
  )
  try {
    const server = await startEmbedded({ ...options, dataDirectory: draft })
    const result = await fill(server.url).finally(() => server.stop())
    const made = clusterFiles(draft)
    await rename(made.passwordFile, place.passwordFile)
    await rename(made.directory, place.directory)
    await syncDirectory(directory)
    return result
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** Of restores that were killed. A server that still runs there ends when it misses its files. */
async function removeDrafts(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!name.startsWith(draftPrefix)) continue
    await rm(join(directory, name), { recursive: true, force: true })
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false)
}
