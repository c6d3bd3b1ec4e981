import { compileSchema, type JsonSchema, type SchemaCheck } from '#core/documents/schema.ts'
import { Fault } from '#core/errors/fault.ts'

/** Reads values as documents of one schema. */
export interface DocumentParser<Document> {
  /** Where a value does not fit, field by field; compiled when it is first asked. */
  readonly schemaFaults: SchemaCheck
  /** Throws DOCUMENT_INVALID with the first field that does not fit and why. */
  readonly parse: (value: unknown) => Document
}

/** `schema` must be the one that `Document` is the type of. */
export function documentParser<Document>(
  schema: JsonSchema,
  name: string,
): DocumentParser<Document> {
  let compiled: SchemaCheck | undefined
  const schemaFaults: SchemaCheck = (value) => {
    compiled ??= compileSchema(schema)
    return compiled(value)
  }
  return {
    schemaFaults,
    parse: (value) => {
      const [fault] = schemaFaults(value)
      if (fault !== undefined) throw new Fault('DOCUMENT_INVALID', { schema: name, ...fault })
      return value as Document
    },
  }
}
