import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { Fault } from '#core/errors/fault.ts'
import { clusterFiles, openCluster, superuser } from './cluster.ts'
import type { Cluster } from './cluster.ts'
import { isServed, lastComplaint, launch, stopLeftover } from './postmaster.ts'
import type { Postmaster } from './postmaster.ts'

export interface EmbeddedOptions {
  /** A data directory this process holds (takeDataDirectory). */
  readonly dataDirectory: string
  readonly startTimeoutMs: number
  readonly fastStopMs: number
  readonly log: EmbeddedLog
}

export interface EmbeddedLog {
  info(facts: object, says: string): void
  warn(facts: object, says: string): void
}

export interface EmbeddedServer {
  readonly url: string
  /**
   * Fast stop, and an immediate one when that takes longer than `fastStopMs`; what was committed is
   * kept.
   */
  stop(): Promise<void>
}

/**
 * Starts the embedded PostgreSQL of a data directory and keeps it up until `stop`: a server that
 * ends by itself, or is killed, is started again on the same port.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { log, fastStopMs } = options
  const cluster = await openCluster(options.dataDirectory)
  if (await stopLeftover(cluster, fastStopMs)) {
    log.warn({}, 'stopped the database server that an earlier hub left behind')
  }
  const { postmaster, port } = await startFirst(cluster, options.startTimeoutMs)
  const keeper = keepUp(cluster, port, postmaster, log)
  try {
    const url = await makeDatabase(cluster, port)
    return { url, stop: () => keeper.stop(fastStopMs) }
  } catch (error) {
    await keeper.stop(fastStopMs)
    throw error
  }
}

/** The address of the server that runs on a data directory right now, for a look from outside. */
export async function findEmbedded(dataDirectory: string): Promise<string | undefined> {
  const files = clusterFiles(dataDirectory)
  if (!(await isServed(files.directory))) return undefined
  const port = Number(await readFile(files.portFile, 'utf8'))
  const password = (await readFile(files.passwordFile, 'utf8')).trim()
  return urlOf({ password }, port, databaseName)
}

/**
 * Tries for some seconds while the cause may pass: another process took the port first, or orphans
 * of a killed server, which have yet to notice, hold its shared memory. A server that lives and
 * does not answer is at recovery and gets all of `timeoutMs`.
 */
async function startFirst(cluster: Cluster, timeoutMs: number) {
  const timeUp = AbortSignal.timeout(timeoutMs)
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort(cluster.portFile)
    const postmaster = await launch(cluster, port)
    const failure = await untilReady(cluster, port, postmaster, timeUp).catch((error: unknown) => {
      postmaster.child.kill('SIGQUIT')
      throw error
    })
    if (failure === undefined) return { postmaster, port }
    postmaster.child.kill('SIGQUIT')
    const because = (await lastComplaint(cluster.logFile)) ?? failure
    if (timeUp.aborted || attempt === attemptsMax || !mayPass.test(because)) {
      throw new Fault('EMBEDDED_START_FAILED', { because, logFile: cluster.logFile })
    }
    await sleep(retryMs)
  }
}

const mayPass = /TCP\/IP sockets|shared memory|lock file/
const attemptsMax = 50
const retryMs = 200
const pollMs = 25

/**
 * Undefined once the server answers, else why it does not. Recovery after a crash can take its
 * time.
 */
async function untilReady(
  cluster: Cluster, port: number, postmaster: Postmaster, timeUp?: AbortSignal,
): Promise<string | undefined> {
  let ending: string | undefined
  void postmaster.ended.then((how) => { ending = how })
  while (timeUp?.aborted !== true) {
    if (await answers(cluster, port)) return undefined
    if (ending !== undefined) return ending
    await sleep(pollMs)
  }
  return 'it did not answer in time'
}

async function answers(cluster: Cluster, port: number): Promise<boolean> {
  const client = new pg.Client(urlOf(cluster, port, 'postgres'))
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch (error) {
    // 28P01 invalid_password: waiting does not help.
    if (error instanceof pg.DatabaseError && error.code === '28P01') {
      throw new Fault('EMBEDDED_PASSWORD_WRONG', { file: cluster.passwordFile })
    }
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Watches the server and starts it again, with pauses that grow, until it is told to stop. */
function keepUp(cluster: Cluster, port: number, first: Postmaster, log: EmbeddedLog) {
  const stopping = new AbortController()
  const isStopping = (): boolean => stopping.signal.aborted
  let current = first

  const watch = async (): Promise<void> => {
    let pauseMs = retryMs
    for (;;) {
      const how = await current.ended
      if (isStopping()) return
      log.warn({ how }, 'the database server went down; starting it again')
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (isStopping()) return
      current = await launch(cluster, port)
      if (isStopping()) current.child.kill('SIGINT')
      const failure = await untilReady(cluster, port, current, stopping.signal).catch(String)
      pauseMs = failure === undefined ? retryMs : Math.min(pauseMs * 2, pauseMaxMs)
      if (failure === undefined) log.info({ port }, 'the database server is up again')
    }
  }
  const watched = watch()

  return {
    async stop(fastStopMs: number): Promise<void> {
      stopping.abort()
      current.child.kill('SIGINT')
      const impatience = setTimeout(() => current.child.kill('SIGQUIT'), fastStopMs)
      await watched
      clearTimeout(impatience)
    },
  }
}

const pauseMaxMs = 5_000

const databaseName = 'crossdock'

async function makeDatabase(cluster: Cluster, port: number): Promise<string> {
  const client = new pg.Client(urlOf(cluster, port, 'postgres'))
  await client.connect()
  try {
    const known = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName])
    if (known.rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`)
  } finally {
    await client.end()
  }
  return urlOf(cluster, port, databaseName)
}

function urlOf(
  { password }: { readonly password: string },
  port: number,
  database: string,
): string {
  return `postgresql://${superuser}:${password}@127.0.0.1:${port}/${database}?sslmode=disable`
}

/**
 * The port of the last start where it is free, so that tools set up for it go on working; else
 * another.
 */
async function choosePort(portFile: string): Promise<number> {
  const last = Number((await readFile(portFile, 'utf8').catch(() => '')).trim())
  const usable = Number.isInteger(last) && last > 0 && last < 65_536
  const port = (usable ? await freePort(last) : undefined) ?? (await freePort(0))
  if (port === undefined) throw new Error('no loopback port is free')
  if (port !== last) await writeFile(portFile, `${port}\n`)
  return port
}

/** The port if it can be listened on; 0 asks for any. */
async function freePort(wanted: number): Promise<number | undefined> {
  const probe = createServer()
  return await new Promise((resolve) => {
    probe.once('error', () => resolve(undefined))
    probe.listen(wanted, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}
