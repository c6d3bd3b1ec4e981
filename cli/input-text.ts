import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { UsageError } from './command.ts'

/** A whole file as UTF-8, `-` for standard input. Throws UsageError where it cannot be read. */
export function readText(file: string): string {
  const bytes = readBytes(file)
  if (!isUtf8(bytes)) throw new UsageError(`Cannot read ${file}: it is not UTF-8.`)
  return bytes.toString('utf8')
}

/** A whole file, `-` for standard input. Throws UsageError where it cannot be read. */
export function readBytes(file: string): Buffer<ArrayBuffer> {
  try {
    return Buffer.from(readFileSync(file === '-' ? 0 : file))
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error)
    throw new UsageError(`Cannot read ${file}: ${because}.`)
  }
}
