import type { At } from '#core/errors/fault.ts'
import type { Expression, ExpressionPath } from './expression.ts'
import { elementNumber } from './segments.ts'

/**
 * Where a loop or segment of the source stood in the message; the codec that made the tree knows.
 */
export type PlaceOf = (node: object) => At | undefined

/** The input of an expression and the names it sees. */
export interface Scope {
  readonly input: unknown
  readonly bindings: Record<string, unknown>
  /** Where the values of lets came from. */
  readonly lets: Map<string, Origin>
  /**
   * Lets that have no value because of a fault told already, or of a need: what reads them is
   * silent.
   */
  readonly hollow: Set<string>
}

/** An expression and what it was asked of. */
export interface Origin {
  readonly expression: Expression
  readonly scope: Scope
}

interface Found {
  readonly at: At
  /** What stands there. */
  readonly value: unknown
}

/**
 * The best place there is for a fault of this expression. `culprit` is the value that is wrong, or
 * the key it is part of: the element that holds it comes first, then any element the paths lead to
 * or should have led to, then any segment, then the loop the expression was asked in, then what is
 * around that.
 */
export function placeOfExpression(
  { expression, scope }: Origin,
  placeOf: PlaceOf,
  culprit = '',
): At | undefined {
  const found = [...foundBy(expression, scope, placeOf)]
  const holds = ({ value }: Found): boolean => typeof value === 'string' && culprit.endsWith(value)
  const element = found.filter(({ at }) => at.element !== undefined)
  return (
    (element.find(holds) ?? element[0] ?? found[0])?.at ??
    placeOfNode(scope.input, placeOf) ??
    placeOfNode(scope.bindings['parent'], placeOf) ??
    placeOfNode(scope.bindings['root'], placeOf)
  )
}

function* foundBy(expression: Expression, scope: Scope, placeOf: PlaceOf): Generator<Found> {
  for (const path of expression.paths) {
    const found = followPath(path, scope, placeOf)
    if (found !== undefined) yield found
  }
  for (const name of expression.variables) {
    const origin = scope.lets.get(name)
    if (origin !== undefined) yield* foundBy(origin.expression, origin.scope, placeOf)
  }
}

function followPath(path: ExpressionPath, scope: Scope, placeOf: PlaceOf): Found | undefined {
  let node = path.from === '' ? scope.input : scope.bindings[path.from]
  let at: At | undefined
  for (const name of path.names) {
    const inside = firstOf(node)
    if (inside === undefined) break
    node = (inside as Readonly<Record<string, unknown>>)[name]
    at = placeOf(inside)
    const element = at === undefined ? undefined : elementNumber(name, at.tag)
    if (at !== undefined && element !== undefined) return { at: { ...at, element }, value: node }
  }
  at = placeOfNode(node, placeOf) ?? at
  return at === undefined ? undefined : { at, value: node }
}

function placeOfNode(node: unknown, placeOf: PlaceOf): At | undefined {
  const inside = firstOf(node)
  return inside === undefined ? undefined : placeOf(inside)
}

/** The object itself, or the first of a list of them. */
function firstOf(node: unknown): object | undefined {
  const first: unknown = Array.isArray(node) ? node[0] : node
  return typeof first === 'object' && first !== null ? first : undefined
}
