import { realpath } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { readEnvironment } from '#config/env.ts'
import { limits } from '#config/limits.ts'
import { Fault } from '#core/errors/fault.ts'
import { takeBackup } from '#prisma/backup/backup.ts'
import type { BackupTaken } from '#prisma/backup/backup.ts'
import { holdsDatabase } from '#prisma/backup/directory.ts'
import { findEmbedded } from '#prisma/embedded/server.ts'
import { secretsKeyFile } from '#prisma/store/secrets-key.ts'
import { exitCodes, UsageError } from '../command.ts'
import type { ExitCode } from '../command.ts'
import { print } from '../output.ts'
import { makeClosers } from '../start/closers.ts'
import { openDatabase, takeDirectory } from '../start/database.ts'
import type { Closers } from '../start/closers.ts'
import { defaultDataDirectory } from '../start/options.ts'
import { stopSignal } from '../start/signals.ts'
import { version } from '../version.ts'

/** Writes a hub's database into one file and tells what it wrote, and what it did not. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { data: { type: 'string' }, json: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new UsageError('Name one file to write.')
  const { databaseUrl, dataDirectory } = readEnvironment()
  const directory = values.data ?? dataDirectory ?? defaultDataDirectory
  const closers = makeClosers((name, error) => {
    process.stderr.write(`closing the ${name} failed: ${String(error)}\n`)
  })
  try {
    const url = databaseUrl ?? (await reachEmbedded(directory, closers))
    const taken = await takeBackup({
      url, file, version: version(),
      place: databaseUrl === undefined ? directory : 'DATABASE_URL',
      lockTimeoutMs: limits.store.lockTimeoutMs,
      signal: stopSignal(),
    })
    const shown = view(file, directory, taken)
    await print(values.json ? `${JSON.stringify(shown)}\n` : lines(shown))
    return exitCodes.done
  } finally {
    await closers.closeAll()
  }
}

/** The server of a hub that runs, or of one that is down, started for as long as this takes. */
async function reachEmbedded(given: string, closers: Closers): Promise<string> {
  const dataDirectory = await realpath(given).catch(() => given)
  const running = await findEmbedded(dataDirectory)
  if (running !== undefined) return running
  if (!(await holdsDatabase(dataDirectory))) throw new Fault('BACKUP_NOTHING', { place: given })
  const path = await takeDirectory({ databaseUrl: undefined, dataDirectory }, closers)
  return await openDatabase(undefined, path, quiet, closers)
}

const quiet = { info: () => undefined, warn: () => undefined }

interface BackupView {
  readonly file: string
  readonly takenAt: string
  readonly rows: number
  readonly sizeBytes: number
  readonly keyIds: readonly string[]
  readonly keyFile: string
}

function view(file: string, directory: string, taken: BackupTaken): BackupView {
  const { contents: { takenAt, keyIds }, rows, sizeBytes } = taken
  return { file, takenAt, rows, sizeBytes, keyIds, keyFile: secretsKeyFile(directory) }
}

function lines({ file, takenAt, rows, sizeBytes, keyIds, keyFile }: BackupView): string {
  const told = `${file}: the database as of ${takenAt}, ${rows} rows, ${sizeBytes} bytes.\n`
  if (keyIds.length === 0) return `${told}It holds no sealed secrets.\n`
  return `${told}Its secrets are sealed with the key ${keyIds.join(', ')}, which is not in it.
Keep a copy of the key elsewhere (${keyFile}, or what CROSSDOCK_SECRETS_KEY
holds): without it no secret of the restored hub opens.\n`
}
