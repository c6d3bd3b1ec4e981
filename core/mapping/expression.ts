import jsonata from 'jsonata'
import type { MappingLimits } from './limits.ts'
import { askInterpreter, plainExpression } from './plain-expression.ts'

/** Values and functions an expression sees as `$name`. */
export type Bindings = Readonly<Record<string, unknown>>

/**
 * One compiled expression. This is all the rest of the engine knows of the language, so that a
 * compiler can take the interpreter's place.
 */
export interface Expression {
  readonly text: string
  /** Names it reads as `$name` and does not define itself. */
  readonly variables: ReadonlySet<string>
  /**
   * Paths of plain names in it, as written: `BEG.BEG03`, `$line.PO1`. They lead to the place of a
   * fault.
   */
  readonly paths: readonly ExpressionPath[]
  /** Throws ExpressionError, or what a bound function throws. Undefined is nothing found. */
  evaluate(input: unknown, bindings: Bindings): Promise<unknown>
}

export interface ExpressionPath {
  /** `''` for the input, else the name of the variable it starts from. */
  readonly from: string
  readonly names: readonly string[]
}

export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'
  /** The bound of MappingLimits that was met, if that was the cause. */
  readonly limit: keyof MappingLimits | undefined

  constructor(reason: string, limit?: keyof MappingLimits) {
    super(reason)
    this.limit = limit
  }
}

/**
 * Compiles JSONata for the interpreter. Throws ExpressionError where the text is none or uses what
 * we refuse.
 */
export function compileExpression(text: string, limits: MappingLimits): Expression {
  if (text.length > limits.expressionCharsMax) {
    throw new ExpressionError(`it is longer than ${limits.expressionCharsMax} characters`)
  }
  const compiled = parse(text, limits)
  const tree: unknown = compiled.ast()
  const { variables, paths } = readSyntax(tree)
  const plain = plainExpression(tree)
  return {
    text,
    variables,
    paths,
    evaluate: async (input, bindings) => {
      try {
        const short = plain === undefined ? askInterpreter : plain(input, bindings)
        if (short !== askInterpreter) return short
        const value: unknown = await compiled.evaluate(input, onlyThose(variables, bindings))
        return value
      } catch (error) {
        throw ours(error)
      }
    },
  }
}

/** What it reads: binding every name for every expression costs more than most of them. */
function onlyThose(names: ReadonlySet<string>, bindings: Bindings): Record<string, unknown> {
  const few: Record<string, unknown> = {}
  for (const name of names) if (Object.hasOwn(bindings, name)) few[name] = bindings[name]
  return few
}

function parse(text: string, limits: MappingLimits): jsonata.Expression {
  try {
    return jsonata(text, {
      timeout: limits.expressionTimeMs,
      stack: limits.expressionDepthMax,
      sequence: limits.sequenceMax,
    })
  } catch (error) {
    throw ours(error)
  }
}

const limitByCode: Readonly<Record<string, keyof MappingLimits>> = {
  D1011: 'expressionDepthMax',
  D1012: 'expressionTimeMs',
  D2014: 'sequenceMax',
  D2015: 'sequenceMax',
}

/**
 * JSONata throws plain objects with a code such as T2001; what else is thrown came from a bound
 * function.
 */
function ours(error: unknown): unknown {
  if (error instanceof RangeError) return new ExpressionError(error.message, 'expressionDepthMax')
  if (typeof error !== 'object' || error === null) return new ExpressionError(String(error))
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (typeof code !== 'string' || !/^[A-Z]\d{4}$/.test(code)) return error
  return new ExpressionError(`${String(message)} (${code})`, limitByCode[code])
}

interface Syntax {
  readonly variables: ReadonlySet<string>
  readonly paths: readonly ExpressionPath[]
}

/** Walks the syntax tree once; its nodes may be shared, so each is visited once. */
function readSyntax(root: unknown): Syntax {
  const used = new Set<string>()
  const defined = new Set<string>()
  const paths: ExpressionPath[] = []
  const seen = new Set<unknown>()
  const open: unknown[] = [root]
  while (open.length > 0) {
    const node = open.pop()
    if (typeof node !== 'object' || node === null || seen.has(node)) continue
    seen.add(node)
    refuse(node)
    note(node, used, defined, paths)
    // Pushed in reverse, so that paths come out in the order they are written in.
    open.push(...Object.values<unknown>(node as Record<string, unknown>).reverse())
  }
  return { variables: new Set([...used].filter((name) => !defined.has(name))), paths }
}

/** The parts of a JSONata syntax node that are read here (its own typings leave some out). */
interface Node {
  readonly type?: string
  readonly value?: unknown
  readonly steps?: readonly Node[]
  readonly arguments?: readonly Node[]
  readonly lhs?: unknown
  readonly focus?: string
  readonly index?: string
}

function refuse(node: Node): void {
  if (node.type === 'regex') {
    throw new ExpressionError('regular expressions are not checked for runaway patterns yet')
  }
  if (node.type === 'binary' && node.value === '..') {
    throw new ExpressionError('a range has no bound; number items with $position')
  }
}

function note(
  node: Node,
  used: Set<string>,
  defined: Set<string>,
  paths: ExpressionPath[],
): void {
  if (node.type === 'variable') used.add(String(node.value))
  if (node.type === 'path') paths.push(pathOf(node.steps ?? []))
  if (node.type === 'lambda') {
    for (const argument of node.arguments ?? []) defined.add(String(argument.value))
  }
  if (node.type === 'bind') defined.add(String((node.lhs as Node).value))
  if (node.focus !== undefined) defined.add(node.focus)
  if (typeof node.index === 'string') defined.add(node.index)
}

function pathOf(steps: readonly Node[]): ExpressionPath {
  const [first] = steps
  const from = first?.type === 'variable' ? String(first.value) : ''
  const named = first?.type === 'variable' ? steps.slice(1) : steps
  const end = named.findIndex((step) => step.type !== 'name')
  const names = (end === -1 ? named : named.slice(0, end)).map((step) => String(step.value))
  return { from, names }
}
