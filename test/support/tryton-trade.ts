import type { Configuration } from '#core/configuration/shape.ts'
import type { HubClient } from '#cli/demo/hub-client.ts'
import type { HttpBuyer, OrderLine } from './http-buyer.ts'
import type { TestHub } from './hub.ts'
import type { TestTryton } from './tryton.ts'
import type { TrytonRecord } from './tryton/clerk.ts'

/** What may differ between two suppliers. */
export interface TradeTerms {
  /** Of the order's agreement. */
  readonly priceFrom?: 'order' | 'erp'
  /** Of the Tryton endpoint. */
  readonly confirm?: 'auto' | 'clerk'
  /** Where Tryton is reached; its own address unless told. */
  readonly url?: string
}

/** A hub between a buyer at an address of its own and a supplier with a real Tryton. */
export interface TradeWorld {
  readonly hub: TestHub
  readonly tryton: TestTryton
  readonly buyer: HttpBuyer
}

const stream = 'live'

/** Twelve widgets, three taxed goods and seven more widgets: 95.07 with 7.25 % on the second. */
export const lines: readonly OrderLine[] = [
  { item: 'A-1', quantity: '12', price: '1.25' },
  { item: 'A-TAX', quantity: '3', price: '19.99' },
  { item: 'A-2', quantity: '7', price: '2.25' },
]

/** Makes the hub know both and what they agreed; again with other terms, only these change. */
export async function agree(world: TradeWorld, terms: TradeTerms = {}): Promise<void> {
  await world.hub.put('/v1/configuration', configuration(world, terms))
}

function configuration({ tryton, buyer }: TradeWorld, terms: TradeTerms): Configuration {
  const { priceFrom = 'order', confirm = 'clerk', url = tryton.settings.url } = terms
  return {
    partners: [
      { name: 'Acme Retail', identifiers: [{ scheme: 'ZZ', value: 'ACMERETAIL' }] },
      {
        name: 'Northwind Supply', hosted: true,
        identifiers: [{ scheme: 'ZZ', value: 'NORTHWIND' }],
      },
    ],
    endpoints: [
      {
        stream, name: 'acme-edi', connector: 'http', partner: 'Acme Retail',
        settings: { url: buyer.url, auth: 'none', allowedHosts: ['127.0.0.1'] },
      },
      {
        stream, name: 'northwind-tryton', connector: 'tryton', partner: 'Northwind Supply',
        settings: { ...tryton.settings, url, confirm }, secrets: tryton.secrets,
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
      stream, partner: 'Acme Retail', host: 'Northwind Supply', endpoint: 'acme-edi',
      their: { qualifier: 'ZZ', id: 'ACMERETAIL' }, our: { qualifier: 'ZZ', id: 'NORTHWIND' },
      settings: {
        gs1: { companyPrefix: '0614141', extension: '0' }, partner: { currency: 'USD' },
      },
      agreements: [
        {
          direction: 'in', document: 'order', set: '850', release: '004010',
          mapping: 'x12/850-to-order',
          settings: {
            follow: [{
              endpoint: 'northwind-tryton', mapping: 'order-to-tryton-sale',
              operation: 'createSale',
            }],
            options: { priceFrom },
          },
        },
        ...answers.map(([document, set]) => ({
          direction: 'out' as const, document, set, release: '004010',
          mapping: `x12/${document}-to-${set}`,
        })),
      ],
    }],
    crossReferences: Object.entries(tables).map(([table, entries]) => ({
      partner: 'Acme Retail', stream, table,
      entries: Object.entries(entries).map(([key, value]) => ({ key, value })),
    })),
  }
}

const answers = [['order-response', '855'], ['ship-notice', '856'], ['invoice', '810']] as const

const tables: Readonly<Record<string, Readonly<Record<string, Record<string, string>>>>> = {
  units: { EA: { unit: 'EA' } },
  parties: {
    '92:0001': { party: 'BUYER-01' }, '92:0014': { party: 'STORE-14' },
    '92:V1': { party: 'NORTHWIND' },
  },
  items: {
    'BP:A-1': { product: 'WID-01' }, 'BP:A-2': { product: 'WID-02' },
    'BP:A-TAX': { product: 'TAX-01' }, 'BP:A-NEW': { product: 'WID-99' },
  },
}

