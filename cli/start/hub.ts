import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pino from 'pino'
import type { Logger } from 'pino'
import { parse } from 'yaml'
import { buildApp } from '#api/app.ts'
import { listen } from '#api/server.ts'
import type { Listening } from '#api/server.ts'
import { limits } from '#config/limits.ts'
import type { Ring } from '#core/exchange/bell.ts'
import { migrate } from '#prisma/migrate.ts'
import { checkPreset, makeFirstKey, presetAdminKey } from '#prisma/store/api-keys.ts'
import { openStore } from '#prisma/store/index.ts'
import type { Store } from '#prisma/store/index.ts'
import { ensurePartitions } from '#prisma/store/partitions.ts'
import { seedSandbox } from '#prisma/store/sandbox-seed.ts'
import type { CrossReferenceSeed } from '#prisma/store/sandbox-seed.ts'
import { checkSecretsKey, loadSecretsKey } from '#prisma/store/secrets-key.ts'
import { startWorkers } from '#workers/index.ts'
import { makeClosers } from './closers.ts'
import type { Closers } from './closers.ts'
import { openDatabase, takeDirectory } from './database.ts'
import type { StartOptions } from './options.ts'
import { checkPort, listenFault } from './port.ts'

export interface Hub {
  readonly url: string
  /** Finishes what is in hand within the deadline, then closes everything; never rejects. */
  stop(): Promise<void>
}

/**
 * Starts a hub: database, migrations, partitions, keys, sandbox, API, workers, all in this process.
 * What fails on the way is thrown after everything begun is closed again.
 *
 * @param showKey is told the first admin key, once in the life of a database.
 */
export async function startHub(
  options: StartOptions,
  showKey: (key: string) => Promise<void>,
): Promise<Hub> {
  const log = pino(
    { level: options.logLevel, serializers: { err: withoutRows } },
    pino.destination({ dest: 2, sync: false }),
  )
  const closers = makeClosers((name, error) => {
    log.error({ err: error, name }, 'closing failed')
  })
  try {
    const listening = await open(options, showKey, log, closers)
    log.info({ url: listening.url }, 'started')
    return { url: listening.url, stop: () => closers.closeAll() }
  } catch (error) {
    await closers.closeAll()
    throw error
  }
}

async function open(
  options: StartOptions,
  showKey: (key: string) => Promise<void>,
  log: Logger,
  closers: Closers,
): Promise<Listening> {
  const { host, port, adminKey, sandbox } = options
  // What needs no database is checked before one is started for nothing.
  if (adminKey !== undefined) checkPreset(adminKey)
  const dataDirectory = await takeDirectory(options, closers)
  await checkPort(host, port)
  const url = await openDatabase(options.databaseUrl, dataDirectory, log, closers)
  const applied = await migrate({ url, lockTimeoutMs: limits.store.migrationLockTimeoutMs })
  if (applied.length > 0) log.info({ applied }, 'migrated the database')
  const secretsKey = await loadSecretsKey(dataDirectory, options.secretsKey)
  const store = openStore({ url, secretsKey, limits: limits.store })
  closers.add('store', limits.stop.storeMs, () => store.close())
  await checkSecretsKey(store)
  await keepPartitions(store, log, closers)
  await prepareKeys(store, adminKey, showKey)
  if (sandbox) await seedSandbox(store, await readCrossReferences())
  return await openDoor(options, store, log, closers)
}

async function prepareKeys(
  store: Store,
  adminKey: string | undefined,
  showKey: (key: string) => Promise<void>,
): Promise<void> {
  if (adminKey === undefined) await makeFirstKey(store, showKey)
  else await presetAdminKey(store, adminKey)
}

/** Once now, then often enough that no month begins without its partitions. */
async function keepPartitions(store: Store, log: Logger, closers: Closers): Promise<void> {
  const { partitionMonthsAhead, partitionCheckEveryMs } = limits.store
  const look = () => ensurePartitions(store.pool, Date.now(), partitionMonthsAhead)
  await look()
  const timer = setInterval(() => {
    look().catch((error: unknown) => log.error({ err: error }, 'making partitions failed'))
  }, partitionCheckEveryMs)
  closers.add('partition timer', limits.stop.storeMs, async () => clearInterval(timer))
}

async function readCrossReferences(): Promise<CrossReferenceSeed> {
  const file = join(import.meta.dirname, '../../mappings/sandbox/cross-references.yaml')
  return parse(await readFile(file, 'utf8')) as CrossReferenceSeed
}

/**
 * The door opens first: the sandbox's ERP is reached through it, at a port known only then. A ring
 * before the workers are there is no loss, for each of them looks once by itself. They stop before
 * the door closes.
 */
async function openDoor(
  options: StartOptions,
  store: Store,
  log: Logger,
  closers: Closers,
): Promise<Listening> {
  const { host, port, sandbox, dataDirectory } = options
  const alone = options.databaseUrl === undefined
  let ring: Ring = () => undefined
  const app = await buildApp({
    store, log, sandbox, limits: limits.api, nowMs: Date.now,
    ring: (bell) => ring(bell),
    dataDir: alone ? dataDirectory : null,
  })
  const { workersMs, apiMs } = limits.stop
  closers.add('API', 2 * apiMs, () => closeDoor(app))
  const listening = await listen(app, { host, port }).catch((error: unknown) => {
    throw listenFault(error, host, port)
  })
  const workers = await startWorkers({ store, log, alone, hub: listening.url })
  closers.add('workers', 2 * workersMs, () => workers.stop(workersMs))
  ring = workers.ring
  return listening
}

/** Requests in hand are answered; a client that takes longer than that loses its connection. */
async function closeDoor(app: Awaited<ReturnType<typeof buildApp>>): Promise<void> {
  const impatience = setTimeout(() => app.server.closeAllConnections(), limits.stop.apiMs)
  await app.close()
  clearTimeout(impatience)
}

/**
 * PostgreSQL names the row that failed in an error's `detail`; that is payload, and stays out of
 * logs.
 */
function withoutRows(error: Error): object {
  const { type, message, stack, code } = pino.stdSerializers.err(error)
  return { type, message, stack, code: code as unknown }
}
