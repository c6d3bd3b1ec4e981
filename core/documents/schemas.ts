import type { DocumentFault } from './fault.ts'
import type { DocumentKind } from './kinds.ts'
import { checkOrder } from './order/check.ts'
import { orderSchemaFaults } from './order/order.ts'
import { orderSchemaName, type Order } from './order/schema.ts'
import type { SchemaCheck } from './schema.ts'

/** What a canonical document must be: of its schema, and in agreement with itself. */
export interface CanonicalSchema {
  readonly kind: DocumentKind
  readonly schemaFaults: SchemaCheck
  /** Asked of what fits the schema. */
  readonly check: (document: unknown) => readonly DocumentFault[]
}

/** By the name mappings and agreements use. */
export const canonicalSchemas: ReadonlyMap<string, CanonicalSchema> = new Map([
  [
    orderSchemaName,
    {
      kind: 'order',
      schemaFaults: orderSchemaFaults,
      check: (document) => checkOrder(document as Order),
    },
  ],
])
