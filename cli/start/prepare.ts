import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import pino from 'pino'
import type { Logger } from 'pino'
import { parse } from 'yaml'
import { limits } from '#config/limits.ts'
import type { LogLevel } from '#config/env.ts'
import { migrate } from '#prisma/migrate.ts'
import { checkPreset, makeFirstKey, presetAdminKey } from '#prisma/store/api-keys.ts'
import { openStore } from '#prisma/store/index.ts'
import type { Store } from '#prisma/store/index.ts'
import { ensurePartitions } from '#prisma/store/partitions.ts'
import { seedSandbox } from '#prisma/store/sandbox-seed.ts'
import type { CrossReferenceSeed } from '#prisma/store/sandbox-seed.ts'
import { checkSecretsKey, loadSecretsKey, needSecretsKey } from '#prisma/store/secrets-key.ts'
import type { Closers } from './closers.ts'
import { openDatabase, takeDirectory } from './database.ts'
import type { StartOptions } from './options.ts'

/** JSON logs on standard error; ids, never payloads. */
export function openLog(level: LogLevel): Logger {
  return pino(
    { level, serializers: { err: withoutRows } },
    pino.destination({ dest: 2, sync: false }),
  )
}

/** A process's database, migrated, and its directory. */
export interface Prepared {
  readonly store: Store
  readonly url: string
  readonly dataDirectory: string
}

export interface Preparing {
  /** One of several processes: it leaves nothing on this machine, and so makes no secrets key. */
  readonly stateless: boolean
  /** What needs no database is checked before one is started for nothing. */
  readonly beforeDatabase: () => Promise<void>
}

export async function prepare(
  options: StartOptions,
  { stateless, beforeDatabase }: Preparing,
  log: Logger,
  closers: Closers,
): Promise<Prepared> {
  if (options.adminKey !== undefined) checkPreset(options.adminKey)
  const dataDirectory = stateless
    ? resolve(options.dataDirectory)
    : await takeDirectory(options, closers)
  await beforeDatabase()
  const findKey = stateless ? needSecretsKey : loadSecretsKey
  const secretsKey = await findKey(dataDirectory, options.secretsKey)
  const url = await openDatabase(options.databaseUrl, dataDirectory, log, closers)
  const applied = await migrate({ url, lockTimeoutMs: limits.store.migrationLockTimeoutMs })
  if (applied.length > 0) log.info({ applied }, 'migrated the database')
  const store = openStore({ url, secretsKey, limits: limits.store })
  closers.add('store', limits.stop.storeMs, () => store.close())
  await checkSecretsKey(store)
  await keepPartitions(store, log, closers)
  return { store, url, dataDirectory }
}

/** The admin key and, where it is wanted, the sandbox: what a hub has that somebody can reach. */
export async function furnish(
  store: Store,
  { adminKey, sandbox }: StartOptions,
  showKey: (key: string) => Promise<void>,
): Promise<void> {
  if (adminKey === undefined) await makeFirstKey(store, showKey)
  else await presetAdminKey(store, adminKey)
  if (sandbox) await seedSandbox(store, await readCrossReferences())
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
 * PostgreSQL names the row that failed in an error's `detail`; that is payload, and stays out of
 * logs.
 */
function withoutRows(error: Error): object {
  const { type, message, stack, code } = pino.stdSerializers.err(error)
  return { type, message, stack, code: code as unknown }
}
