import { limits } from '#config/limits.ts'
import { decodeX12 } from '#core/codecs/x12/reader.ts'
import { TreeBuilder } from '#core/codecs/x12/tree.ts'
import type { LoopNode } from '#core/codecs/x12/tree.ts'
import { encodeInterchange, interchangeVersion } from '#core/codecs/x12/writer.ts'
import { lookupsFrom } from '#core/mapping/lookups.ts'
import { runMapping } from '#core/mapping/run.ts'
import { definitionOf, segmentsFrom } from '#core/mapping/x12-target.ts'
import { MappingShelf } from '#workers/effects/mappings.ts'

const shelf = new MappingShelf()

export interface Wanted {
  /** Folder of the mapping, as agreements name it. */
  readonly mapping: string
  /** As the mapping names it in `from`. */
  readonly sourceKind: string
  readonly release: string
  readonly type: string
  readonly agreement?: Readonly<Record<string, unknown>>
}

/** The set that a document becomes, read back as whoever receives it would. Throws its faults. */
export async function sentAndRead(document: object, wanted: Wanted): Promise<LoopNode> {
  const { mapping, sourceKind, release, type, agreement = {} } = wanted
  const result = await runMapping(shelf.get(mapping), {
    source: document,
    sourceKind,
    partner: {},
    agreement,
    lookups: lookupsFrom({}),
    targetKind: `x12/${release}/${type}`,
    x12Check: { limits: limits.codec, severities: {} },
  })
  if (result.outcome !== 'mapped') throw new Error(JSON.stringify(result, null, 2))
  return read(written(result.output, release, type))
}

function written(tree: unknown, release: string, type: string): Uint8Array {
  const functionalId = definitionOf({ release, type })?.functionalId ?? ''
  const parties = { senderId: 'SENDER', receiverId: 'RECEIVER' }
  return encodeInterchange({
    header: {
      ...parties, senderQualifier: 'ZZ', receiverQualifier: 'ZZ', date: '261124', time: '1200',
      version: interchangeVersion(release), control: '1', acknowledgementRequested: false,
      usage: 'T',
    },
    delimiters: { element: 0x2a, component: 0x3e, repetition: 0x5e, segment: 0x7e },
    groups: [{
      header: { ...parties, functionalId, date: '20261124', time: '1200', control: '1', release },
      sets: [{ type, control: '0001', segments: segmentsFrom(tree, { release, type }) }],
    }],
  })
}

function read(bytes: Uint8Array): LoopNode {
  const builder = new TreeBuilder()
  const decoder = decodeX12(
    { segment: (view, place) => builder.add(view, place) }, { limits: limits.codec },
  )
  decoder.push(bytes)
  decoder.end()
  return builder.tree()
}

/** Every node below `tree` that has this name, with the names and nodes it stands in. */
export function found(tree: unknown, name: string): readonly Record<string, unknown>[] {
  if (typeof tree !== 'object' || tree === null) return []
  if (Array.isArray(tree)) return tree.flatMap((one) => found(one, name))
  return Object.entries(tree).flatMap(([key, child]: [string, unknown]) => {
    const here = key === name ? ([child].flat() as Record<string, unknown>[]) : []
    return [...here, ...found(child, name)]
  })
}
