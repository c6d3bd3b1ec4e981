import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { isLocalDate } from '#core/std/calendar.ts'
import { minorDigits } from '#core/std/currency.ts'

/** A JSON Schema (2020-12), as TypeBox makes it or a `.schema.json` beside a mapping holds it. */
export type JsonSchema = object

/**
 * What is wrong with one field: its path in our notation (`lines[2].quantity.value`, items from 1)
 * and why.
 */
export interface SchemaFault {
  readonly field: string
  readonly reason: string
}

/** Faults of a value under a schema, none if it fits. */
export type SchemaCheck = (value: unknown) => readonly SchemaFault[]

/** Throws where the schema itself is none. Compiling is slow; keep the check. */
export function compileSchema(schema: JsonSchema): SchemaCheck {
  const formats = { date: isLocalDate, currency: isCurrency }
  const ajv = new Ajv2020({ allErrors: true, strict: true, formats })
  const validate: ValidateFunction = ajv.compile(schema)
  return (value) => (validate(value) ? [] : faultsOf(validate.errors ?? []))
}

/** ISO 4217; what is no currency has no minor unit, and money in it cannot be counted. */
function isCurrency(text: string): boolean {
  return minorDigits(text) !== undefined
}

function faultsOf(errors: readonly ErrorObject[]): SchemaFault[] {
  return errors.map((error) => ({ field: fieldOf(error), reason: reasonOf(error) }))
}

function fieldOf(error: ErrorObject): string {
  const params = error.params as Readonly<Record<string, unknown>>
  const inner = params['missingProperty'] ?? params['additionalProperty']
  const steps = error.instancePath.split('/').slice(1).map(unescapePointer)
  if (typeof inner === 'string') steps.push(inner)
  return steps.reduce(join, '') || 'the document'
}

function join(path: string, step: string): string {
  if (/^\d+$/.test(step)) return `${path}[${Number(step) + 1}]`
  return path === '' ? step : `${path}.${step}`
}

function unescapePointer(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~')
}

function reasonOf(error: ErrorObject): string {
  if (error.keyword === 'required' || error.keyword === 'dependentRequired') return 'is required'
  if (error.keyword === 'additionalProperties') return 'is not a field of this schema'
  if (error.keyword === 'format') {
    return `is no ${(error.params as { format: string }).format}`
  }
  if (error.keyword === 'enum') {
    const { allowedValues } = error.params as { allowedValues: readonly unknown[] }
    return `must be one of ${allowedValues.join(', ')}`
  }
  return error.message ?? 'does not fit'
}
