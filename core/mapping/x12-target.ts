import { dictionaryFor } from '#core/codecs/x12/dictionary.ts'
import { decodeX12 } from '#core/codecs/x12/reader.ts'
import type { ReadOptions } from '#core/codecs/x12/reader.ts'
import type { SeverityTable } from '#core/codecs/x12/severity.ts'
import { TreeBuilder, placeOf, positionName } from '#core/codecs/x12/tree.ts'
import type { CodecLimits, Delimiters, SetDefinition } from '#core/codecs/x12/types.ts'
import { checkOutgoing } from '#core/codecs/x12/writer-check.ts'
import { plainText } from '#core/codecs/x12/writer-text.ts'
import type { TextPolicy } from '#core/codecs/x12/writer-text.ts'
import { segmentsOf } from '#core/codecs/x12/writer-tree.ts'
import type { TreeInput } from '#core/codecs/x12/writer-tree.ts'
import { encodeInterchange, interchangeVersion } from '#core/codecs/x12/writer.ts'
import type { WireSegment } from '#core/codecs/x12/writer.ts'
import type { SchemaFault } from '#core/documents/schema.ts'
import { isFault } from '#core/errors/fault.ts'
import type { At, Fault } from '#core/errors/fault.ts'

/** A set that a mapping makes: its release and type, as in `x12/004010/855`. */
export interface X12Target {
  readonly release: string
  readonly type: string
}

/** How strict we are with ourselves, and how far a set may go. */
export interface X12Check {
  readonly limits: CodecLimits
  /** What the agreement lets pass. */
  readonly severities: SeverityTable
  /** The partner's, which no text may hold; absent: whatever they are, they are not looked for. */
  readonly delimiters?: Delimiters
  /** What becomes of text that the partner's charset does not have; absent: it is refused. */
  readonly text?: TextPolicy
}

/** Undefined for what is no X12 target. */
export function x12Target(kind: string): X12Target | undefined {
  const [, release, type] = /^x12\/(\d{6})\/(\d{3})$/.exec(kind) ?? []
  return release === undefined || type === undefined ? undefined : { release, type }
}

/** The set's definition; undefined where the dictionary of that very release has none. */
export function definitionOf({ release, type }: X12Target): SetDefinition | undefined {
  const { dictionary, exact } = dictionaryFor(release)
  return exact ? dictionary.set(type) : undefined
}

/** The segments between ST and SE, from the tree a mapping made. Throws as `segmentsOf`. */
export function segmentsFrom(tree: unknown, target: X12Target): readonly WireSegment[] {
  const definition = definitionOf(target)
  if (definition === undefined) throw new Error(`${target.release} has no set ${target.type}`)
  return segmentsOf(tree as TreeInput, definition)
}

/**
 * What is wrong with the tree a mapping made: names and shapes that the set has no place for, what
 * our own reader, by the dictionary, finds in the set once it is written, and text the partner's
 * interchange cannot carry. None: it may be sent.
 */
export function x12Faults(
  tree: unknown,
  target: X12Target,
  check: X12Check,
): readonly SchemaFault[] {
  const { delimiters = neutral, text = plainText } = check
  return attempt(() => {
    const segments = segmentsFrom(tree, target)
    // By itself, so that a character of a text does not hide what the dictionary finds.
    const carried = { ...text, unfit: 'transliterate' } as const
    const bytes = trialInterchange(segments, target, neutral, carried)
    const fits = (some: readonly WireSegment[]) => fitsInto(some, target, delimiters, text)
    return [...byDictionary(bytes, check), ...byText(segments, bytes, check, fits)]
  })
}

/** Undefined where the segments can be written, else why not. */
type Fits = (segments: readonly WireSegment[]) => Fault | undefined

function fitsInto(
  segments: readonly WireSegment[],
  target: X12Target,
  delimiters: Delimiters,
  text: TextPolicy,
): Fault | undefined {
  try {
    trialInterchange(segments, target, delimiters, text)
    return undefined
  } catch (error) {
    if (!isFault(error)) throw error
    return error
  }
}

