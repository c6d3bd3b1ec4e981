import { parseArgs } from 'node:util'
import { readEnvironment } from '#config/env.ts'
import { limits } from '#config/limits.ts'
import { fillNewDirectory } from '#prisma/backup/directory.ts'
import { openBackup } from '#prisma/backup/file.ts'
import type { OpenBackup } from '#prisma/backup/file.ts'
import { checkKey } from '#prisma/backup/key.ts'
import { checkMigrations, restoreBackup } from '#prisma/backup/restore.ts'
import type { Restored } from '#prisma/backup/restore.ts'
import { checkThrough } from '#prisma/backup/turns.ts'
import { readMigrations } from '#prisma/migrate.ts'
import { checkServer, readServer } from '#prisma/server-check.ts'
import { exitCodes, UsageError } from '../command.ts'
import type { ExitCode } from '../command.ts'
import { print } from '../output.ts'
import { defaultDataDirectory } from '../start/options.ts'
import { stopSignal } from '../start/signals.ts'

/** Makes a database from a backup, or only reads the backup through. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const options = readOptions(args)
  const signal = stopSignal()
  const backup = await openBackup(options.file, limits.backup.frameBytesMax, signal)
  try {
    const told = options.check
      ? await check(backup)
      : await restore(backup, options, signal)
    await print(options.json ? `${JSON.stringify(told.view)}\n` : told.lines)
    return exitCodes.done
  } finally {
    backup.close()
  }
}

interface RestoreFlags {
  readonly file: string
  readonly check: boolean
  readonly json: boolean
  readonly dataDirectory: string
  readonly databaseUrl: string | undefined
  readonly keyFile: string | undefined
  readonly secretsKey: string | undefined
  readonly skipNumbers: number
}

function readOptions(args: readonly string[]): RestoreFlags {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      'data': { type: 'string' },
      'key': { type: 'string' },
      'skip-numbers': { type: 'string', default: '0' },
      'check': { type: 'boolean', default: false },
      'json': { type: 'boolean', default: false },
    },
    allowPositionals: true,
  })
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new UsageError('Name one backup.')
  const { databaseUrl, dataDirectory, secretsKey } = readEnvironment()
  return {
    file, check: values.check, json: values.json, databaseUrl, secretsKey,
    dataDirectory: values.data ?? dataDirectory ?? defaultDataDirectory,
    keyFile: values.key,
    skipNumbers: numbersToSkip(values['skip-numbers']),
  }
}

function numbersToSkip(text: string): number {
  const most = limits.backup.skipNumbersMax
  const count = /^\d{1,9}$/.test(text) ? Number(text) : NaN
  if (count <= most) return count
  throw new UsageError(`--skip-numbers must be a whole number, 0 to ${most}.`)
}

/** What is told, to machines and to people. */
interface Told {
  readonly view: object
  readonly lines: string
}

async function check(backup: OpenBackup): Promise<Told> {
  checkMigrations(backup.contents, await readMigrations())
  const rows = await checkThrough(backup)
  const { takenAt, version, keyIds } = backup.contents
  const key = keyIds.length === 0
    ? 'It holds no sealed secrets.'
    : `Its secrets are sealed with the key ${keyIds.join(', ')}.`
  return {
    view: { file: backup.file, takenAt, version, rows, keyIds },
    lines: `${backup.file} is whole: the database as of ${takenAt}, ${rows} rows, taken by ` +
      `Crossdock ${version}.\n${key}\n`,
  }
}

async function restore(
  backup: OpenBackup, flags: RestoreFlags, signal: AbortSignal,
): Promise<Told> {
  // What can be refused is refused before a database is made for nothing.
  checkMigrations(backup.contents, await readMigrations())
  const placeKey = await checkKey(backup.contents, {
    file: flags.keyFile, environment: flags.secretsKey, dataDirectory: flags.dataDirectory,
  })
  const fill = async (url: string, place: string): Promise<Restored> => {
    checkServer(await readServer(url, limits.store.connectTimeoutMs))
    const restored = await restoreBackup(backup, {
      url, place, signal,
      lockTimeoutMs: limits.store.migrationLockTimeoutMs,
      skipNumbers: flags.skipNumbers,
    })
    await placeKey()
    return restored
  }
  const restored = flags.databaseUrl === undefined
    ? await restoreEmbedded(flags.dataDirectory, (url) => fill(url, flags.dataDirectory))
    : await fill(flags.databaseUrl, 'the database of DATABASE_URL')
  return tell(backup, flags, restored)
}

async function restoreEmbedded(
  directory: string, fill: (url: string) => Promise<Restored>,
): Promise<Restored> {
  const { embeddedStartTimeoutMs: startTimeoutMs, embeddedFastStopMs: fastStopMs } = limits.store
  return await fillNewDirectory(
    directory, { pid: process.pid, startTimeoutMs, fastStopMs, log: quiet }, fill,
  )
}

const quiet = { info: () => undefined, warn: () => undefined }

function tell(backup: OpenBackup, flags: RestoreFlags, restored: Restored): Told {
  const { takenAt } = backup.contents
  const { rows, leftOut, applied, doubted, voided } = restored
  const into = flags.databaseUrl === undefined ? flags.dataDirectory : 'the database'
  const left = leftOut.map((table) => `Left out: the table ${table}, which is no hub's.\n`)
  const numbers = flags.skipNumbers === 0
    ? 'Each series of numbers goes on after the last number in the backup.'
    : `Passed over ${flags.skipNumbers} numbers of each series, recorded as void.`
  return {
    view: { file: backup.file, takenAt, rows, leftOut, applied, doubted, voided },
    lines: `Restored ${rows} rows into ${into}, as of ${takenAt}.\n${left.join('')}${numbers}\n` +
      `${doubted} deliveries were due and may have been sent since: their fate is unknown.\n` +
      'What the old hub took in or sent after that is not known here: see docs/backup.md.\n',
  }
}
