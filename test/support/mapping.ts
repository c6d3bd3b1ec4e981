import { createHash } from 'node:crypto'
import { limits } from '#config/limits.ts'
import type { JsonSchema } from '#core/documents/schema.ts'
import type { MappingLimits } from '#core/mapping/limits.ts'
import { lookupsFrom } from '#core/mapping/lookups.ts'
import type { CrossReferences } from '#core/mapping/lookups.ts'
import type { Mapping } from '#core/mapping/mapping.ts'
import { parseMapping } from '#core/mapping/parse.ts'
import type { MappingOutcome, RunInput } from '#core/mapping/run-input.ts'
import { runMapping } from '#core/mapping/run.ts'

const head = 'id: test\nversion: 1\nfrom: test/source\nto: test/target\nsays: A test.\n'

/** Parses YAML below a head that reads `test/source` and makes `test/target`: any object. */
export function testMapping(
  body: string,
  bounds: Partial<MappingLimits> = {},
  target: JsonSchema = { type: 'object' },
): Mapping {
  return parseMapping(head + body, {
    name: 'test',
    limits: { ...limits.mapping, ...bounds },
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    schemas: new Map([['test/target', target]]),
  })
}

/** Runs such a mapping over a source. */
export async function runTest(
  body: string,
  source: unknown,
  more: Partial<RunInput> & { tables?: CrossReferences; limits?: Partial<MappingLimits> } = {},
  target?: JsonSchema,
): Promise<MappingOutcome> {
  const { tables = {}, limits: bounds, ...input } = more
  return runMapping(testMapping(body, bounds, target), {
    source,
    sourceKind: 'test/source',
    partner: {},
    lookups: lookupsFrom(tables),
    ...input,
  })
}

/** What such a run maps to; anything else fails the test. */
export async function mappedTest(
  body: string,
  source: unknown,
  more?: Parameters<typeof runTest>[2],
): Promise<unknown> {
  const result = await runTest(body, source, more)
  if (result.outcome !== 'mapped') throw new Error(JSON.stringify(result))
  return result.output
}

/** The codes of its faults, or what came instead. */
export function codesOf(result: MappingOutcome): readonly string[] {
  return result.outcome === 'faults' ? result.faults.map(({ code }) => code) : [result.outcome]
}

/** What its faults say, or what came instead. */
export function saysOf(result: MappingOutcome): readonly string[] {
  return result.outcome === 'faults' ? result.faults.map(({ says }) => says) : [result.outcome]
}
