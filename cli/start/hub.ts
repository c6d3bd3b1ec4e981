import type { Logger } from 'pino'
import type { Listening } from '#api/server.ts'
import { limits } from '#config/limits.ts'
import type { RemoteBell, Ring } from '#core/exchange/bell.ts'
import { Fault } from '#core/errors/fault.ts'
import { startWorkers } from '#workers/index.ts'
import type { Workers } from '#workers/index.ts'
import { makeClosers } from './closers.ts'
import type { Closers } from './closers.ts'
import { openDoor, openWatch } from './door.ts'
import type { StartOptions } from './options.ts'
import { checkPort } from './port.ts'
import { furnish, openLog, prepare } from './prepare.ts'
import type { Preparing } from './prepare.ts'
import { openRemoteBell } from './remote-bell.ts'

/** What runs, whole or a part of it. */
export interface Running {
  /** Where it listens; null of a worker that tells nobody how it does. */
  readonly url: string | null
  /** Finishes what is in hand within the deadline, then closes everything; never rejects. */
  stop(): Promise<void>
}

export interface Hub extends Running {
  readonly url: string
}

type ShowKey = (key: string) => Promise<void>

/**
 * Starts a hub: database, migrations, partitions, keys, sandbox, API, workers, all in this process.
 * What fails on the way is thrown after everything begun is closed again.
 *
 * @param showKey is told the first admin key, once in the life of a database.
 */
export async function startHub(options: StartOptions, showKey: ShowKey): Promise<Hub> {
  const running = await opened(options, (log, closers) => openHub(options, showKey, log, closers))
  return running as Hub
}

/** An API process: takes messages in and rings; others do the work. Throws DATABASE_URL_MISSING. */
export async function startApi(options: StartOptions, showKey: ShowKey): Promise<Hub> {
  const running = await opened(options, async (log, closers) => {
    needDatabase(options)
    const prepared = await prepare(options, atDoor(options, true), log, closers)
    await furnish(prepared.store, options, showKey)
    const bell = await openRemoteBell(options, prepared, log, closers)
    return openDoor(options, prepared, bell.ring, bell, log, closers)
  })
  return running as Hub
}

/** A worker process: no door, only the work. Throws DATABASE_URL_MISSING. */
export async function startWorker(options: StartOptions): Promise<Running> {
  return opened(options, async (log, closers) => {
    needDatabase(options)
    const { host, healthPort, hubUrl = null } = options
    const beforeDatabase = async (): Promise<void> => {
      if (healthPort !== undefined) await checkPort(host, healthPort)
    }
    const prepared = await prepare(options, { stateless: true, beforeDatabase }, log, closers)
    const bell = await openRemoteBell(options, prepared, log, closers)
    const listening = healthPort === undefined
      ? null
      : await openWatch({ host, port: healthPort }, prepared.store, bell, log, closers)
    const { store } = prepared
    join(bell, await startWorkers({ store, log, alone: false, hub: hubUrl }), closers)
    return listening
  })
}

async function opened(
  options: StartOptions,
  open: (log: Logger, closers: Closers) => Promise<Listening | null>,
): Promise<Running> {
  const log = openLog(options.logLevel)
  const closers = makeClosers((name, error) => {
    log.error({ err: error, name }, 'closing failed')
  })
  try {
    const url = (await open(log, closers))?.url ?? null
    log.info({ url }, 'started')
    return { url, stop: () => closers.closeAll() }
  } catch (error) {
    await closers.closeAll()
    throw error
  }
}

/**
 * The door opens first: the sandbox's ERP is reached through it, at a port known only then. A ring
 * before the workers are there is no loss, for each of them looks once by itself. They stop before
 * the door closes.
 */
async function openHub(
  options: StartOptions,
  showKey: ShowKey,
  log: Logger,
  closers: Closers,
): Promise<Listening> {
  const prepared = await prepare(options, atDoor(options, false), log, closers)
  const { store } = prepared
  await furnish(store, options, showKey)
  const alone = options.databaseUrl === undefined
  let ring: Ring = () => undefined
  const bell = alone ? null : await openRemoteBell(options, prepared, log, closers)
  const listening = await openDoor(
    options, prepared, (one) => ring(one), bell, log, closers)
  const workers = await startWorkers({ store, log, alone, hub: listening.url })
  join(bell, workers, closers)
  ring = (one) => {
    workers.ring(one)
    // More than these can hold is found by others too.
    bell?.ring(one)
  }
  return listening
}

/** Rings of others are answered here, until these workers stop: then they are left to others. */
function join(bell: RemoteBell | null, workers: Workers, closers: Closers): void {
  bell?.listen(workers.answer)
  const { workersMs } = limits.stop
  closers.add('workers', 2 * workersMs, async () => {
    bell?.hush()
    await workers.stop(workersMs)
  })
}

function atDoor({ host, port }: StartOptions, stateless: boolean): Preparing {
  return { stateless, beforeDatabase: () => checkPort(host, port) }
}

function needDatabase({ databaseUrl }: StartOptions): void {
  if (databaseUrl === undefined) throw new Fault('DATABASE_URL_MISSING', {})
}
