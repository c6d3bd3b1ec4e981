import { ExpressionError } from './expression.ts'

/**
 * A value without what JSONata adds to it (marks on its lists) and what JSON cannot hold. Throws
 * ExpressionError where it is a function, which JSONata also gives as an object, or deeper than
 * `depthMax`.
 */
export function plainJson(value: unknown, depthMax: number): unknown {
  if (isFunction(value)) throw new ExpressionError('it gives a function, not a value')
  if (typeof value !== 'object' || value === null) return value
  if (depthMax === 0) throw new ExpressionError('it gives something too deep')
  if (Array.isArray(value)) return value.map((item) => plainJson(item, depthMax - 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, plainJson(inner, depthMax - 1)]),
  )
}

function isFunction(value: unknown): boolean {
  if (typeof value === 'function') return true
  const marks = ['_jsonata_lambda', '_jsonata_function']
  return typeof value === 'object' && value !== null && marks.some((mark) => mark in value)
}
