import { Order, orderSchemaName } from './order/schema.ts'
import type { JsonSchema } from './schema.ts'

/** Canonical schemas by the name mappings and agreements use. */
export const canonicalSchemas: ReadonlyMap<string, JsonSchema> = new Map<string, JsonSchema>([
  [orderSchemaName, Order],
])
