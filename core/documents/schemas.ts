import type { DocumentFault } from './fault.ts'
import { checkOrder } from './order/check.ts'
import { Order, orderSchemaName } from './order/schema.ts'
import type { JsonSchema } from './schema.ts'

/** What a canonical document must be: of this schema, and in agreement with itself. */
export interface CanonicalSchema {
  readonly schema: JsonSchema
  /** Asked of what fits the schema. */
  readonly check: (document: unknown) => readonly DocumentFault[]
}

/** By the name mappings and agreements use. */
export const canonicalSchemas: ReadonlyMap<string, CanonicalSchema> = new Map([
  [orderSchemaName, { schema: Order, check: (document) => checkOrder(document as Order) }],
])
