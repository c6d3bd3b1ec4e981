import type { FactsOf, FaultCode } from '#core/errors/catalog.ts'
import type { DocumentFault } from '#core/documents/fault.ts'
import { faultView, type At, type FaultView } from '#core/errors/fault.ts'
import { ExpressionError, type Expression } from './expression.ts'
import { ValueError, mappingFunctions } from './functions.ts'
import type { MappingLimits } from './limits.ts'
import { ssccTable } from './lookups.ts'
import type { LookupNeed } from './lookups.ts'
import type { Mapping } from './mapping.ts'
import { placeOfExpression, type Origin, type Scope } from './place.ts'
import { plainJson } from './plain-json.ts'
import type { RunInput } from './run-input.ts'
import { x12Target } from './x12-target.ts'

/** No more of this run makes sense; the fault is told. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped'
}

/** An expression without a value for a reason that is told already. */
const nothing = Symbol('nothing')

/** What is being asked now, and whether a fault or a need came up while it was. */
interface Asking extends Origin {
  readonly field: string
  troubled: boolean
}

/** One run: asks expressions one after the other, and keeps what was found wanting. */
export class Runner {
  readonly faults: FaultView[] = []
  readonly #mapping: Mapping
  readonly #input: RunInput
  readonly #functions: Readonly<Record<string, unknown>>
  readonly #needs = new Map<string, LookupNeed>()
  readonly #wanted: ReadonlySet<string>
  /** Of the fields wanted, what made them or the first thing inside them. */
  readonly #made = new Map<string, Origin>()
  #evaluations = 0
  #asking: Asking | undefined

