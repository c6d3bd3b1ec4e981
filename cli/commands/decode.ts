import { parseArgs } from 'node:util'
import { limits } from '#config/limits.ts'
import { Fault } from '#core/errors/fault.ts'
import { decodeX12 } from '#core/codecs/x12/reader.ts'
import { TreeBuilder } from '#core/codecs/x12/tree.ts'
import type { Delimiters, X12Visitor } from '#core/codecs/x12/types.ts'
import { exitCodes, UsageError } from '../command.ts'
import type { ExitCode } from '../command.ts'
import { InputFile } from '../input-file.ts'
import { print } from '../output.ts'
import { openObject, plainFault } from '../report/views.ts'

/**
 * Shows a file as it is built. Exit 1 where it holds no interchange; faults in it are validate's
 * business.
 */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [name, ...more] = positionals
  if (name === undefined || more.length > 0) throw new UsageError('Name one file to decode.')
  const file = await InputFile.open(name)
  try {
    const found = await decode(file, values.json ? jsonVisitor : textVisitor)
    if (!found) process.stderr.write(`${name} holds no X12 interchange.\n`)
    return found ? exitCodes.done : exitCodes.inputFaulty
  } finally {
    file.close()
  }
}

/** A visitor that hands its text to `tell`, and what it has to say at the end. */
type Show = (file: InputFile, tell: (text: string) => void) => X12Visitor & { end(): void }

async function decode(file: InputFile, show: Show): Promise<boolean> {
  let text: string[] = []
  let found = false
  const visitor = show(file, (part) => text.push(part))
  const decoder = decodeX12({
    ...visitor,
    interchangeStart: (header, byte) => {
      found = true
      visitor.interchangeStart?.(header, byte)
    },
  }, { limits: limits.codec })
  for (const chunk of file.chunks()) {
    decoder.push(chunk)
    await print(text.join(''))
    text = []
  }
  decoder.end()
  visitor.end()
  await print(text.join(''))
  return found
}

/**
 * A line per segment: its number in the set, its loops as depth, and the name the standard gives
 * it.
 */
const textVisitor: Show = (file, tell) => ({
  interchangeStart: ({ control, senderQualifier, senderId, receiverQualifier, receiverId }) =>
    tell(`Interchange ${control} from ${senderQualifier}/${senderId} ` +
      `to ${receiverQualifier}/${receiverId}\n`),
  groupStart: ({ control, functionalId, release }) =>
    tell(`Group ${control}, ${functionalId} in ${release}\n`),
  setStart: ({ set, definition }) =>
    tell(`Set ${set.control}, ${set.type} ${definition?.name ?? '(unknown)'}\n`),
  segment: (view, { segment, path, use }) => {
    const text = new TextDecoder().decode(file.slice(view.byte, view.length))
    const line = `${String(segment).padStart(7)}  ${'  '.repeat(path.length)}${text}`
    tell(`${line.padEnd(70)}  ${use?.segment.name ?? '(no place in this set)'}\n`)
  },
  end: () => undefined,
})

/**
 * One JSON object, written as sets end, so that a large file needs no more memory than its largest
 * set.
 */
const jsonVisitor: Show = (file, tell) => {
  let tree = new TreeBuilder()
  let failure: Fault | undefined
  const separators = { interchange: '', group: '', set: '' }
  tell(`{"file":${JSON.stringify(file.name)},"interchanges":[`)
  return {
    interchangeStart: (header) => {
      const delimiters = characters(header.delimiters)
      const start = openObject({ standard: 'x12', ...header, delimiters })
      tell(`${separators.interchange}${start},"groups":[`)
      separators.interchange = ','
      separators.group = ''
    },
    groupStart: (header) => {
      tell(`${separators.group}${openObject(header)},"sets":[`)
      separators.group = ','
      separators.set = ''
    },
    setStart: () => {
      tree = new TreeBuilder()
      failure = undefined
    },
    segment: (view, place) => {
      if (failure !== undefined) return
      try {
        tree.add(view, place)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        failure = error
      }
    },
    setEnd: ({ type, control, verdict, faults }) => {
      const all = [...faults, ...(failure === undefined ? [] : [failure.view()])].map(plainFault)
      const set = { type, control, verdict, faults: all, tree: failure ? null : tree.tree() }
      tell(separators.set + JSON.stringify(set))
      separators.set = ','
    },
    groupEnd: () => tell(']}'),
    interchangeEnd: () => tell(']}'),
    end: () => tell(']}\n'),
  }
}

function characters(delimiters: Delimiters): Record<string, string> {
  return Object.fromEntries(
    Object.entries(delimiters).map(([name, byte]) => [name, String.fromCharCode(Number(byte))]),
  )
}
