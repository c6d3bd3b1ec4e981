import { documentParser } from '#core/documents/parser.ts'
import { OrderResponse, orderResponseSchemaName } from './schema.ts'

export const orderResponseParser = documentParser<OrderResponse>(
  OrderResponse, orderResponseSchemaName,
)
