import { Fault } from '#core/errors/fault.ts'
import type { OpenBackup } from './file.ts'

/** The rows of the table whose turn it is. Each turn has to be read to its end. */
export interface Turn {
  readonly rows: AsyncIterable<Buffer>
  /** How many rows there were, known at their end. */
  counted(): number
}

export function takeTurn({ file, frames }: OpenBackup): Turn {
  let counted = 0
  const rows = async function* (): AsyncGenerator<Buffer> {
    for (;;) {
      const { value: frame } = await frames.next()
      if (frame?.kind === 'rows') {
        yield frame.bytes
        continue
      }
      if (frame?.kind !== 'end') throw misfit(file)
      counted = frame.rows
      return
    }
  }
  return { rows: rows(), counted: () => counted }
}

/** Reads a turn that nobody wants the rows of, and answers how many there were. */
export async function passOver(backup: OpenBackup): Promise<number> {
  const turn = takeTurn(backup)
  const rows = turn.rows[Symbol.asyncIterator]()
  for (;;) {
    const { done } = await rows.next()
    if (done === true) return turn.counted()
  }
}

/** Reads on to the seal, which has to be next. Throws BACKUP_DAMAGED where it does not fit. */
export async function readSeal({ file, frames }: OpenBackup): Promise<void> {
  const { done } = await frames.next()
  if (done !== true) throw misfit(file)
}

/** Reads a backup through, as a restore would, and answers how many rows it holds. */
export async function checkThrough(backup: OpenBackup): Promise<number> {
  let rows = 0
  for (let turns = backup.contents.tables.length; turns > 0; turns--) {
    rows += await passOver(backup)
  }
  await readSeal(backup)
  return rows
}

function misfit(file: string): Fault {
  return new Fault('BACKUP_DAMAGED', { file, because: 'its tables are not those it lists' })
}
