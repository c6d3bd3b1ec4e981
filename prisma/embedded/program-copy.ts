import { cp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#core/errors/fault.ts'
import { programsIn } from './binaries.ts'
import type { Binaries } from './binaries.ts'
import { checkReach } from './server-user.ts'
import type { ServerUser } from './server-user.ts'

/**
 * The programs as the server's user can run them: those in node_modules, or a copy in the data
 * directory where node_modules lies below a directory closed to that user, such as root's home.
 */
export async function reachableBinaries(
  binaries: Binaries,
  user: ServerUser,
  dataDirectory: string,
): Promise<Binaries> {
  try {
    await checkReach(join(binaries.root, 'bin'), user)
    return binaries
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'DIRECTORY_CLOSED') throw error
  }
  const copy = programsIn(await copyOf(binaries, dataDirectory), binaries.version)
  await checkReach(join(copy.root, 'bin'), user)
  return copy
}

const copyPrefix = 'postgres-programs-'

/** Made once per version, whole or not at all; those of other versions go. */
async function copyOf({ root, version }: Binaries, dataDirectory: string): Promise<string> {
  const name = copyPrefix + version
  const there = await readdir(dataDirectory)
  for (const other of there) {
    if (!other.startsWith(copyPrefix) || other === name) continue
    await rm(join(dataDirectory, other), { recursive: true, force: true })
  }
  const copy = join(dataDirectory, name)
  if (there.includes(name)) return copy
  const draft = `${copy}.draft`
  await cp(root, draft, { recursive: true, verbatimSymlinks: true })
  await rename(draft, copy)
  return copy
}
