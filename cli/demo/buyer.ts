import { limits } from '#config/limits.ts'
import { decodeX12 } from '#core/codecs/x12/reader.ts'
import type { InterchangeReport } from '#core/codecs/x12/types.ts'
import { answerTo, encodeAnswer } from '../ack/answer.ts'
import type { Numbers } from '../ack/answer.ts'
import type { HubClient } from './hub-client.ts'

/** An interchange from the buyer's mailbox. */
export interface Received {
  readonly messageId: string
  readonly content: string
  /** ST01 of its first set. */
  readonly type: string
}

interface MailboxItem {
  readonly messageId: string
  readonly content: string | null
}

/** The sandbox's buyer: sends orders, collects what it is sent, and acknowledges it. */
export class Buyer {
  readonly #hub: HubClient
  readonly #numbers: Numbers
  readonly #collected = new Set<string>()

  /** `control` is the first number of its interchanges and groups. */
  constructor(hub: HubClient, control: number) {
    this.#hub = hub
    this.#numbers = { interchange: control, group: control, set: 1 }
  }

  /** What lies in the mailbox already is of another story. */
  async forgetThePast(): Promise<void> {
    for (const { messageId } of await this.#inbox()) this.#collected.add(messageId)
  }

  /** Sends a purchase order; gives back what was sent. */
  async order(number: string): Promise<string> {
    const control = this.#numbers.interchange++
    this.#numbers.group = control + 1
    const edi = purchaseOrder(number, control)
    await this.#hub.send(edi)
    return edi
  }

  /** The next interchange that holds a set of this type. */
  async collect(type: string): Promise<Received> {
    return this.#hub.until(`the ${type}`, async () => {
      const items = await this.#inbox()
      const found = items.toReversed().find((item) =>
        !this.#collected.has(item.messageId) && typeOf(item) === type)
      if (found === undefined) return undefined
      this.#collected.add(found.messageId)
      return { messageId: found.messageId, content: found.content ?? '', type }
    })
  }

  /** Answers an interchange with its 997; gives back what was sent. */
  async acknowledge({ content }: Received): Promise<string> {
    const text = acknowledgementOf(content, this.#numbers)
    await this.#hub.send(text)
    return text
  }

  async #inbox(): Promise<readonly MailboxItem[]> {
    const path = '/v1/sandbox/buyer/inbox?limit=200'
    return (await this.#hub.get<{ items: readonly MailboxItem[] }>(path)).items
  }
}

/** The 997s a buyer sends back for what it got; takes the numbers they bear. */
export function acknowledgementOf(content: string, numbers: Numbers): string {
  const time = { date: new Date().toISOString().slice(0, 10).replaceAll('-', ''), time: '1200' }
  const answers = reportsOf(content).map(answerTo)
  const edi = answers.map((answer) => Buffer.from(encodeAnswer(answer, numbers, time)))
  return Buffer.concat(edi).toString('latin1')
}

function reportsOf(content: string): readonly InterchangeReport[] {
  const reports: InterchangeReport[] = []
  const visitor = { interchangeEnd: (report: InterchangeReport) => void reports.push(report) }
  const decoder = decodeX12(visitor, { limits: limits.codec })
  decoder.push(Buffer.from(content, 'latin1'))
  decoder.end()
  return reports
}

function typeOf({ content }: MailboxItem): string | undefined {
  return /ST\*(\d{3})\*/.exec(content ?? '')?.[1]
}

/** docs/first-order.edi with a number of its own. */
function purchaseOrder(number: string, control: number): string {
  const isa13 = String(control).padStart(9, '0')
  return [
    'ISA*00*          *00*          *ZZ*SANDBOXBUYER   *ZZ*SANDBOXSELLER  *261122*0300*U*00401' +
      `*${isa13}*0*T*>`,
    `GS*PO*SANDBOXBUYER*SANDBOXSELLER*20261122*0300*${control}*X*004010`,
    'ST*850*0001',
    `BEG*00*NE*${number}**20261122`,
    'CUR*BY*USD',
    'DTM*002*20261201',
    'N1*BY*Sandbox Buyer*92*0001',
    'N1*ST*Sandbox DC 14*92*0014',
    'N3*1 Dock Street',
    'N4*Springfield*IL*62701*US',
    'N1*VN*Sandbox Seller*92*V1',
    'PO1*1*10*EA*12.5**VP*WID-01*BP*B00001',
    'PO1*2*3*CA*99.95**VP*WID-02',
    'CTT*2',
    'SE*13*0001',
    `GE*1*${control}`,
    `IEA*1*${isa13}`,
  ].map((segment) => `${segment}~`).join('')
}
