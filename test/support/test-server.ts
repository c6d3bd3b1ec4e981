import { chmod, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openCluster } from '#prisma/embedded/cluster.ts'
import { launch, stopLeftover } from '#prisma/embedded/postmaster.ts'
import { startEmbedded } from '#prisma/embedded/server.ts'
import { migrate } from '#prisma/migrate.ts'
import { readServer } from '#prisma/server-check.ts'

/** The URL of the server that all test files of one run share, and of its migrated template. */
export interface TestServer {
  readonly url: string
}

export const templateName = 'crossdock'

/** Starts the shared server, or waits for the test file that is starting it. */
export async function findTestServer(directory: string): Promise<TestServer> {
  const file = join(directory, 'server.json')
  if (await isFirst(directory)) {
    const server = await startServer(directory)
    await writeFile(`${file}.draft`, JSON.stringify(server))
    await rename(`${file}.draft`, file)
    return server
  }
  for (let waits = 0; waits < 600; waits++) {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text !== undefined) return JSON.parse(text) as TestServer
    await sleep(100)
  }
  throw new Error(`no test file brought up the database in ${directory} within a minute`)
}

export async function stopTestServer(directory: string): Promise<void> {
  const started = await stat(join(directory, 'starting')).then(() => true, () => false)
  if (started) await stopLeftover(await openCluster(directory), 5_000)
}

/** One process alone makes a folder. */
async function isFirst(directory: string): Promise<boolean> {
  return await mkdir(join(directory, 'starting')).then(() => true, () => false)
}

/**
 * Makes and migrates the database, then starts the server once more without a keeper: it outlives
 * this test file, and the run's teardown stops it.
 */
async function startServer(directory: string): Promise<TestServer> {
  await chmod(directory, 0o711)
  const log = { info: () => undefined, warn: () => undefined }
  const kept = await startEmbedded({
    dataDirectory: directory, startTimeoutMs: 60_000, fastStopMs: 5_000, log,
  })
  const { url } = kept
  await migrate({ url, lockTimeoutMs: 10_000 })
  await kept.stop()

  const cluster = await openCluster(directory)
  const { child } = await launch(cluster, Number(new URL(url).port))
  child.unref()
  await untilUp(url)
  return { url }
}

async function untilUp(url: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await readServer(url, 1_000)
      return
    } catch (error) {
      if (attempt === 200) throw error
      await sleep(50)
    }
  }
}
