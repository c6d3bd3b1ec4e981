import { once } from 'node:events'

/** Pieces are joined up to about this many characters before they are written. */
const pieceChars = 65_536

/** Writes to standard output and waits while the reader is slower than we are. */
export async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain')
}

/** Prints a long text that comes in many small pieces. */
export async function printAll(pieces: Iterable<string>): Promise<void> {
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length < pieceChars) continue
    await print(text)
    text = ''
  }
  await print(text)
}
