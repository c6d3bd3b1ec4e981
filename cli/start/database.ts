import { limits } from '#config/limits.ts'
import { makeDataDirectory, takeDataDirectory } from '#prisma/embedded/data-directory.ts'
import { startEmbedded } from '#prisma/embedded/server.ts'
import type { EmbeddedLog } from '#prisma/embedded/server.ts'
import { checkServer, readServer } from '#prisma/server-check.ts'
import type { Closers } from './closers.ts'
import type { StartOptions } from './options.ts'

/** Without a DATABASE_URL the data directory is this hub's alone; throws DATA_DIRECTORY_TAKEN. */
export async function takeDirectory(
  options: Pick<StartOptions, 'databaseUrl' | 'dataDirectory'>, closers: Closers,
): Promise<string> {
  if (options.databaseUrl !== undefined) return await makeDataDirectory(options.dataDirectory)
  const taken = await takeDataDirectory(options.dataDirectory, process.pid)
  closers.add('data directory', limits.stop.storeMs, async () => taken.release())
  return taken.path
}

/** The database of this hub, up, of a version that serves, and durable. */
export async function openDatabase(
  databaseUrl: string | undefined,
  dataDirectory: string,
  log: EmbeddedLog,
  closers: Closers,
): Promise<string> {
  const url = databaseUrl ?? (await openEmbedded(dataDirectory, log, closers))
  checkServer(await readServer(url, limits.store.connectTimeoutMs))
  return url
}

async function openEmbedded(
  dataDirectory: string,
  log: EmbeddedLog,
  closers: Closers,
): Promise<string> {
  const { embeddedStartTimeoutMs: startTimeoutMs, embeddedFastStopMs: fastStopMs } = limits.store
  const server = await startEmbedded({ dataDirectory, startTimeoutMs, fastStopMs, log })
  // A stop that is not fast becomes an immediate one, and takes as long again at most.
  closers.add('database', 2 * fastStopMs, () => server.stop())
  return server.url
}
