import { parseArgs } from 'node:util'
import { Fault, type FaultView } from '#core/errors/fault.ts'
import type { Mapping } from '#core/mapping/mapping.ts'
import { x12Target } from '#core/mapping/x12-target.ts'
import { MappingShelf } from '#workers/effects/mappings.ts'
import { exitCodes, UsageError, type ExitCode } from '../command.ts'
import { InputFile } from '../input-file.ts'
import { accept, actual, casesOf, expected, type Case } from '../map/cases.ts'
import {
  anyLookups,
  fileLookups,
  filePartner,
  sandboxContext,
  withCaseFiles,
  type Context,
} from '../map/context.ts'
import { setText } from '../map/set-text.ts'
import { differences } from '../map/differences.ts'
import { tryFile, type Trial } from '../map/trial.ts'
import { print } from '../output.ts'

/**
 * Tries a mapping on a file, or holds mappings to their cases. Exit 1 where anything is not as it
 * should be.
 */
export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
  const shelf = new MappingShelf()
  if (values.check && values.accept) throw new UsageError('Check or accept, not both.')
  if (values.check) return everyCase(shelf, positionals, compare)
  if (values.accept) return everyCase(shelf, positionals, acceptOutput)
  const [name, file, ...more] = positionals
  if (name === undefined || file === undefined || more.length > 0) {
    throw new UsageError('Name one mapping and one file.')
  }
  if (values.lookups !== undefined && values['any-lookup']) {
    throw new UsageError('Give --lookups or --any-lookup, not both.')
  }
  const sandbox = sandboxContext(shelf.root)
  const lookups = values.lookups === undefined ? sandbox.lookups : fileLookups(values.lookups)
  const mapping = shelf.get(folderOf(shelf, name))
  const targetKind = targetOf(mapping, values.release)
  const context: Context = {
    targetKind,
    partner: values.partner === undefined ? sandbox.partner : filePartner(values.partner),
    lookups: values['any-lookup'] ? anyLookups : lookups,
  }
  const trials = await tryFile(mapping, await readAll(file), withCaseFiles(context, file))
  const told = trials.map((trial) => report(trial, context.targetKind))
  await print(values.json ? `${JSON.stringify(trials, null, 2)}\n` : told.join('\n'))
  const mapped = trials.every((trial) => trial.outcome === 'mapped')
  return mapped ? exitCodes.done : exitCodes.inputFaulty
}

const options = {
  json: { type: 'boolean', default: false },
  lookups: { type: 'string' },
  'any-lookup': { type: 'boolean', default: false },
  partner: { type: 'string' },
  release: { type: 'string' },
  check: { type: 'boolean', default: false },
  accept: { type: 'boolean', default: false },
} as const

async function readAll(name: string): Promise<Uint8Array> {
  const file = await InputFile.open(name)
  try {
    const chunks: Uint8Array[] = []
    // The next chunk overwrites this one.
    for (const chunk of file.chunks()) chunks.push(chunk.slice())
    return Buffer.concat(chunks)
  } finally {
    file.close()
  }
}

/** The mapping's first, or the one of the release that was asked for. */
function targetOf({ to }: Mapping, release: string | undefined): string {
  const wanted = to.find((kind) => release === undefined || x12Target(kind)?.release === release)
  if (wanted !== undefined) return wanted
  throw new UsageError(`The mapping makes ${to.join(', ')}; --release names one of them.`)
}

function report(trial: Trial, targetKind = ''): string {
  const heading = trial.set === undefined ? '' : `Set ${trial.set}: `
  const set = x12Target(targetKind)
  if (trial.outcome === 'mapped') {
    const made = set === undefined
      ? `${JSON.stringify(trial.output, null, 2)}\n`
      : setText(trial, set)
    return `${heading}mapped\n${made}`
  }
  const what = trial.outcome === 'rejected' ? 'rejected before mapping' : 'not mapped'
  return `${heading}${what}\n${trial.faults.map(faultLines).join('')}`
}

function faultLines({ code, says, remedy, at }: FaultView): string {
  const element = at?.element === undefined ? '' : String(at.element).padStart(2, '0')
  const place = at === undefined ? '' : ` (segment ${at.segment}, ${at.tag}${element})`
  return `  ${code}${place}\n    ${says}\n    ${remedy}\n`
}

/** Looks at one case; tells what is wrong with it, undefined if nothing. */
type Look = (one: Case, text: string) => string | undefined

const compare: Look = (one, text) => {
  const right = expected(one)
  if (right === undefined) {
    return 'nobody has accepted an output; read it and run crossdock map --accept'
  }
  return right === text ? undefined : differences(right, text)
}

const acceptOutput: Look = (one, text) => {
  if (expected(one) !== text) accept(one, text)
  return undefined
}

async function everyCase(
  shelf: MappingShelf,
  chosen: readonly string[],
  look: Look,
): Promise<ExitCode> {
  const context = sandboxContext(shelf.root)
  let wrong = 0
  const names = chosen.length > 0 ? chosen.map((name) => folderOf(shelf, name)) : shelf.names()
  for (const name of names) {
    wrong += await casesOfOne(shelf, name, context, look)
  }
  return wrong === 0 ? exitCodes.done : exitCodes.inputFaulty
}

/** The number of things wrong with a mapping. */
async function casesOfOne(
  shelf: MappingShelf,
  name: string,
  context: Context,
  look: Look,
): Promise<number> {
  const folder = shelf.folder(name)
  const mapping = loadOrTell(shelf, name)
  if (mapping instanceof Fault) {
    await print(`${name}: ${mapping.message}\n`)
    return 1
  }
  const cases = casesOf(folder, mapping)
  if (cases.length === 0) {
    await print(`${name}: it has no cases, so nobody can tell whether it is right\n`)
    return 1
  }
  let wrong = 0
  for (const one of cases) {
    const complaint = look(one, await actual(mapping, one, context))
    if (complaint === undefined) continue
    wrong += 1
    await print(`${one.input}\n${complaint}\n`)
  }
  await print(`${name}: ${cases.length} cases, ${wrong} wrong\n`)
  return wrong
}

/** A mapping's folder by that name or by its id, which is how faults name it. */
function folderOf(shelf: MappingShelf, name: string): string {
  const names = shelf.names()
  if (names.includes(name)) return name
  const named = names.find((folder) => {
    const mapping = loadOrTell(shelf, folder)
    return !(mapping instanceof Fault) && mapping.id === name
  })
  return named ?? name
}

function loadOrTell(shelf: MappingShelf, name: string): Mapping | Fault {
  try {
    return shelf.get(name)
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}
