import type { At } from '#core/errors/fault.ts'
import type { Expression, ExpressionPath } from './expression.ts'
import { elementNumber } from './segments.ts'

/** Where a loop or segment of the source stood in the message; the codec that made the tree knows. */
export type PlaceOf = (node: object) => At | undefined

/** What an expression was asked of: its input and the names it saw. */
export interface Asked {
  readonly input: unknown
  readonly bindings: Readonly<Record<string, unknown>>
}

/**
 * The best place there is for a fault of this expression: the element its first path leads to (or should have
 * led to), else the segment, else the loop it was asked in, else what is around that.
 */
export function placeOfExpression(
  expression: Expression,
  asked: Asked,
  placeOf: PlaceOf,
): At | undefined {
  const places = expression.paths
    .map((path) => placeOfPath(path, asked, placeOf))
    .filter((at) => at !== undefined)
  return (
    places.find((at) => at.element !== undefined) ??
    places[0] ??
    placeOfNode(asked.input, placeOf) ??
    placeOfNode(asked.bindings['parent'], placeOf) ??
    placeOfNode(asked.bindings['root'], placeOf)
  )
}

function placeOfPath(path: ExpressionPath, asked: Asked, placeOf: PlaceOf): At | undefined {
  let node = path.from === '' ? asked.input : asked.bindings[path.from]
  let at: At | undefined
  for (const name of path.names) {
    const inside = firstOf(node)
    if (inside === undefined) return at
    at = placeOf(inside)
    const element = at === undefined ? undefined : elementNumber(name, at.tag)
    if (at !== undefined && element !== undefined) return { ...at, element }
    node = (inside as Readonly<Record<string, unknown>>)[name]
  }
  return placeOfNode(node, placeOf)
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