  /**
   * `wanted` are fields whose origin will be asked for. Every field's would keep every scope of the
   * run in memory, so they are only kept in a second run, over a document that turned out wrong.
   */
  constructor(mapping: Mapping, input: RunInput, wanted: readonly string[] = []) {
    this.#mapping = mapping
    this.#input = input
    this.#wanted = new Set(wanted.flatMap((field) => [field, around(field)]))
    this.#functions = mappingFunctions({
      code: (list, code) => this.#code(list, code),
      codeIfListed: (list, code) => this.#codeTable(list).get(code),
      lookup: (table, keys) => this.#lookup(table, keys),
    })
  }

  get needs(): readonly LookupNeed[] {
    return [...this.#needs.values()]
  }

  rootScope(): Scope {
    const { source, partner, order, agreement = {} } = this.#input
    const given = {
      root: source, parent: undefined, position: 1, partner, order, agreement,
      release: x12Target(this.#input.targetKind ?? this.#mapping.to[0] ?? '')?.release,
    }
    const bindings = { ...this.#functions, ...given }
    return { input: source, bindings, lets: new Map(), hollow: new Set() }
  }

  /** The same input, with lets of its own. */
  innerScope({ input, bindings, lets, hollow }: Scope): Scope {
    return { input, bindings: { ...bindings }, lets: new Map(lets), hollow: new Set(hollow) }
  }

  /** The things an `each` finds; one thing is a list of one. */
  async items(each: Expression, scope: Scope, field: string): Promise<readonly unknown[]> {
    const found = await this.#ask(each, scope, field)
    if (found === undefined || found === null || found === nothing) return []
    return Array.isArray(found) ? (found as readonly unknown[]) : [found]
  }

  /** One of them as input; `$parent` is what it was found in, positions count from 1. */
  itemScope(item: unknown, position: number, outer: Scope): Scope {
    const bindings = { ...outer.bindings, parent: outer.input, position }
    return { ...outer, input: item, bindings }
  }

  /** Gives a let its value; nothing found is no fault until something needs it. */
  async bind(scope: Scope, name: string, expression: Expression, field: string): Promise<void> {
    const before = { ...scope, bindings: { ...scope.bindings }, lets: new Map(scope.lets) }
    const value = await this.#ask(expression, before, field)
    const hollow = value === nothing || (value === undefined && readsHollow(expression, scope))
    scope.bindings[name] = hollow ? undefined : value
    scope.lets.set(name, { expression, scope: before })
    if (hollow) scope.hollow.add(name)
    else scope.hollow.delete(name)
  }

  /** Only true is true; a condition that is neither true, false nor nothing is a slip. */
  async condition(expression: Expression, scope: Scope, field: string): Promise<boolean> {
    const value = await this.#ask(expression, scope, field)
    if (value === true) return true
    if (value !== false && value !== undefined && value !== null && value !== nothing) {
      this.#expressionFailed({ expression, scope }, field, 'a condition must be true or false')
    }
    return false
  }

  /** A field's value as plain JSON; undefined where it is left out or a fault was told. */
  async fieldValue(expression: Expression, scope: Scope, field: string): Promise<unknown> {
    const origin = { expression, scope }
    const value = await this.#ask(expression, scope, field)
    if (value === null || value === nothing) return undefined
    if (value === undefined) {
      if (!readsHollow(expression, scope)) this.#missing(origin, field)
      return undefined
    }
    this.#noteOrigin(field, origin)
    try {
      return plainJson(value, this.#mapping.limits.depthMax)
    } catch (error) {
      this.#caught(error, { ...origin, field })
      return undefined
    }
  }

  /**
   * A field that does not fit the target schema, placed by the expression that made it or should
   * have.
   */
  targetFault(field: string, reason: string): void {
    const { targetKind = this.#mapping.to[0] ?? '' } = this.#input
    const facts = { mapping: this.#mapping.id, schema: targetKind, field, reason }
    this.#fail('MAPPING_TARGET_INVALID', facts, this.#originOf(field))
  }

  documentFault({ field, fault }: DocumentFault): void {
    const at = this.#place(this.#originOf(field))
    this.#keep(at === undefined ? fault : { ...fault, at })
  }

  sourceMismatch(): void {
    const { id, from } = this.#mapping
    const facts = { mapping: id, from: from.join(', '), source: this.#input.sourceKind }
    this.#fail('MAPPING_SOURCE_MISMATCH', facts, undefined)
  }

  targetMismatch(target: string): void {
    const { id, to } = this.#mapping
    const facts = { mapping: id, to: to.join(', '), target }
    this.#fail('MAPPING_TARGET_MISMATCH', facts, undefined)
  }

  sourceFault(field: string, reason: string): void {
    this.#fail('DOCUMENT_INVALID', { schema: this.#input.sourceKind, field, reason }, undefined)
  }

  async #ask(expression: Expression, scope: Scope, field: string): Promise<unknown> {
    const asking = { expression, scope, field, troubled: false }
    this.#asking = asking
    this.#evaluations += 1
    if (this.#evaluations > this.#mapping.limits.evaluationsMax) this.#stop('evaluationsMax')
    try {
      const value = await expression.evaluate(scope.input, scope.bindings)
      return asking.troubled ? nothing : value
    } catch (error) {
      this.#caught(error, asking)
      return nothing
    }
  }

  #caught(error: unknown, asking: Origin & { readonly field: string }): void {
    if (error instanceof ValueError) {
      const facts = { field: asking.field, value: error.value, reason: error.message }
      this.#fail('MAPPING_VALUE_INVALID', facts, asking, error.value)
    } else if (error instanceof ExpressionError) {
      if (error.limit !== undefined) this.#stop(error.limit)
      this.#expressionFailed(asking, asking.field, error.message)
    } else {
      throw error
    }
  }

  #stop(limit: keyof MappingLimits): never {
    const max = this.#mapping.limits[limit]
    const facts = { mapping: this.#mapping.id, limit, max, field: this.#asking?.field ?? '' }
    this.#fail('MAPPING_LIMIT', facts, this.#asking)
    throw new RunStopped(limit)
  }

  #code(list: string, code: string): unknown {
    const word = this.#codeTable(list).get(code)
    if (word === undefined) {
      const facts = { mapping: this.#mapping.id, codes: list, value: code }
      this.#trouble('MAPPING_CODE_UNLISTED', (field) => ({ ...facts, field }), code)
    }
    return word
  }

  #codeTable(list: string): ReadonlyMap<string, string> {
    const table = this.#mapping.codes.get(list)
    if (table === undefined) throw new ExpressionError(`there is no code list ${list}`)
    return table
  }

  /** Every key is asked for: two ids of one item that lead to two products must not pass unseen. */
  #lookup(table: string, keys: readonly string[]): unknown {
    const found = new Map<string, unknown>()
    let unknown = false
    for (const key of new Set(keys)) {
      const lookup = this.#input.lookups.get(table, key)
      if (lookup.is === 'found') found.set(JSON.stringify(lookup.value), lookup.value)
      if (lookup.is === 'unknown') {
        unknown = true
        this.#need(table, key)
      }
    }
    if (unknown || keys.length === 0) return undefined
    const [value] = found.values()
    if (found.size === 1) return value
    const facts = { table, keys: keys.join(', '), values: [...found.keys()].join(', ') }
    if (found.size > 1) this.#trouble('CROSS_REFERENCE_AMBIGUOUS', () => facts, keys[0])
    else if (table === ssccTable) this.#trouble('SSCC_UNAVAILABLE', () => facts, keys[0])
    else this.#trouble('CROSS_REFERENCE_MISSING', (field) => ({ ...facts, field }), keys[0])
    return undefined
  }

  #need(table: string, key: string): void {
    if (this.#asking !== undefined) this.#asking.troubled = true
    this.#needs.set(JSON.stringify([table, key]), { table, key })
    if (this.#needs.size > this.#mapping.limits.lookupsMax) this.#stop('lookupsMax')
  }

  /**
   * A fault met by a function while an expression is asked; the rest of the expression is still
   * asked.
   */
  #trouble<Code extends FaultCode>(
    code: Code,
    factsFor: (field: string) => FactsOf<Code>,
    culprit: string | undefined,
  ): void {
    const asking = this.#asking
    if (asking !== undefined) asking.troubled = true
    this.#fail(code, factsFor(asking?.field ?? ''), asking, culprit)
  }

  #missing(origin: Origin, field: string): void {
    const facts = { mapping: this.#mapping.id, field, expression: origin.expression.text }
    this.#fail('MAPPING_FIELD_MISSING', facts, origin)
    hollowOut(origin)
  }

  #expressionFailed(origin: Origin, field: string, reason: string): void {
    const facts = { mapping: this.#mapping.id, field, expression: origin.expression.text, reason }
    this.#fail('MAPPING_EXPRESSION_FAILED', facts, origin)
  }

  #fail<Code extends FaultCode>(
    code: Code,
    facts: FactsOf<Code>,
    origin: Origin | undefined,
    culprit?: string,
  ): void {
    this.#keep(faultView(code, facts, this.#place(origin, culprit)))
  }

  #keep(fault: FaultView): void {
    if (this.faults.length < this.#mapping.limits.faultsMax) this.faults.push(fault)
  }

  #place(origin: Origin | undefined, culprit?: string): At | undefined {
    const { placeOf } = this.#input
    return origin === undefined || placeOf === undefined
      ? undefined
      : placeOfExpression(origin, placeOf, culprit)
  }

  #noteOrigin(field: string, origin: Origin): void {
    if (this.#wanted.size === 0) return
    if (this.#wanted.has(field)) this.#made.set(field, origin)
    for (let part = around(field); part !== ''; part = around(part)) {
      if (this.#wanted.has(part) && !this.#made.has(part)) this.#made.set(part, origin)
    }
  }

  /** What made the field, or the first one made inside it, or beside it. */
  #originOf(field: string): Origin | undefined {
    return this.#made.get(field) ?? this.#made.get(around(field))
  }
}

/** What a field stands in: `lines[3]` of `lines[3].number`, `lines` of `lines[3]`. */
function around(field: string): string {
  return field.slice(0, Math.max(0, field.lastIndexOf('.'), field.lastIndexOf('[')))
}

/** The missing value is told once: what else reads the lets that lack it stays silent. */
function hollowOut({ expression, scope }: Origin): void {
  for (const name of expression.variables) {
    const origin = scope.lets.get(name)
    if (origin === undefined || scope.bindings[name] !== undefined) continue
    scope.hollow.add(name)
    for (const inner of origin.expression.variables) {
      if (scope.lets.has(inner) && scope.bindings[inner] === undefined) scope.hollow.add(inner)
    }
  }
}

function readsHollow(expression: Expression, scope: Scope): boolean {
  return [...expression.variables].some((name) => scope.hollow.has(name))
}
