/**
 * The plain expressions a mapping is mostly made of (a path, a literal, `a ?? b`, a comparison, a
 * call of ours over such) answered without the interpreter, which takes some twenty promises for
 * each. Only what reads objects, never lists, is answered here: JSONata's rules for sequences stay
 * the interpreter's, which is asked wherever a list is met.
 */
export type PlainExpression = (
  input: unknown,
  bindings: Readonly<Record<string, unknown>>,
) => unknown

/** The answer of a plain expression that met what only the interpreter may answer. */
export const askInterpreter = Symbol('ask the interpreter')

/** A node of JSONata's syntax tree, as far as plain expressions go. */
interface Node {
  readonly type?: string
  readonly value?: unknown
  readonly steps?: readonly Node[]
  readonly stages?: unknown
  readonly focus?: unknown
  readonly index?: unknown
  readonly group?: unknown
  readonly predicate?: unknown
  readonly keepArray?: boolean
  readonly keepSingletonArray?: boolean
  readonly arguments?: readonly Node[]
  readonly procedure?: Node
  readonly condition?: Node
  readonly then?: Node
  readonly else?: Node
  readonly lhs?: Node
  readonly rhs?: Node
}

/**
 * The plain form of a syntax tree, or undefined where it is not plain. Asking the interpreter after
 * a call of ours was made would make that call twice, and some of them tell faults: so a call's
 * arguments, and what stands beside it, hold no further call and nothing that may meet a list.
 */
export function plainExpression(tree: unknown): PlainExpression | undefined {
  return compile(tree as Node)
}

function compile(node: Node): PlainExpression | undefined {
  if (decorated(node)) return undefined
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value':
      return () => node.value
    case 'variable':
      return variable(String(node.value))
    case 'path':
      return path(node.steps ?? [])
    case 'condition':
      return fallback(node)
    case 'binary':
      return comparison(node)
    case 'function':
      return call(node)
    default:
      return undefined
  }
}

/** Filters, bindings of position, grouping and `[]` are rules of sequences. */
function decorated(node: Node): boolean {
  const { stages, focus, index, group, predicate, keepArray, keepSingletonArray } = node
  const rules = [stages, focus, index, group, predicate]
  return rules.some((rule) => rule !== undefined) || keepArray === true || keepSingletonArray === true
}

function variable(name: string): PlainExpression {
  if (name === '') return (input) => noList(input)
  return (_, bindings) => (Object.hasOwn(bindings, name) ? noList(bindings[name]) : askInterpreter)
}

function path([first, ...rest]: readonly Node[]): PlainExpression | undefined {
  if (first === undefined || rest.some((step) => step.type !== 'name' || decorated(step))) return
  const begin = first.type === 'name' && !decorated(first) ? property(first) : compile(first)
  if (begin === undefined || (first.type !== 'name' && first.type !== 'variable')) return undefined
  const names = rest.map((step) => String(step.value))
  return (input, bindings) => {
    let value = begin(input, bindings)
    for (const name of names) {
      if (value === undefined || value === askInterpreter) return value
      value = propertyOf(value, name)
    }
    return value
  }
}

function property({ value }: Node): PlainExpression {
  const name = String(value)
  return (input) => (Array.isArray(input) ? askInterpreter : propertyOf(input, name))
}

function propertyOf(value: unknown, name: string): unknown {
  if (typeof value === 'function') return askInterpreter
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return noList((value as Readonly<Record<string, unknown>>)[name])
}

function noList(value: unknown): unknown {
  return Array.isArray(value) ? askInterpreter : value
}

/** `a ?? b`, which the parser writes as `$exists(a) ? a : b`. */
function fallback({ condition, then, else: otherwise }: Node): PlainExpression | undefined {
  const [asked] = condition?.arguments ?? []
  const coalesces =
    condition?.type === 'function' &&
    condition.procedure?.value === 'exists' &&
    JSON.stringify(asked) === JSON.stringify(then)
  if (!coalesces || then === undefined || otherwise === undefined) return undefined
  if (calls(then) && !literal(otherwise)) return undefined
  const [first, second] = [compile(then), compile(otherwise)]
  if (first === undefined || second === undefined) return undefined
  return (input, bindings) => {
    const value = first(input, bindings)
    return value === undefined ? second(input, bindings) : value
  }
}

/** `=` and `!=` of texts: an operand that is nothing makes both false. */
function comparison({ value: operator, lhs, rhs }: Node): PlainExpression | undefined {
  if ((operator !== '=' && operator !== '!=') || lhs === undefined || rhs === undefined) return
  if (calls(lhs) || calls(rhs)) return undefined
  const [left, right] = [compile(lhs), compile(rhs)]
  if (left === undefined || right === undefined) return undefined
  return (input, bindings) => {
    const [one, other] = [left(input, bindings), right(input, bindings)]
    if (one === askInterpreter || other === askInterpreter) return askInterpreter
    if (one === undefined || other === undefined) return false
    if (typeof one !== 'string' || typeof other !== 'string') return askInterpreter
    return (one === other) === (operator === '=')
  }
}

/** `$exists(a)` and calls of functions that are bound; the interpreter's own stay its own. */
function call({ procedure, arguments: given = [] }: Node): PlainExpression | undefined {
  if (procedure?.type !== 'variable' || given.some((argument) => calls(argument))) return undefined
  const found = given.map((argument) => compile(argument))
  const asked = found.filter((argument) => argument !== undefined)
  if (asked.length < found.length) return undefined
  const name = String(procedure.value)
  const [only] = asked
  if (name === 'exists' && only !== undefined && asked.length === 1) {
    return (input, bindings) => {
      const value = only(input, bindings)
      return value === askInterpreter ? value : value !== undefined
    }
  }
  return (input, bindings) => {
    const bound = Object.hasOwn(bindings, name) ? bindings[name] : undefined
    if (typeof bound !== 'function') return askInterpreter
    const values = asked.map((argument) => argument(input, bindings))
    if (values.some((value) => value === askInterpreter || typeof value === 'function')) {
      return askInterpreter
    }
    return Reflect.apply(bound, input, values) as unknown
  }
}

/** Whether a call of ours is anywhere in it. */
function calls(node: Node | undefined): boolean {
  if (node === undefined) return false
  if (node.type === 'function' && node.procedure?.value !== 'exists') return true
  const { steps = [], arguments: given = [], condition, then, else: otherwise, lhs, rhs } = node
  return [...steps, ...given, condition, then, otherwise, lhs, rhs].some((part) => calls(part))
}

function literal({ type }: Node): boolean {
  return type === 'string' || type === 'number' || type === 'value'
}
