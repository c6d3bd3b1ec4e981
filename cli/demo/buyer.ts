import { limits } from '#config/limits.ts'
import { decodeX12 } from '#core/codecs/x12/reader.ts'
import type { InterchangeReport } from '#core/codecs/x12/types.ts'
import { answerTo, encodeAnswer } from '../ack/answer.ts'
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
  readonly #numbers = { interchange: 900, group: 900, set: 1 }
  readonly #collected = new Set<string>()

  constructor(hub: HubClient) {
    this.#hub = hub
  }

  /** The next interchange that holds a set of this type. */
  async collect(type: string): Promise<Received> {
    return this.#hub.until(`the ${type}`, async () => {
      const path = '/v1/sandbox/buyer/inbox?limit=50'
      const { items } = await this.#hub.get<{ items: readonly MailboxItem[] }>(path)
      const found = items.toReversed().find((item) =>
        !this.#collected.has(item.messageId) && typeOf(item) === type)
      if (found === undefined) return undefined
      this.#collected.add(found.messageId)
      return { messageId: found.messageId, content: found.content ?? '', type }
    })
  }

  /** Answers an interchange with its 997; gives back what was sent. */
  async acknowledge({ content }: Received): Promise<string> {
    const time = { date: new Date().toISOString().slice(0, 10).replaceAll('-', ''), time: '1200' }
    const numbers = this.#numbers
    const answers = reportsOf(content).map(answerTo)
    const edi = answers.map((answer) => Buffer.from(encodeAnswer(answer, numbers, time)))
    const text = Buffer.concat(edi).toString('latin1')
    await this.#hub.send(text)
    return text
  }
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