/** The fifth try of a delivery comes a minute after the fourth. */
const patienceMs = 120_000

/** What happens between two steps of a story; as long as it takes. */
type Pause = () => Promise<void>

/** One order from 850 to the last 997, step by step; the clerk confirms, ships and invoices. */
export class TrytonTrade {
  readonly number: string
  readonly #world: TradeWorld
  readonly #hub: HubClient
  readonly #pause: Pause

  constructor(
    world: TradeWorld, number: string,
    { copies = 1, pause = async () => undefined }: {
      readonly copies?: number; readonly pause?: Pause
    } = {},
  ) {
    this.number = number
    this.#world = world
    this.#hub = world.hub.client(copies)
    this.#pause = pause
  }

  /** Answers the id of the trade. */
  async tell(): Promise<string> {
    const sale = await this.order(lines)
    await this.#world.tryton.clerk.confirm(sale)
    await this.#pause()
    await this.answered('855')
    return this.finish(sale)
  }

  /** Goods and invoice of a sale that was confirmed and answered. */
  async finish(sale: number): Promise<string> {
    const { clerk } = this.#world.tryton
    await clerk.ship(sale, [{
      type: 'Pallet', inside: [
        { type: 'Carton', products: ['WID-01', 'WID-02', 'WID-99'] },
        { type: 'Carton', products: ['TAX-01'] },
      ],
    }])
    await this.#pause()
    await this.answered('856')
    await clerk.invoice(sale, new Date().toISOString().slice(0, 10))
    await this.#pause()
    await this.answered('810')
    return this.settled(4)
  }

  /** Sends the order and waits for its 997 and its sale, entered to the last field. */
  async order(ordered: readonly OrderLine[]): Promise<number> {
    const group = await this.place(ordered)
    await this.#pause()
    await this.receipt(group)
    await this.#pause()
    const sale = await this.sale()
    await this.#pause()
    return sale
  }

  /** Sends the order; answers its group's number. */
  async place(ordered: readonly OrderLine[]): Promise<string> {
    return this.#world.buyer.order(this.#hub, this.number, ordered)
  }

  /** The 997 that answers a group. */
  async receipt(group: string): Promise<string> {
    return this.#until(`the 997 of ${this.number}`, async () =>
      this.#world.buyer.find('997', group)[0])
  }

  /** The sale, once a clerk may confirm it. */
  async sale(): Promise<number> {
    const sale = await this.#until(`the sale of ${this.number}`, async () =>
      (await this.#world.tryton.clerk.sales(this.number)).find(isEntered))
    return sale.id
  }

  /** Waits for an answer and acknowledges it; answers it. */
  async answered(type: string): Promise<string> {
    const { buyer } = this.#world
    const content = await this.#until(`the ${type} of ${this.number}`, async () =>
      buyer.find(type, this.number)[0])
    await this.#pause()
    await buyer.acknowledge(this.#hub, content)
    await this.#pause()
    return content
  }

  /** Waits until so many documents are there and each of ours is accepted. */
  async settled(count: number): Promise<string> {
    const path = `/v1/documents?kind=order&number=${this.number}`
    const { items } = await this.#hub.get<{ items: readonly { tradeId: string }[] }>(path)
    const id = items[0]?.tradeId ?? ''
    await this.#until(`the last acknowledgement of ${this.number}`, async () => {
      const { documents } = await this.#hub.get<Trade>(`/v1/trades/${id}`)
      const accepted = documents.every((one) =>
        one.direction === 'in' || one.outcome === 'accepted')
      return accepted && documents.length >= count ? id : undefined
    })
    return id
  }

  async #until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    return this.#hub.until(what, look, patienceMs)
  }
}

export interface Trade {
  readonly documents: readonly {
    readonly id: string
    readonly kind: string
    readonly direction: string
    readonly outcome: string | null
  }[]
}

function isEntered({ state, description }: TrytonRecord): boolean {
  return state !== 'cancelled' && !String(description).includes('(being entered)')
}
