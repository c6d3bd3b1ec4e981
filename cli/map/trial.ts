import { limits } from '#config/limits.ts'
import type { FaultView } from '#core/errors/fault.ts'
import type { Mapping } from '#core/mapping/mapping.ts'
import { runMapping } from '#core/mapping/run.ts'
import { usualDelimiters } from './set-text.ts'
import type { Context } from './context.ts'
import { readSources, type Source } from './read-sources.ts'

/** What became of one set or document. */
export type Trial = { readonly set?: string } & (
  | { readonly outcome: 'mapped'; readonly output: unknown }
  | { readonly outcome: 'faults' | 'rejected'; readonly faults: readonly FaultView[] }
)

/** Runs the mapping over everything in the file. */
export async function tryFile(
  mapping: Mapping,
  bytes: Uint8Array,
  context: Context,
): Promise<Trial[]> {
  const trials: Trial[] = []
  for (const source of readSources(bytes, mapping.from)) {
    trials.push(await tryOne(mapping, source, context))
  }
  return trials
}

async function tryOne(mapping: Mapping, source: Source, context: Context): Promise<Trial> {
  const { set, kind, tree, placeOf, rejected } = source
  const named = set === undefined ? {} : { set }
  if (rejected.length > 0) return { ...named, outcome: 'rejected', faults: rejected }
  const result = await runMapping(mapping, {
    source: tree,
    sourceKind: kind,
    x12Check: { limits: limits.codec, severities: {}, delimiters: usualDelimiters },
    ...context,
    ...(placeOf === undefined ? {} : { placeOf }),
  })
  switch (result.outcome) {
    case 'mapped':
      return { ...named, outcome: 'mapped', output: result.output }
    case 'faults':
      return { ...named, outcome: 'faults', faults: result.faults }
    case 'needs':
      throw new Error('The tables of a trial are whole, so a run of it can need no more of them.')
  }
}
