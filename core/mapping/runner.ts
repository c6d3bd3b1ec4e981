import { faultView, type At, type FaultView } from '#core/errors/fault.ts'
import type { FactsOf, FaultCode } from '#core/errors/catalog.ts'
import type { DocumentFault } from '#core/documents/fault.ts'
import { ExpressionError, type Expression } from './expression.ts'
import { ValueError, mappingFunctions } from './functions.ts'
import type { LookupNeed } from './lookups.ts'
import type { MappingLimits } from './limits.ts'
import type { Mapping } from './mapping.ts'
import { placeOfExpression, type Asked } from './place.ts'
import type { RunInput } from './run-input.ts'

/** The input of expressions and the names they see. */
export interface Scope extends Asked {
  readonly bindings: Record<string, unknown>
  /** Lets that have no value because of a fault told already, or of a need: what reads them is silent. */
  readonly hollow: Set<string>
}

/** No more of this run makes sense; the fault is told. */
export class RunStopped extends Error {
  override readonly name = 'RunStopped'
}

/** An expression without a value for a reason that is told already. */
const nothing = Symbol('nothing')

/** One run: asks expressions, and keeps what was found wanting. */
export class Runner {
  readonly faults: FaultView[] = []
  readonly #mapping: Mapping
  readonly #input: RunInput
  readonly #functions: Readonly<Record<string, unknown>>
  readonly #needs = new Map<string, LookupNeed>()
  readonly #made = new Map<string, { expression: Expression; scope: Scope }>()
  #evaluations = 0
  /** What is being asked now; expressions are asked one after the other. */
  #asking: { expression: Expression; scope: Scope; field: string; troubled: boolean } | undefined

  constructor(mapping: Mapping, input: RunInput) {
    this.#mapping = mapping
    this.#input = input
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
    const { source, partner } = this.#input
    const bindings = { ...this.#functions, root: source, parent: undefined, position: 1, partner }
    return { input: source, bindings, hollow: new Set() }
  }

  innerScope(outer: Scope): Scope {
    return { input: outer.input, bindings: { ...outer.bindings }, hollow: new Set(outer.hollow) }
  }

  /** One scope per thing the expression finds; `$parent` is what it was asked of. */
  async itemScopes(each: Expression, outer: Scope, field: string): Promise<Scope[]> {
    const found = await this.#ask(each, outer, field)
    if (found === undefined || found === null || found === nothing) return []
    const items: readonly unknown[] = Array.isArray(found) ? found : [found]
    return items.map((item, index) => ({
      input: item,
      bindings: { ...outer.bindings, parent: outer.input, position: index + 1 },
      hollow: outer.hollow,
    }))
  }

  async bind(scope: Scope, name: string, expression: Expression): Promise<void> {
    const value = await this.#ask(expression, scope, `$${name}`)
    const hollow = value === nothing || (value === undefined && readsHollow(expression, scope))
    scope.bindings[name] = hollow ? undefined : value
    if (hollow) scope.hollow.add(name)
    else scope.hollow.delete(name)
  }

  /** Only true is true; a condition that is neither true, false nor nothing is a slip. */
  async condition(expression: Expression, scope: Scope, field: string): Promise<boolean> {
    const value = await this.#ask(expression, scope, field)
    if (value === true) return true
    if (value !== false && value !== undefined && value !== null && value !== nothing) {
      const reason = 'a condition must be true or false'
      this.#fail('MAPPING_EXPRESSION_FAILED', this.#facts(expression, field, { reason }))
    }
    return false
  }

  /** A field's value as plain JSON; undefined where it is left out or a fault was told. */
  async fieldValue(expression: Expression, scope: Scope, field: string): Promise<unknown> {
    const value = await this.#ask(expression, scope, field)
    if (value === null || value === nothing) return undefined
    if (value === undefined) {
      if (!readsHollow(expression, scope)) {
        this.#fail('MAPPING_FIELD_MISSING', this.#facts(expression, field), expression, scope)
      }
      return undefined
    }
    this.#made.set(field, { expression, scope })
    return plain(value)
  }

  /** A field that does not fit the target schema, placed by the expression that made it or should have. */
  targetFault(field: string, reason: string): void {
    const facts = { mapping: this.#mapping.id, schema: this.#mapping.to, field, reason }
    this.fault('MAPPING_TARGET_INVALID', facts, this.#placeOfField(field))
  }

  documentFault({ field, fault }: DocumentFault): void {
    const at = this.#placeOfField(field)
    if (this.faults.length < this.#mapping.limits.faultsMax) {
      this.faults.push(at === undefined ? fault : { ...fault, at })
    }
  }

  fault<Code extends FaultCode>(code: Code, facts: FactsOf<Code>, at?: At): void {
    if (this.faults.length < this.#mapping.limits.faultsMax) this.faults.push(faultView(code, facts, at))
  }

  async #ask(expression: Expression, scope: Scope, field: string): Promise<unknown> {
    this.#evaluations += 1
    if (this.#evaluations > this.#mapping.limits.evaluationsMax) this.#stop('evaluationsMax', field)
    const asking = { expression, scope, field, troubled: false }
    this.#asking = asking
    try {
      const value = await expression.evaluate(scope.input, scope.bindings)
      return asking.troubled ? nothing : value
    } catch (error) {
      this.#caught(error, expression, scope, field)
      return nothing
    }
  }

  #caught(error: unknown, expression: Expression, scope: Scope, field: string): void {
    if (error instanceof ValueError) {
      const facts = { field, value: error.value, reason: error.message }
      this.#fail('MAPPING_VALUE_INVALID', facts, expression, scope)
    } else if (error instanceof ExpressionError) {
      if (error.limit !== undefined) this.#stop(error.limit, field)
      const facts = this.#facts(expression, field, { reason: error.message })
      this.#fail('MAPPING_EXPRESSION_FAILED', facts, expression, scope)
    } else {
      throw error
    }
  }

  #stop(limit: keyof MappingLimits, field: string): never {
    const max = this.#mapping.limits[limit]
    this.fault('MAPPING_LIMIT', { mapping: this.#mapping.id, limit, max, field })
    throw new RunStopped(limit)
  }

  #code(list: string, code: string): unknown {
    const word = this.#codeTable(list).get(code)
    if (word === undefined) {
      this.#trouble('MAPPING_CODE_UNLISTED', (field) => ({
        mapping: this.#mapping.id, codes: list, value: code, field,
      }))
    }
    return word
  }

