import { chmod, mkdir, readFile, realpath, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Fault } from '#core/errors/fault.ts'

/** A data directory held by this process alone. */
export interface DataDirectory {
  /** Absolute, without links. */
  readonly path: string
  release(): void
}

/**
 * Takes the data directory for this process, making it where it is missing, or throws
 * DATA_DIRECTORY_TAKEN.
 *
 * The lock is SQLite's exclusive lock on `hub.lock`: the kernel gives it to one process and takes
 * it back however that process ends, so there is no stale lock to judge by a process id that may
 * have been reused. `hub.pid` only names the holder in the message.
 */
export async function takeDataDirectory(directory: string, pid: number): Promise<DataDirectory> {
  const path = await makeDataDirectory(directory)
  const lock = await takeLock(path)
  await writeFile(join(path, 'hub.pid'), `${pid}\n`)
  return { path, release: () => lock.close() }
}

async function takeLock(path: string): Promise<DatabaseSync> {
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(join(path, 'hub.lock'), { timeout: 0 })
    lock.exec('PRAGMA journal_mode = OFF; BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock?.close()
    if (!isBusy(error)) throw unusable(path, error)
    const holder = await readFile(join(path, 'hub.pid'), 'utf8').catch(() => '')
    throw new Fault('DATA_DIRECTORY_TAKEN', { directory: path, pid: holder.trim() || 'unknown' })
  }
}

/** https://sqlite.org/rescode.html#busy */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 5
}

/** Others may enter it, not list: the database may run as a user of its own below it. */
export async function makeDataDirectory(directory: string): Promise<string> {
  try {
    const made = await mkdir(directory, { recursive: true })
    const path = await realpath(directory)
    if (made !== undefined) await chmod(path, 0o711)
    return path
  } catch (error) {
    throw unusable(directory, error)
  }
}

function unusable(directory: string, error: unknown): Fault {
  const because = error instanceof Error ? error.message : String(error)
  return new Fault('DATA_DIRECTORY_UNUSABLE', { directory, because })
}
