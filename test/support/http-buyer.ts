import { acknowledgementOf } from '#cli/demo/buyer.ts'
import type { Numbers } from '#cli/ack/answer.ts'
import type { HubClient } from '#cli/demo/hub-client.ts'
import { bodyOf, Loopback } from './loopback.ts'

export interface OrderLine {
  /** BP, the buyer's own number of the item. */
  readonly item: string
  readonly quantity: string
  readonly price: string
}

/** A buyer with an address of its own: collects what is posted there, and posts to the hub. */
export class HttpBuyer {
  /** Every interchange it was ever sent, as often as it was sent. */
  readonly received: string[] = []
  readonly #server: Loopback
  readonly #numbers: Numbers = { interchange: 500, group: 7_000, set: 1 }

  private constructor(server: Loopback, received: string[]) {
    this.#server = server
    this.received = received
  }

  static async open(): Promise<HttpBuyer> {
    const received: string[] = []
    const server = await Loopback.open(async (request, response) => {
      received.push((await bodyOf(request)).toString('latin1'))
      response.end()
    })
    return new HttpBuyer(server, received)
  }

  get url(): string {
    return `${this.#server.url}/inbound`
  }

  /** Each interchange once, however often it came. */
  get interchanges(): readonly string[] {
    return [...new Set(this.received)]
  }

  /** Sends an 850; answers its GS06, by which its 997 is known. */
  async order(hub: HubClient, number: string, lines: readonly OrderLine[]): Promise<string> {
    const control = String(this.#numbers.interchange++)
    const group = String(this.#numbers.group++)
    await hub.send(purchaseOrder(number, lines, control.padStart(9, '0'), group))
    return group
  }

  async acknowledge(hub: HubClient, content: string): Promise<void> {
    await hub.send(acknowledgementOf(content, this.#numbers))
  }

  /** What it was sent with a set of this type that has this value as an element, each once. */
  find(type: string, value: string): readonly string[] {
    return this.interchanges.filter((content) =>
      segmentsOf(content, 'ST').some(([, st01]) => st01 === type)
      && segmentsOf(content).some((elements) => elements.includes(value)))
  }

  async close(): Promise<void> {
    await this.#server.close()
  }
}

/** The segments of an interchange with the delimiters we use; `[0]` of each is its tag. */
export function segmentsOf(content: string, tag?: string): readonly (readonly string[])[] {
  return content.split('~')
    .map((segment) => segment.trim().split('*'))
    .filter(([first]) => first !== '' && (tag === undefined || first === tag))
}

function purchaseOrder(
  number: string, lines: readonly OrderLine[], isa13: string, group: string,
): string {
  const body = [
    `BEG*00*NE*${number}**20261105`,
    'CUR*BY*USD',
    'N1*BY*Acme Retail*92*0001',
    'N1*ST*Store 14*92*0014',
    'N1*VN*Northwind Supply*92*V1',
    ...lines.map(({ item, quantity, price }, index) =>
      `PO1*0${index + 1}0*${quantity}*EA*${price}**BP*${item}`),
    `CTT*${lines.length}`,
  ]
  return [
    'ISA*00*          *00*          *ZZ*ACMERETAIL     *ZZ*NORTHWIND      *261105*0300*U*00401' +
      `*${isa13}*0*P*>`,
    `GS*PO*ACMERETAIL*NORTHWIND*20261105*0300*${group}*X*004010`,
    'ST*850*0001',
    ...body,
    `SE*${body.length + 2}*0001`,
    `GE*1*${group}`,
    `IEA*1*${isa13}`,
  ].map((segment) => `${segment}~`).join('')
}
