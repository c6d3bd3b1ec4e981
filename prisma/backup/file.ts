import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { lstat, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { constants, createGunzip, createGzip } from 'node:zlib'
import { Fault } from '#core/errors/fault.ts'
import { syncDirectory } from '../embedded/cluster.ts'
import { readFrames, writeFrames } from './format.ts'
import type { Contents, Frame } from './format.ts'

/**
 * Writes a backup under a name of its own and gives it its name when it is whole and on the disk,
 * for its owner alone. Throws BACKUP_EXISTS, or what kept it from being written.
 *
 * @returns its size.
 */
export async function writeBackupFile(
  file: string, frames: AsyncIterable<Frame>, signal: AbortSignal,
): Promise<number> {
  await refuseExisting(file)
  const draft = `${file}.unfinished-${randomBytes(4).toString('hex')}`
  try {
    const sink = createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true })
    await pipeline(writeFrames(frames), createGzip({ level: constants.Z_BEST_SPEED }), sink,
      { signal })
    await refuseExisting(file)
    await rename(draft, file)
    await syncDirectory(dirname(file))
    return (await stat(file)).size
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

async function refuseExisting(file: string): Promise<void> {
  const found = await lstat(file).catch(() => undefined)
  if (found !== undefined) throw new Fault('BACKUP_EXISTS', { file })
}

/** A backup whose contents are known and whose rows are yet to be read, once. */
export interface OpenBackup {
  /** Its name, for the Faults. */
  readonly file: string
  readonly contents: Contents
  /**
   * What follows the contents: rows and ends. It ends without a Fault only where the file is whole,
   * so nothing of it may count before.
   */
  readonly frames: AsyncIterator<Frame, undefined>
  close(): void
}

/** Throws BACKUP_UNREADABLE, BACKUP_FOREIGN, BACKUP_NEWER or BACKUP_DAMAGED; so does reading on. */
export async function openBackup(
  file: string, frameBytesMax: number, signal: AbortSignal,
): Promise<OpenBackup> {
  await checkPacking(file)
  const packed = createReadStream(file, { signal })
  const unpacked = packed.pipe(createGunzip())
  packed.on('error', (error) => unpacked.destroy(error))
  const close = (): void => {
    packed.destroy()
    unpacked.destroy()
  }
  const frames = readFrames(explained(unpacked, file), file, frameBytesMax)
  try {
    const { value: first } = await frames.next()
    if (first?.kind === 'contents') return { file, contents: first.contents, frames, close }
    throw new Fault('BACKUP_DAMAGED', { file, because: 'it does not begin with its contents' })
  } catch (error) {
    close()
    throw error
  }
}

/** gzip begins with these bytes (RFC 1952 §2.3.1); another file is not damaged but another file. */
async function checkPacking(file: string): Promise<void> {
  const first = Buffer.alloc(2)
  try {
    const opened = await open(file)
    await opened.read(first).finally(() => opened.close())
  } catch (error) {
    throw new Fault('BACKUP_UNREADABLE', { file, because: reasonOf(error) })
  }
  if (first.readUInt16BE(0) !== 0x1f8b) throw new Fault('BACKUP_FOREIGN', { file })
}

/** What zlib finds wrong with the packed bytes, such as their own checksum, is damage. */
async function* explained(
  unpacked: AsyncIterable<Buffer>, file: string,
): AsyncGenerator<Buffer> {
  try {
    yield* unpacked
  } catch (error) {
    if (!isPacking(error)) throw error
    throw new Fault('BACKUP_DAMAGED', { file, because: reasonOf(error) })
  }
}

/** https://nodejs.org/api/zlib.html#constants: Z_DATA_ERROR, Z_BUF_ERROR */
function isPacking(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' &&
    error.code.startsWith('Z_')
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
