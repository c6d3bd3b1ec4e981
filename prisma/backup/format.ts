import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import type { Static } from 'typebox'
import { Value } from 'typebox/value'
import { Fault } from '#core/errors/fault.ts'

/**
 * A backup is one gzip file (RFC 1952). Unpacked it is a line that names the format, then frames:
 * one letter, the length of what follows (4 bytes, big-endian), and that.
 *
 *  - `C` contents: JSON, once, first
 *  - `R` rows: of the table whose turn it is (in the order of the contents), as COPY writes its
 *    binary format (https://www.postgresql.org/docs/current/sql-copy.html)
 *  - `E` end of that table: JSON with the number of its rows; the next table's turn
 *  - `S` seal: JSON with the number of all rows and the sha256 of every byte before it; last
 *
 * A file without its seal was cut; one whose seal does not fit was changed.
 */
const formatName = 'crossdock backup'
const formatVersion = 1
const headBytes = 5
const rowsBytesMax = 1024 * 1024

const Contents = Type.Object({
  /** Of the program that took it. */
  version: Type.String(),
  /** RFC 3339, by the database's clock: what was committed later is not in it. */
  takenAt: Type.String(),
  database: Type.String(),
  /** Of the database server. */
  serverVersion: Type.String(),
  /** Keys that its secrets are sealed with; none where it holds no secret. */
  keyIds: Type.Array(Type.String()),
  /** In the order in which they were applied. */
  migrations: Type.Array(Type.Object({ name: Type.String(), checksum: Type.String() })),
  /** What a row refers to stands before it. */
  tables: Type.Array(Type.Object({ name: Type.String(), columns: Type.Array(Type.String()) })),
  partitions: Type.Array(Type.Object({
    name: Type.String(), table: Type.String(), bound: Type.String(),
  })),
  /** The number each sequence gave last, as text. */
  sequences: Type.Array(Type.Object({ name: Type.String(), last: Type.String() })),
})
export type Contents = Static<typeof Contents>
export type Table = Contents['tables'][number]

const End = Type.Object({ rows: Type.Integer({ minimum: 0 }) })
const Seal = Type.Object({ rows: Type.Integer({ minimum: 0 }), sha256: Type.String() })

export type Frame =
  | { readonly kind: 'contents'; readonly contents: Contents }
  | { readonly kind: 'rows'; readonly bytes: Buffer }
  | { readonly kind: 'end'; readonly rows: number }

/** The bytes of a backup, its seal included, before they are packed. */
export async function* writeFrames(frames: AsyncIterable<Frame>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  const hashed = (bytes: Buffer): Buffer => {
    hash.update(bytes)
    return bytes
  }
  let rows = 0
  yield hashed(Buffer.from(`${formatName} ${formatVersion}\n`))
  for await (const frame of frames) {
    if (frame.kind === 'end') rows += frame.rows
    for (const bytes of encode(frame)) yield hashed(bytes)
  }
  yield* framed('S', jsonBytes({ rows, sha256: hash.digest('hex') }))
}

function encode(frame: Frame): Iterable<Buffer> {
  switch (frame.kind) {
    case 'contents': return framed('C', jsonBytes(frame.contents))
    case 'rows': return framedPieces(frame.bytes)
    case 'end': return framed('E', jsonBytes({ rows: frame.rows }))
  }
}

function* framedPieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += rowsBytesMax) {
    yield* framed('R', bytes.subarray(at, at + rowsBytesMax))
  }
}

function framed(letter: string, payload: Buffer): Buffer[] {
  const head = Buffer.alloc(headBytes)
  head.write(letter, 'latin1')
  head.writeUInt32BE(payload.length, 1)
  return [head, payload]
}

function jsonBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value))
}

/**
 * The frames of a backup, of its unpacked bytes. Ends only where the seal fits: until then nothing
 * of what it gave may be believed for good. Throws BACKUP_FOREIGN, BACKUP_NEWER, BACKUP_DAMAGED.
 *
 * @param file its name, for the faults.
 */
export async function* readFrames(
  unpacked: AsyncIterable<Buffer>, file: string, frameBytesMax: number,
): AsyncGenerator<Frame, undefined, undefined> {
  const source = new ByteSource(unpacked)
  const damaged = (because: string) => new Fault('BACKUP_DAMAGED', { file, because })
  let rows = 0
  checkFormat(await source.take(`${formatName} 1\n`.length), file)
  for (;;) {
    const digest = source.digest()
    const head = await source.take(headBytes)
    if (head === undefined) throw damaged('it was cut, its seal is missing')
    const lengthBytes = head.readUInt32BE(1)
    if (lengthBytes > frameBytesMax) throw damaged('a frame is longer than any can be')
    const payload = await source.take(lengthBytes)
    if (payload === undefined) throw damaged('it was cut within a frame')
    const letter = String.fromCharCode(head.readUInt8(0))
    if (letter === 'S') {
      const seal = parse(Seal, payload)
      if (seal?.sha256 !== digest || seal.rows !== rows) throw damaged('its seal does not fit')
      // The packing's own checksum stands after all this and is read only by asking for more.
      if ((await source.take(1)) !== undefined) throw damaged('it goes on after its seal')
      return
    }
    const frame = decode(letter, payload)
    if (frame === undefined) throw damaged('a frame makes no sense')
    if (frame.kind === 'end') rows += frame.rows
    yield frame
  }
}

function decode(letter: string, payload: Buffer): Frame | undefined {
  if (letter === 'R') return { kind: 'rows', bytes: payload }
  if (letter === 'E') {
    const end = parse(End, payload)
    return end === undefined ? undefined : { kind: 'end', rows: end.rows }
  }
  const contents = letter === 'C' ? parse(Contents, payload) : undefined
  return contents === undefined ? undefined : { kind: 'contents', contents }
}

function parse<Schema extends typeof Contents | typeof End | typeof Seal>(
  schema: Schema, payload: Buffer,
): Static<Schema> | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString('utf8'))
    return Value.Check(schema, value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The line is as long in format 2 to 9, and a format 10 would be read by none of them. */
function checkFormat(line: Buffer | undefined, file: string): void {
  const [, version] = /^crossdock backup (\d)\n$/.exec(line?.toString('latin1') ?? '') ?? []
  if (version === undefined) throw new Fault('BACKUP_FOREIGN', { file })
  if (Number(version) === formatVersion) return
  throw new Fault('BACKUP_NEWER', { maker: 'a newer Crossdock', unknown: `format ${version}` })
}

/** Takes exact lengths off a stream of chunks, and knows the sha256 of what was taken. */
class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>
  readonly #hash = createHash('sha256')
  #rest: Buffer = Buffer.alloc(0)

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]()
  }

  /** Undefined where fewer bytes are left. */
  async take(lengthBytes: number): Promise<Buffer | undefined> {
    const pieces: Buffer[] = []
    let missing = lengthBytes
    while (missing > 0) {
      if (this.#rest.length === 0) {
        const next = await this.#chunks.next()
        if (next.done === true) return undefined
        this.#rest = next.value
      }
      const piece = this.#rest.subarray(0, missing)
      this.#rest = this.#rest.subarray(piece.length)
      missing -= piece.length
      this.#hash.update(piece)
      pieces.push(piece)
    }
    return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : Buffer.concat(pieces)
  }

  digest(): string {
    return this.#hash.copy().digest('hex')
  }
}
