import { Buyer } from './buyer.ts'
import type { HubClient } from './hub-client.ts'

/** Where the story is told: a heading for each step, then what there is to see. */
export interface Teller {
  readonly step: (title: string, says: string) => Promise<void>
  readonly show: (text: string) => Promise<void>
}

interface Sale {
  readonly id: string
  readonly lines: readonly { readonly number: string; readonly product: string }[]
}

interface TradeShown {
  readonly documents: readonly {
    readonly id: string
    readonly kind: string
    readonly number: string
    readonly direction: string
    readonly outcome: string | null
  }[]
}

/** A whole trade: the sandbox's buyer, its supplier's ERP, and the hub between them. */
export class Story {
  readonly #hub: HubClient
  readonly #buyer: Buyer
  readonly #teller: Teller

  /** `control` is the first control number of the buyer's interchanges. */
  constructor(hub: HubClient, teller: Teller, control = 800) {
    this.#hub = hub
    this.#buyer = new Buyer(hub, control)
    this.#teller = teller
  }

  /** Tells it from the order to the invoice. Answers the trade's id. */
  async tell(number: string): Promise<string> {
    const sale = await this.#order(number)
    await this.#confirm(sale)
    await this.#ship(sale)
    await this.#invoice(sale)
    return this.#sum(number)
  }

  async #order(number: string): Promise<Sale> {
    const { step, show } = this.#teller
    await this.#buyer.forgetThePast()
    await step('The buyer sends a purchase order', 'An X12 850, over HTTP. 202: it is durable.')
    await show(inLines(await this.#buyer.order(number)))
    await step('The hub acknowledges it', 'A 997: the syntax is right. No ERP was waited for.')
    await show(inLines((await this.#buyer.collect('997')).content))
    await step('The supplier\'s ERP has a sale', 'The buyer\'s words became the supplier\'s own.')
    const path = `/v1/sandbox/erp/sales?reference=${number}`
    const sale = await this.#hub.until('the sale', async () =>
      (await this.#hub.get<{ items: readonly Sale[] }>(path)).items[0])
    await show(JSON.stringify(sale, null, 2))
    return sale
  }

  async #confirm({ id, lines: [first, second] }: Sale): Promise<void> {
    const { step } = this.#teller
    await step('The supplier\'s clerk confirms', 'Line 1 as ordered, of line 2 two cases only.')
    await this.#hub.post(`/v1/sandbox/erp/sales/${id}/confirm`, {
      lines: [{ number: first?.number }, { number: second?.number, quantity: '2' }],
    })
    await this.#answered('855', 'The buyer gets an order response')
  }

  async #ship({ id, lines: [first, second] }: Sale): Promise<void> {
    const { step } = this.#teller
    await step('The goods leave', 'Two cartons, each with a serial shipping container code.')
    await this.#hub.post(`/v1/sandbox/erp/sales/${id}/ship`, {
      trackingNumber: '1Z999AA10123456784',
      weightKg: '12.5',
      lines: [
        { number: first?.number, quantity: '10' }, { number: second?.number, quantity: '2' },
      ],
      packs: [
        { id: 'A', lines: [{ number: first?.number, quantity: '10' }] },
        { id: 'B', lines: [{ number: second?.number, quantity: '2' }] },
      ],
    })
    await this.#answered('856', 'The buyer gets a ship notice')
  }

  async #invoice({ id, lines: [first, second] }: Sale): Promise<void> {
    const { step } = this.#teller
    await step('The supplier invoices', 'What was shipped, and the freight.')
    await this.#hub.post(`/v1/sandbox/erp/sales/${id}/invoice`, {
      lines: [
        { number: first?.number, quantity: '10' }, { number: second?.number, quantity: '2' },
      ],
      charges: [{ description: 'Freight', amount: '15.00' }],
    })
    await this.#answered('810', 'The buyer gets an invoice')
  }

  /** What the buyer gets, and its 997 that comes back. */
  async #answered(type: string, title: string): Promise<void> {
    const { step, show } = this.#teller
    const received = await this.#buyer.collect(type)
    await step(title, `An X12 ${type}, in the buyer's own words.`)
    await show(inLines(received.content))
    await step('The buyer acknowledges it', 'A 997 comes back, and is matched to what was sent.')
    await show(inLines(await this.#buyer.acknowledge(received)))
  }

  async #sum(number: string): Promise<string> {
    const { step, show } = this.#teller
    const path = `/v1/documents?kind=order&number=${number}`
    const { items } = await this.#hub.get<{ items: readonly { tradeId: string }[] }>(path)
    const id = items[0]?.tradeId ?? ''
    const trade = await this.#hub.until('the last acknowledgement', async () => {
      const now = await this.#hub.get<TradeShown>(`/v1/trades/${id}`)
      const settled = now.documents.every(({ direction, outcome }) =>
        direction === 'in' || outcome === 'accepted')
      return settled && now.documents.length >= 4 ? now : undefined
    })
    await step('The whole trade', `GET /v1/trades/${id}`)
    await show(trade.documents.map(({ kind, number: own, direction, outcome }) =>
      `${direction === 'in' ? 'in ' : 'out'}  ${kind.padEnd(16)}${own.padEnd(14)}${outcome ?? ''}`)
      .join('\n'))
    return id
  }
}

function inLines(edi: string): string {
  return edi.replaceAll(/~\r?\n?/g, '~\n').trimEnd()
}
