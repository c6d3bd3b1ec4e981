import type { DocumentFault } from '#core/documents/fault.ts'
import type { SchemaFault } from '#core/documents/schema.ts'
import { canonicalSchemas } from '#core/documents/schemas.ts'
import type { FaultView } from '#core/errors/fault.ts'
import type { Expression } from './expression.ts'
import type {
  FieldNode,
  Let,
  ListNode,
  ListPart,
  Mapping,
  MappingNode,
  ObjectNode,
} from './mapping.ts'
import type { MappingOutcome, RunInput } from './run-input.ts'
import type { Scope } from './place.ts'
import { RunStopped, Runner } from './runner.ts'
import { x12Faults, x12Target } from './x12-target.ts'

/**
 * Runs a mapping over one source. Whatever the source lacks or holds wrongly comes back as faults,
 * all of them at once and each with its place where `placeOf` knows one. A set was checked by its
 * dictionary, a canonical source is checked here; what is mapped fits the target's schema and,
 * where it is canonical, agrees with itself.
 */
export async function runMapping(mapping: Mapping, input: RunInput): Promise<MappingOutcome> {
  const runner = new Runner(mapping, input)
  if (!mapping.from.includes(input.sourceKind)) {
    runner.sourceMismatch()
    return { outcome: 'faults', faults: runner.faults }
  }
  if (!mapping.to.includes(targetOf(mapping, input))) {
    runner.targetMismatch(targetOf(mapping, input))
    return { outcome: 'faults', faults: runner.faults }
  }
  const source = canonicalSchemas.get(input.sourceKind)?.schemaFaults(input.source) ?? []
  if (source.length > 0) {
    for (const { field, reason } of source) runner.sourceFault(field, reason)
    return { outcome: 'faults', faults: runner.faults }
  }
  try {
    const output = await mapRoot(runner, mapping)
    if (runner.needs.length > 0) return { outcome: 'needs', needs: runner.needs }
    if (runner.faults.length > 0) return { outcome: 'faults', faults: runner.faults }
    const wrong = wrongFields(mapping, input, output)
    if (wrong.length === 0) return { outcome: 'mapped', output }
    return { outcome: 'faults', faults: await placed(mapping, input, wrong) }
  } catch (error) {
    if (error instanceof RunStopped) return { outcome: 'faults', faults: runner.faults }
    throw error
  }
}

async function mapRoot(runner: Runner, mapping: Mapping): Promise<unknown> {
  return (await mapObject(runner, mapping.root, runner.rootScope(), '')) ?? {}
}

/** A field of the output that does not fit the target, or does not add up. */
type WrongField = SchemaFault | DocumentFault

function wrongFields(mapping: Mapping, input: RunInput, output: unknown): readonly WrongField[] {
  const to = targetOf(mapping, input)
  const set = x12Target(to)
  if (set !== undefined) {
    if (input.x12Check === undefined) throw new Error(`nobody said how ${to} is checked`)
    return x12Faults(output, set, input.x12Check)
  }
  const unfit = mapping.checkTarget(output)
  if (unfit.length > 0) return unfit
  return canonicalSchemas.get(to)?.check(output) ?? []
}

/** What this run makes. */
function targetOf({ to }: Mapping, { targetKind }: RunInput): string {
  return targetKind ?? to[0] ?? ''
}

/** The faults of these fields with their places, which a second run finds. */
async function placed(
  mapping: Mapping,
  input: RunInput,
  wrong: readonly WrongField[],
): Promise<readonly FaultView[]> {
  const few = wrong.slice(0, mapping.limits.faultsMax)
  const runner = new Runner(mapping, input, few.map(({ field }) => field))
  await mapRoot(runner, mapping)
  for (const one of few) {
    if ('fault' in one) runner.documentFault(one)
    else runner.targetFault(one.field, one.reason)
  }
  return runner.faults
}

/** Undefined is a field to leave out. */
async function mapNode(
  runner: Runner,
  node: MappingNode,
  scope: Scope,
  field: string,
): Promise<unknown> {
  switch (node.kind) {
    case 'field':
      return mapField(runner, node, scope, field)
    case 'object':
      return mapObject(runner, node, scope, field)
    case 'list':
      return mapList(runner, node, scope, field)
  }
}

async function mapField(
  runner: Runner,
  node: FieldNode,
  scope: Scope,
  field: string,
): Promise<unknown> {
  if (!(await wanted(runner, node.when, scope, field))) return undefined
  return runner.fieldValue(node.value, scope, field)
}

async function mapObject(
  runner: Runner,
  node: ObjectNode,
  outer: Scope,
  field: string,
): Promise<unknown> {
  if (!(await wanted(runner, node.when, outer, field))) return undefined
  const scope = await withLets(runner, node.lets, outer, field)
  const entries: [string, unknown][] = []
  for (const [name, inner] of node.fields) {
    const value = await mapNode(runner, inner, scope, field === '' ? name : `${field}.${name}`)
    if (value !== undefined) entries.push([name, value])
  }
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

async function mapList(
  runner: Runner,
  node: ListNode,
  scope: Scope,
  field: string,
): Promise<unknown> {
  const items: unknown[] = []
  for (const part of node.parts) await mapPart(runner, part, scope, field, items)
  return items.length === 0 ? undefined : items
}

async function mapPart(
  runner: Runner,
  part: ListPart,
  scope: Scope,
  field: string,
  made: unknown[],
): Promise<void> {
  const mapItem = async (itemScope: Scope): Promise<void> => {
    const value = await mapNode(runner, part.item, itemScope, `${field}[${made.length + 1}]`)
    if (value !== undefined) made.push(value)
  }
  if (part.each === undefined) {
    await mapItem(scope)
    return
  }
  const items = await runner.items(part.each, scope, field)
  for (const [index, item] of items.entries()) {
    await mapItem(runner.itemScope(item, index + 1, scope))
  }
}

async function wanted(
  runner: Runner,
  when: Expression | undefined,
  scope: Scope,
  field: string,
): Promise<boolean> {
  return when === undefined || runner.condition(when, scope, field)
}

async function withLets(
  runner: Runner,
  lets: readonly Let[],
  outer: Scope,
  field: string,
): Promise<Scope> {
  if (lets.length === 0) return outer
  const scope = runner.innerScope(outer)
  const inside = field === '' ? '$' : `${field}.$`
  for (const { name, value } of lets) await runner.bind(scope, name, value, inside + name)
  return scope
}
