import { readFileSync } from 'node:fs'
import { UsageError } from './command.ts'

/** A whole file as UTF-8, `-` for standard input. Throws UsageError where it cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error)
    throw new UsageError(`Cannot read ${file}: ${because}.`)
  }
}
