import {
  businessAcknowledgementParser,
} from './business-acknowledgement/business-acknowledgement.ts'
import { businessAcknowledgementSchemaName } from './business-acknowledgement/schema.ts'
import type { DocumentFault } from './fault.ts'
import { checkInvoice } from './invoice/check.ts'
import { invoiceParser } from './invoice/invoice.ts'
import { invoiceSchemaName, type Invoice } from './invoice/schema.ts'
import type { DocumentKind } from './kinds.ts'
import { checkOrderResponse } from './order-response/check.ts'
import { orderResponseParser } from './order-response/order-response.ts'
import { orderResponseSchemaName, type OrderResponse } from './order-response/schema.ts'
import { checkOrder } from './order/check.ts'
import { orderSchemaFaults } from './order/order.ts'
import { orderSchemaName, type Order } from './order/schema.ts'
import { checkReceipt } from './receipt/check.ts'
import { receiptParser } from './receipt/receipt.ts'
import { receiptSchemaName, type Receipt } from './receipt/schema.ts'
import type { SchemaCheck } from './schema.ts'
import { checkShipNotice } from './ship-notice/check.ts'
import { shipNoticeSchemaName, type ShipNotice } from './ship-notice/schema.ts'
import { shipNoticeParser } from './ship-notice/ship-notice.ts'

/** What a canonical document must be: of its schema, and in agreement with itself. */
export interface CanonicalSchema {
  readonly kind: DocumentKind
  readonly schemaFaults: SchemaCheck
  /** Asked of what fits the schema. */
  readonly check: (document: unknown) => readonly DocumentFault[]
}

/** By the name mappings and agreements use. */
export const canonicalSchemas: ReadonlyMap<string, CanonicalSchema> = new Map<
  string,
  CanonicalSchema
>([
  [orderSchemaName, {
    kind: 'order',
    schemaFaults: orderSchemaFaults,
    check: (document) => checkOrder(document as Order),
  }],
  [orderResponseSchemaName, {
    kind: 'order-response',
    schemaFaults: orderResponseParser.schemaFaults,
    check: (document) => checkOrderResponse(document as OrderResponse),
  }],
  [shipNoticeSchemaName, {
    kind: 'ship-notice',
    schemaFaults: shipNoticeParser.schemaFaults,
    check: (document) => checkShipNotice(document as ShipNotice),
  }],
  [invoiceSchemaName, {
    kind: 'invoice',
    schemaFaults: invoiceParser.schemaFaults,
    check: (document) => checkInvoice(document as Invoice),
  }],
  [receiptSchemaName, {
    kind: 'receipt',
    schemaFaults: receiptParser.schemaFaults,
    check: (document) => checkReceipt(document as Receipt),
  }],
  [businessAcknowledgementSchemaName, {
    kind: 'business-acknowledgement',
    schemaFaults: businessAcknowledgementParser.schemaFaults,
    check: () => [],
  }],
])
