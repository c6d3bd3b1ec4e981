import {
  closeSync, createReadStream, fstatSync, mkdtempSync, openSync, readSync, rmSync, writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UsageError } from './command.ts'

const chunkBytes = 65_536

/**
 * A file that is read once in chunks and then looked up by place, so that a report can show a
 * segment without having kept the file. What has no places (standard input, a pipe) is written to a
 * temporary file first.
 */
export class InputFile {
  /** As it was named. */
  readonly name: string
  readonly #descriptor: number

  private constructor(name: string, descriptor: number) {
    this.name = name
    this.#descriptor = descriptor
  }

  /** Opens `name`, `-` for standard input. Throws UsageError where it cannot be read. */
  static async open(name: string): Promise<InputFile> {
    if (name === '-') return new InputFile('-', await spool(process.stdin))
    try {
      const descriptor = openSync(name, 'r')
      const stat = fstatSync(descriptor)
      if (stat.isFile()) return new InputFile(name, descriptor)
      if (stat.isDirectory()) throw new Error('it is a folder')
      return new InputFile(name, await spool(createReadStream(name, { fd: descriptor })))
    } catch (error) {
      throw new UsageError(`Cannot read ${name}: ${reason(error)}.`)
    }
  }

  /** The whole file; a chunk is overwritten by the next one. */
  *chunks(): Generator<Uint8Array> {
    const chunk = new Uint8Array(chunkBytes)
    for (let position = 0; ; ) {
      const filled = readSync(this.#descriptor, chunk, 0, chunkBytes, position)
      if (filled === 0) return
      position += filled
      yield chunk.subarray(0, filled)
    }
  }

  /** Up to `length` bytes from `position`; fewer at the end. */
  slice(position: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length)
    const filled = readSync(this.#descriptor, bytes, 0, length, position)
    return bytes.subarray(0, filled)
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}

/** The stream as a file that is gone once it is closed. */
async function spool(stream: AsyncIterable<unknown>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'crossdock-'))
  try {
    const descriptor = openSync(join(folder, 'input'), 'w+')
    for await (const chunk of stream) writeAll(descriptor, chunk as Uint8Array)
    return descriptor
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    written += writeSync(descriptor, bytes, written)
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied'
  return error.message
}
