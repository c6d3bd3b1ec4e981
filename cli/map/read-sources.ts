import { limits } from '#config/limits.ts'
import { decodeX12 } from '#core/codecs/x12/reader.ts'
import { TreeBuilder, placeOf } from '#core/codecs/x12/tree.ts'
import type { InterchangeReport, X12Visitor } from '#core/codecs/x12/types.ts'
import { Fault, type FaultView } from '#core/errors/fault.ts'
import type { PlaceOf } from '#core/mapping/place.ts'
import { UsageError } from '../command.ts'

/** One thing a mapping can read. */
export interface Source {
  /** ST02 of a set; absent where the file is one document. */
  readonly set?: string
  /** As mappings name it in `from`. */
  readonly kind: string
  readonly tree: unknown
  readonly placeOf?: PlaceOf
  /** Why the set is rejected; empty where it may be mapped. */
  readonly rejected: readonly FaultView[]
}

/** The sets of an X12 file, or the one document of a JSON file, by what the mapping reads. */
export function readSources(bytes: Uint8Array, from: readonly string[]): readonly Source[] {
  return from.some((kind) => kind.startsWith('x12/'))
    ? x12Sources(bytes)
    : [{ kind: from[0] ?? '', tree: parseJson(bytes), rejected: [] }]
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unreadable'
    throw new UsageError(`The file is no JSON: ${reason}.`)
  }
}

function x12Sources(bytes: Uint8Array): readonly Source[] {
  const reading = new SetsReading()
  const decoder = decodeX12(reading, { limits: limits.codec })
  decoder.push(bytes)
  decoder.end()
  if (reading.sources.length === 0) {
    throw new UsageError('The file holds no X12 set; try crossdock validate.')
  }
  return reading.sources
}

interface OpenSet {
  readonly kind: string
  readonly builder: TreeBuilder
  failure: FaultView | undefined
}

/** Builds the tree of every set; what is rejected is known when its interchange ends. */
class SetsReading implements X12Visitor {
  readonly sources: Source[] = []
  #sets: OpenSet[] = []

  setStart: NonNullable<X12Visitor['setStart']> = ({ set, dictionary }) => {
    const kind = `x12/${dictionary.release}/${set.type}`
    this.#sets.push({ kind, builder: new TreeBuilder(), failure: undefined })
  }

  segment: NonNullable<X12Visitor['segment']> = (view, place) => {
    const open = this.#sets.at(-1)
    if (open === undefined || open.failure !== undefined) return
    try {
      open.builder.add(view, place)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      open.failure = error.view()
    }
  }

  interchangeEnd = (report: InterchangeReport): void => {
    const reports = report.groups.flatMap((group) =>
      group.sets.map((set) => ({ set, around: [...report.faults, ...group.faults] })),
    )
    for (const [index, { set, around }] of reports.entries()) {
      const open = this.#sets[index]
      if (open === undefined) continue
      const { failure, kind, builder } = open
      const rejected = set.verdict === 'rejected' ? [...around, ...set.faults] : []
      this.sources.push({
        set: set.control,
        kind,
        tree: builder.tree(),
        placeOf,
        rejected: failure === undefined ? rejected : [...rejected, failure],
      })
    }
    this.#sets = []
  }
}