/** One fault a segment, of its first character that is not carried. */
function byText(
  segments: readonly WireSegment[],
  bytes: Uint8Array,
  { limits }: X12Check,
  fits: Fits,
): readonly SchemaFault[] {
  const first = fits(segments)
  if (first === undefined) return []
  if (first.at === undefined) throw first
  const paths = pathsOf(bytes, { limits })
  return segments.flatMap((segment, index) => {
    const fault = fits([segment])
    if (fault?.at === undefined) return []
    // ST is the first segment of the set.
    return [faultOf(fieldAt({ ...fault.at, segment: index + 2 }, paths), fault.message)]
  })
}

/** What is found, or the one fault that ended the search. */
function attempt(find: () => readonly SchemaFault[]): readonly SchemaFault[] {
  try {
    return find()
  } catch (error) {
    if (!isFault(error)) throw error
    const facts: Readonly<Record<string, unknown>> = error.facts
    const { path } = facts
    return [faultOf(typeof path === 'string' ? path : 'the set', error.message)]
  }
}

/** Whoever tells it puts the full stop. */
function faultOf(field: string, says: string): SchemaFault {
  return { field, reason: says.replace(/\.$/, '') }
}

function byDictionary(
  bytes: Uint8Array,
  { limits, severities }: X12Check,
): readonly SchemaFault[] {
  const options: ReadOptions = { limits, profile: () => ({ severities }) }
  const faults = checkOutgoing(bytes, options)
  if (faults.length === 0) return []
  const paths = pathsOf(bytes, options)
  return faults.map(({ at, says }) => faultOf(fieldAt(at, paths), says))
}

/** The name in the tree, as far as it is known: loops with their position, segment, element. */
function fieldAt(at: At, paths: ReadonlyMap<number, string>): string {
  const loops = at.loop === undefined ? '' : `${at.loop.replaceAll('/', '.')}.`
  const path = paths.get(at.segment)
  const known = path !== undefined && nameOf(path).startsWith(at.tag)
  const element = at.element === undefined ? '' : `.${positionName(at.tag, at.element)}`
  return (known ? path : loops + at.tag) + element
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}

/** Where each segment of the set stands in its tree, lists counted from 1. */
function pathsOf(bytes: Uint8Array, options: ReadOptions): ReadonlyMap<number, string> {
  const builder = new TreeBuilder()
  const decoder = decodeX12({ segment: (view, place) => builder.add(view, place) }, options)
  decoder.push(bytes)
  decoder.end()
  const paths = new Map<number, string>()
  note(builder.tree(), '', paths)
  return paths
}

/** A loop stands where its first segment does; the segment is met later, and stays. */
function note(node: object, path: string, paths: Map<number, string>): void {
  const at = placeOf(node)
  if (at !== undefined) paths.set(at.segment, path)
  for (const [name, child] of Object.entries(node) as [string, unknown][]) {
    const here = path === '' ? name : `${path}.${name}`
    const many = Array.isArray(child) ? (child as readonly unknown[]) : [child]
    many.forEach((one, index) => {
      const place = Array.isArray(child) ? `${here}[${index + 1}]` : here
      if (typeof one === 'object' && one !== null) note(one, place, paths)
    })
  }
}

/** As it will leave, but for names and numbers, which are not the mapping's. */
function trialInterchange(
  segments: readonly WireSegment[],
  { release, type }: X12Target,
  delimiters: Delimiters,
  text: TextPolicy,
): Uint8Array {
  const functionalId = definitionOf({ release, type })?.functionalId ?? ''
  return encodeInterchange({
    header: {
      senderQualifier: 'ZZ', senderId: 'SENDER', receiverQualifier: 'ZZ', receiverId: 'RECEIVER',
      date: '200101', time: '1200', version: interchangeVersion(release), control: '1',
      acknowledgementRequested: false, usage: 'T',
    },
    delimiters,
    text,
    groups: [{
      header: {
        functionalId, senderId: 'SENDER', receiverId: 'RECEIVER', date: '20200101', time: '1200',
        control: '1', release,
      },
      sets: [{ type, control: '0001', segments }],
    }],
  })
}

/**
 * Characters that hardly a text holds. The reader takes no control character for repetitions; a
 * text with this one in it is read with a blank there.
 */
const neutral: Delimiters = { element: 0x1d, component: 0x1f, repetition: 0x5e, segment: 0x1c }
