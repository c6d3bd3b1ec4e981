import type { TestTryton } from './tryton.ts'

const stream = 'test'
const their = { qualifier: 'ZZ', id: 'TRYTONBUYER' }
const our = { qualifier: 'ZZ', id: 'TRYTONSELLER' }

/** Whose prices win is agreed with the order. */
export type PriceFrom = 'order' | 'erp'

/** What `crossdock apply` would be given: a buyer over HTTP, and a supplier with a Tryton. */
export function trytonConfiguration(
  tryton: TestTryton,
  buyerUrl: string,
  priceFrom: PriceFrom = 'order',
): object {
  const out = (document: string, set: string, mapping: string): object =>
    ({ direction: 'out', document, set, release: '004010', mapping })
  const table = (name: string, values: Readonly<Record<string, object>>): object => ({
    partner: 'Tryton Buyer', stream, table: name,
    entries: Object.entries(values).map(([key, value]) => ({ key, value })),
  })
  return {
    partners: [
      { name: 'Tryton Buyer', identifiers: [{ scheme: 'ZZ', value: their.id }] },
      { name: 'Tryton Seller', hosted: true, identifiers: [{ scheme: 'ZZ', value: our.id }] },
    ],
    endpoints: [
      {
        stream, name: 'tryton-buyer', connector: 'http', partner: 'Tryton Buyer',
        settings: { url: buyerUrl, auth: 'none', allowedHosts: ['127.0.0.1'] },
      },
      {
        stream, name: 'tryton-erp', connector: 'tryton', partner: 'Tryton Seller',
        settings: { ...tryton.settings, confirm: 'auto' },
        secrets: { ...tryton.secrets },
        feeds: {
          changes: {
            everySeconds: 1,
            records: {
              sale: { document: 'order-response', mapping: 'tryton/sale-to-order-response' },
              shipment: { document: 'ship-notice', mapping: 'tryton/shipment-to-ship-notice' },
              invoice: { document: 'invoice', mapping: 'tryton/invoice-to-invoice' },
            },
          },
        },
      },
    ],
    relationships: [{
      stream, partner: 'Tryton Buyer', host: 'Tryton Seller', their, our, endpoint: 'tryton-buyer',
      settings: {
        partner: { currency: 'USD' }, gs1: { companyPrefix: '0614141', extension: '3' },
      },
      agreements: [
        {
          direction: 'in', document: 'order', set: '850', release: '004010',
          mapping: 'x12/850-to-order',
          settings: {
            options: { priceFrom },
            follow: [{
              endpoint: 'tryton-erp', mapping: 'order-to-tryton-sale', operation: 'createSale',
            }],
          },
        },
        out('order-response', '855', 'x12/order-response-to-855'),
        out('ship-notice', '856', 'x12/ship-notice-to-856'),
        out('invoice', '810', 'x12/invoice-to-810'),
      ],
    }],
    crossReferences: [
      table('items', {
        'BP:B-1': { product: 'WID-01' }, 'BP:B-2': { product: 'WID-02' },
        'BP:B-9': { product: 'NO-SUCH' },
      }),
      table('parties', { '92:0001': { party: 'BUYER-01' }, '92:0014': { party: 'STORE-14' } }),
      table('units', { EA: { unit: 'EA' } }),
    ],
  }
}

/** A purchase order of that buyer, with its own line numbers and item ids. */
export function trytonOrder(
  control: number,
  number: string,
  lines: readonly { readonly item: string; readonly quantity: number; readonly price: string }[],
): string {
  const isa13 = String(control).padStart(9, '0')
  const body = [
    `BEG*00*NE*${number}**20261124`,
    'CUR*BY*USD',
    'N1*BY*Sandbox Buyer*92*0001',
    'N1*ST*Store 14*92*0014',
    ...lines.map(({ item, quantity, price }, index) =>
      `PO1*${(index + 1) * 10}*${quantity}*EA*${price}**BP*${item}`),
    `CTT*${lines.length}`,
  ]
  return [
    `ISA*00*          *00*          *ZZ*${their.id.padEnd(15)}*ZZ*${our.id.padEnd(15)}` +
      `*261124*0930*U*00401*${isa13}*0*T*>`,
    `GS*PO*${their.id}*${our.id}*20261124*0930*${control}*X*004010`,
    'ST*850*0001', ...body, `SE*${body.length + 2}*0001`, `GE*1*${control}`, `IEA*1*${isa13}`,
  ].map((segment) => `${segment}~`).join('')
}
