import { mkdir } from 'node:fs/promises'
import type { limits } from '#config/limits.ts'
import { takeDataDirectory } from '#prisma/embedded/data-directory.ts'
import { startEmbedded } from '#prisma/embedded/server.ts'
import type { EmbeddedLog } from '#prisma/embedded/server.ts'
import { checkServer, readServer } from '#prisma/server-check.ts'
import type { Closers } from './closers.ts'
import type { StartOptions } from './options.ts'

export interface Database {
  readonly url: string
  /** No other hub works on it: what an earlier one left behind can be taken over at once. */
  readonly ownedAlone: boolean
}

type StoreLimits = typeof limits.store

/** The database of this hub, up, of a version that serves, and durable. */
export async function openDatabase(
  options: StartOptions,
  storeLimits: StoreLimits,
  log: EmbeddedLog,
  closers: Closers,
): Promise<Database> {
  const database = options.databaseUrl === undefined
    ? await openEmbedded(options, storeLimits, log, closers)
    : await useGiven(options.databaseUrl, options)
  checkServer(await readServer(database.url, storeLimits.connectTimeoutMs))
  return database
}

async function openEmbedded(
  { dataDirectory }: StartOptions,
  { embeddedStartTimeoutMs, embeddedFastStopMs }: StoreLimits,
  log: EmbeddedLog,
  closers: Closers,
): Promise<Database> {
  const taken = await takeDataDirectory(dataDirectory, process.pid)
  closers.add('data directory', async () => taken.release())
  const server = await startEmbedded({
    dataDirectory: taken.path,
    startTimeoutMs: embeddedStartTimeoutMs,
    fastStopMs: embeddedFastStopMs,
    log,
  })
  closers.add('database', () => server.stop())
  return { url: server.url, ownedAlone: true }
}

/** Several hubs may share a server, and the directory with the secrets key too. */
async function useGiven(url: string, { dataDirectory }: StartOptions): Promise<Database> {
  await mkdir(dataDirectory, { recursive: true })
  return { url, ownedAlone: false }
}
