import { dictionaryFor } from '#core/codecs/x12/dictionary.ts'
import type { SeverityTable } from '#core/codecs/x12/severity.ts'
import type { CodecLimits, SetDefinition, X12Fault } from '#core/codecs/x12/types.ts'
import { checkOutgoing } from '#core/codecs/x12/writer-check.ts'
import { segmentsOf } from '#core/codecs/x12/writer-tree.ts'
import type { TreeInput } from '#core/codecs/x12/writer-tree.ts'
import { encodeInterchange, interchangeVersion } from '#core/codecs/x12/writer.ts'
import type { WireSegment } from '#core/codecs/x12/writer.ts'
import type { SchemaFault } from '#core/documents/schema.ts'
import { Fault } from '#core/errors/fault.ts'

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

/** The segments of a set between ST and SE, from the tree a mapping made. Throws as `segmentsOf`. */
export function segmentsFrom(tree: unknown, target: X12Target): readonly WireSegment[] {
  const definition = definitionOf(target)
  if (definition === undefined) throw new Error(`${target.release} has no set ${target.type}`)
  return segmentsOf(tree as TreeInput, definition)
}

/**
 * What is wrong with the tree a mapping made: names and shapes that the set has no place for, and
 * what our own reader, by the dictionary, finds in the set once it is written. None: it may be sent.
 */
export function x12Faults(
  tree: unknown,
  target: X12Target,
  { limits, severities }: X12Check,
): readonly SchemaFault[] {
  try {
    const bytes = trialInterchange(segmentsFrom(tree, target), target)
    return checkOutgoing(bytes, { limits, profile: () => ({ severities }) }).map(told)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const { path } = error.facts as { readonly path?: string }
    return [{ field: path ?? 'the set', reason: error.message }]
  }
}

/** Where in the tree, by the names of loop, segment and element. */
function told({ at, says }: X12Fault): SchemaFault {
  const loop = at.loop === undefined ? '' : `${at.loop.replaceAll('/', '.')}.`
  const element = at.element === undefined ? '' : `.${at.tag}${String(at.element).padStart(2, '0')}`
  return { field: `${loop}${at.tag}${element}`, reason: says }
}

/** As it will leave, but for names and numbers, which are not the mapping's. */
function trialInterchange(
  segments: readonly WireSegment[],
  { release, type }: X12Target,
): Uint8Array {
  const functionalId = definitionOf({ release, type })?.functionalId ?? ''
  return encodeInterchange({
    header: {
      senderQualifier: 'ZZ', senderId: 'SENDER', receiverQualifier: 'ZZ', receiverId: 'RECEIVER',
      date: '200101', time: '1200', version: interchangeVersion(release), control: '1',
      acknowledgementRequested: false, usage: 'T',
    },
    delimiters: controlDelimiters,
    groups: [{
      header: {
        functionalId, senderId: 'SENDER', receiverId: 'RECEIVER', date: '20200101', time: '1200',
        control: '1', release,
      },
      sets: [{ type, control: '0001', segments }],
    }],
  })
}

/** Characters that no text holds: whether a partner's own stand in a text is seen when it leaves. */
const controlDelimiters = { element: 0x1d, component: 0x1f, repetition: 0x1e, segment: 0x1c }
