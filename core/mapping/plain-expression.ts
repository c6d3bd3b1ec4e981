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
  if (node.type === 'path') return path(node)
  if (decorated(node)) return undefined
  switch (node.type) {
    case 'string':
    case 'number':
    case 'value':
      return () => node.value
    case 'variable':
      return variable(String(node.value))
    case 'condition':
      return coalescing(node) ?? conditional(node)
    case 'binary':
      return binary(node)
    case 'function':
      return call(node)
    default:
      return undefined
  }
}

/** Filters, bindings of position, grouping and `[]` are rules of sequences. */
function decorated({ stages, focus, index, group, predicate, keepArray }: Node): boolean {
  const rules = [stages, focus, index, group, predicate]
  return keepArray === true || rules.some((rule) => rule !== undefined)
}

function variable(name: string): PlainExpression {
  if (name === '') return (input) => noList(input)
  return (_, bindings) => (Object.hasOwn(bindings, name) ? noList(bindings[name]) : askInterpreter)
}

/**
 * Names one after the other. Where a step does more than name, what stands before it decides: from
 * nothing comes nothing, whatever is done to it.
 */
function path({ steps = [], group }: Node): PlainExpression | undefined {
  const [first, ...rest] = steps
  if (first === undefined || group !== undefined) return undefined
  const begin = first.type === 'name' ? property(String(first.value)) : compile(first)
  if (begin === undefined) return undefined
  const end = rest.findIndex((step) => step.type !== 'name' || decorated(step))
  const whole = end === -1 && (first.type !== 'name' || !decorated(first))
  const upTo = decorated(first) ? 0 : end === -1 ? rest.length : end + 1
  const names = rest.slice(0, upTo).filter(({ type }) => type === 'name')
  return (input, bindings) => {
    let value = begin(input, bindings)
    for (const name of names) {
      if (value === undefined || value === askInterpreter) return value
      value = propertyOf(value, String(name.value))
    }
    return whole || value === undefined ? value : askInterpreter
  }
}

function property(name: string): PlainExpression {
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
function coalescing({ condition, then, else: otherwise }: Node): PlainExpression | undefined {
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

/** `a ? b : c` over a plain truth; nothing is not true. */
function conditional({ condition, then, else: otherwise }: Node): PlainExpression | undefined {
  if (condition === undefined || then === undefined || calls(condition)) return undefined
  const [asked, yes] = [compile(condition), compile(then)]
  const no = otherwise === undefined ? () => undefined : compile(otherwise)
  if (asked === undefined || yes === undefined || no === undefined) return undefined
  return (input, bindings) => {
    const truth = asked(input, bindings)
    if (truth === true) return yes(input, bindings)
    return truth === false || truth === undefined ? no(input, bindings) : askInterpreter
  }
}

type Operator = (left: unknown, right: unknown) => unknown

/** Operators over the operands they are plain for; for others the interpreter is asked. */
const operators: Readonly<Record<string, Operator>> = {
  '=': (left, right) => equal(left, right, true),
  '!=': (left, right) => equal(left, right, false),
  and: (left, right) => (truths(left, right) ? left === true && right === true : askInterpreter),
  or: (left, right) => (truths(left, right) ? left === true || right === true : askInterpreter),
  '&': joined,
}

/** An operand that is nothing makes both comparisons false. */
function equal(left: unknown, right: unknown, wanted: boolean): unknown {
  if (left === undefined || right === undefined) return false
  return texts(left, right) ? (left === right) === wanted : askInterpreter
}

/** What is nothing joins as an empty text. */
function joined(left: unknown, right: unknown): unknown {
  const [one, other] = [left === undefined ? '' : left, right === undefined ? '' : right]
  return typeof one === 'string' && typeof other === 'string' ? one + other : askInterpreter
}

function texts(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'string')
}

function truths(...values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'boolean' || value === undefined)
}

function binary({ value: operator, lhs, rhs }: Node): PlainExpression | undefined {
  const apply = operators[String(operator)]
  if (apply === undefined || lhs === undefined || rhs === undefined) return undefined
  if (calls(lhs) || calls(rhs)) return undefined
  const [left, right] = [compile(lhs), compile(rhs)]
  if (left === undefined || right === undefined) return undefined
  return (input, bindings) => {
    const [one, other] = [left(input, bindings), right(input, bindings)]
    return one === askInterpreter || other === askInterpreter ? askInterpreter : apply(one, other)
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