  #codeTable(list: string): ReadonlyMap<string, string> {
    const table = this.#mapping.codes.get(list)
    if (table === undefined) throw new ExpressionError(`there is no code list ${list}`)
    return table
  }

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
    if (unknown) return undefined
    const [value] = found.values()
    if (found.size === 1) return value
    this.#ambiguousOrMissing(table, keys, [...found.keys()])
    return undefined
  }

  #ambiguousOrMissing(table: string, keys: readonly string[], values: readonly string[]): void {
    const named = { table, keys: keys.join(', ') }
    if (values.length > 1) {
      this.#trouble('CROSS_REFERENCE_AMBIGUOUS', () => ({ ...named, values: values.join(', ') }))
    } else if (keys.length > 0) {
      this.#trouble('CROSS_REFERENCE_MISSING', (field) => ({ ...named, field }))
    }
  }

  #need(table: string, key: string): void {
    if (this.#asking !== undefined) this.#asking.troubled = true
    this.#needs.set(JSON.stringify([table, key]), { table, key })
    if (this.#needs.size > this.#mapping.limits.lookupsMax) {
      this.#stop('lookupsMax', this.#asking?.field ?? '')
    }
  }

  /** A fault met by a function while an expression is asked. */
  #trouble<Code extends FaultCode>(code: Code, factsFor: (field: string) => FactsOf<Code>): void {
    const asking = this.#asking
    if (asking !== undefined) asking.troubled = true
    this.#fail(code, factsFor(asking?.field ?? ''), asking?.expression, asking?.scope)
  }

  #fail<Code extends FaultCode>(
    code: Code,
    facts: FactsOf<Code>,
    expression?: Expression,
    scope?: Scope,
  ): void {
    this.fault(code, facts, this.#place(expression, scope))
  }

  #place(expression: Expression | undefined, scope: Scope | undefined): At | undefined {
    const { placeOf } = this.#input
    if (expression === undefined || scope === undefined || placeOf === undefined) return undefined
    return placeOfExpression(expression, scope, placeOf)
  }

  #placeOfField(field: string): At | undefined {
    const made = this.#made.get(field) ?? this.#nearest(field)
    return this.#place(made?.expression, made?.scope)
  }

  #facts<More extends object>(expression: Expression, field: string, more?: More) {
    return { mapping: this.#mapping.id, field, expression: expression.text, ...(more as More) }
  }

  /** The maker of the first field inside this one: a list or object has none of its own. */
  #nearest(field: string): { expression: Expression; scope: Scope } | undefined {
    const around = field.replace(/\.?[^.]*$/, '')
    for (const [made, maker] of this.#made) {
      if (made.startsWith(field) || (around !== '' && made.startsWith(`${around}.`))) return maker
    }
    return undefined
  }
}

function readsHollow(expression: Expression, scope: Scope): boolean {
  return [...expression.variables].some((name) => scope.hollow.has(name))
}

/** JSON without JSONata's marks on its lists; what is no JSON (a function) becomes null and fails the schema. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
  }
  return typeof value === 'function' ? null : value
}
