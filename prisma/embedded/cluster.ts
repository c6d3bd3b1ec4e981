import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chown, mkdir, open, readdir, readFile, rename, rm, stat, writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Fault } from '#core/errors/fault.ts'
import { findBinaries } from './binaries.ts'
import type { Binaries } from './binaries.ts'
import { reachableBinaries } from './program-copy.ts'
import { checkReach, findServerUser } from './server-user.ts'
import type { ServerUser } from './server-user.ts'

const run = promisify(execFile)

/** Where the embedded database of a data directory keeps what. */
export interface ClusterFiles {
  readonly directory: string
  readonly logFile: string
  readonly portFile: string
  readonly passwordFile: string
}

export interface Cluster extends ClusterFiles {
  readonly binaries: Binaries
  /** Undefined: the hub's own user. */
  readonly user: ServerUser | undefined
  readonly password: string
}

export function clusterFiles(dataDirectory: string): ClusterFiles {
  return {
    directory: join(dataDirectory, 'postgres'),
    logFile: join(dataDirectory, 'postgres.log'),
    portFile: join(dataDirectory, 'postgres.port'),
    passwordFile: join(dataDirectory, 'postgres.password'),
  }
}

export const superuser = 'crossdock'

/**
 * Nothing of the hub's environment reaches the server: PGPORT and the like would change what it
 * does.
 */
export const serverEnvironment = { LC_ALL: 'C' }

/** Finds the embedded database of a data directory, or makes it. The caller holds the directory. */
export async function openCluster(dataDirectory: string): Promise<Cluster> {
  const found = await findBinaries()
  const user = await findServerUser()
  if (user !== undefined) await checkReach(dataDirectory, user)
  const binaries = user === undefined ? found : await reachableBinaries(found, user, dataDirectory)
  const files = clusterFiles(dataDirectory)
  const password = await readOrMakePassword(files.passwordFile, user)
  const cluster = { ...files, binaries, user, password }
  if (!(await exists(cluster.directory))) await initialise(cluster, dataDirectory)
  return cluster
}

/** Spawn options that make a child run as the server's user. */
export function asServerUser(cluster: Cluster): { readonly uid?: number; readonly gid?: number } {
  return cluster.user === undefined ? {} : { uid: cluster.user.uid, gid: cluster.user.gid }
}

/**
 * Makes the database beside its place and moves it there when it is whole, so that a hub killed
 * meanwhile leaves no half of one. Text sorts the same on every machine: the built-in C.UTF-8.
 */
async function initialise(cluster: Cluster, dataDirectory: string): Promise<void> {
  await removeUnfinished(dataDirectory)
  const unfinished = join(dataDirectory, `${unfinishedPrefix}${randomBytes(4).toString('hex')}`)
  await mkdir(unfinished, { mode: 0o700 })
  const { user } = cluster
  if (user !== undefined) await chown(unfinished, user.uid, user.gid)
  const flags = [
    `--pgdata=${unfinished}`, `--username=${superuser}`, `--pwfile=${cluster.passwordFile}`,
    '--auth=scram-sha-256', '--encoding=UTF8', '--no-locale',
    '--locale-provider=builtin', '--builtin-locale=C.UTF-8',
  ]
  try {
    const as = asServerUser(cluster)
    await run(cluster.binaries.initdb, flags, { ...as, cwd: unfinished, env: serverEnvironment })
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw new Fault('EMBEDDED_INIT_FAILED', { because: lastLine(error) })
  }
  await rename(unfinished, cluster.directory)
  await syncDirectory(dataDirectory)
}

const unfinishedPrefix = 'postgres.unfinished-'

async function removeUnfinished(dataDirectory: string): Promise<void> {
  for (const name of await readdir(dataDirectory)) {
    if (!name.startsWith(unfinishedPrefix)) continue
    // An initdb that outlived its hub may still write there; what it leaves goes at the next start.
    await rm(join(dataDirectory, name), { recursive: true, force: true }).catch(() => undefined)
  }
}

/** The server's user reads the file once, when the database is made; root reads it anyway. */
async function readOrMakePassword(file: string, user: ServerUser | undefined): Promise<string> {
  const known = await readFile(file, 'utf8').catch(() => '')
  if (known.trim() !== '') return known.trim()
  const password = randomBytes(24).toString('base64url')
  await writeFile(file, `${password}\n`, { mode: 0o600, flush: true })
  if (user !== undefined) await chown(file, user.uid, user.gid)
  return password
}

/** A rename is durable once its directory is. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(() => true, () => false)
}

/** initdb says on stderr what went wrong, in its last line but for the notes on cleaning up. */
function lastLine(error: unknown): string {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
  const told = stderr.split('\n').filter((line) => line.startsWith('initdb: error'))
  return told.at(-1) ?? (error instanceof Error ? error.message.trim() : String(error))
}
