/** Every kind of canonical business document (DESIGN §2). */
export const documentKinds = [
  'order',
  'order-response',
  'order-change',
  'ship-notice',
  'receipt',
  'invoice',
  'credit-note',
  'adjustment',
  'remittance',
  'payment',
  'payment-status',
  'statement',
  'stock-report',
  'tracking-event',
  'financing-event',
  'catalog',
  'request-for-quote',
  'quote',
  'business-acknowledgement',
] as const

export type DocumentKind = (typeof documentKinds)[number]
