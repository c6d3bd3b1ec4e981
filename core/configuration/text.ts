import type { SchemaFault } from '#core/documents/schema.ts'

/** Settings are shallow: what is nested deeper was made to break something. */
const depthMax = 32

/**
 * Where something stands that is JSON and that the hub cannot keep as it is: a NUL or half of a
 * surrogate pair in a text or in a field's name, which PostgreSQL refuses, or too deep a nesting.
 */
export function unkeepable(given: unknown): readonly SchemaFault[] {
  return [...faultsIn(given, '', 0)]
}

function* faultsIn(value: unknown, field: string, depth: number): Generator<SchemaFault> {
  if (typeof value === 'string') {
    const reason = reasonAgainst(value)
    if (reason !== null) yield { field, reason }
    return
  }
  if (typeof value !== 'object' || value === null) return
  if (depth === depthMax) {
    yield { field, reason: `is nested deeper than ${depthMax} levels` }
    return
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      yield* faultsIn(item, `${field}[${index + 1}]`, depth + 1)
    }
    return
  }
  for (const [name, inner] of Object.entries(value)) {
    const reason = reasonAgainst(name)
    if (reason !== null) yield { field, reason: `has the name of a field that ${reason}` }
    else yield* faultsIn(inner, field === '' ? name : `${field}.${name}`, depth + 1)
  }
}

function reasonAgainst(text: string): string | null {
  if (text.includes('\0')) return 'has a NUL character'
  return text.isWellFormed() ? null : 'has half of a surrogate pair'
}
