import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerTo, encodeAnswer } from '#cli/ack/answer.ts'
import { limits } from '#config/limits.ts'
import { decodeX12 } from '#core/codecs/x12/reader.ts'
import type { InterchangeReport } from '#core/codecs/x12/types.ts'

/** An interchange as the buyer got it. */
export interface Arrived {
  /** ISA13. */
  readonly control: string
  /** ST01 of its first set. */
  readonly type: string
  readonly text: string
}

const patienceMs = 90_000

/** A buyer that takes EDI at an address of its own and acknowledges what it gets. */
export class HttpBuyer {
  /** In the order in which they came, those that came again too. */
  readonly arrived: Arrived[] = []
  readonly url: string
  readonly #server: Server
  readonly #collected = new Set<string>()
  readonly #numbers = { interchange: 5_000, group: 5_000, set: 1 }

  private constructor(server: Server) {
    this.#server = server
    const { port } = server.address() as AddressInfo
    this.url = `http://127.0.0.1:${port}/edi`
  }

  static async start(): Promise<HttpBuyer> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const buyer = new HttpBuyer(server)
    server.on('request', (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        buyer.#take(Buffer.concat(chunks).toString('latin1'))
        response.end('taken')
      })
    })
    return buyer
  }

  /** The next interchange with a set of this type. */
  async collect(type: string): Promise<Arrived> {
    for (const untilMs = Date.now() + patienceMs; Date.now() < untilMs;) {
      const found = this.arrived.find((one) =>
        one.type === type && !this.#collected.has(one.control))
      if (found !== undefined) {
        this.#collected.add(found.control)
        return found
      }
      await sleep(100)
    }
    const types = this.arrived.map((one) => `${one.type}/${one.control}`).join(' ')
    throw new Error(`no ${type} came within ${patienceMs / 1_000} s; there came: ${types}`)
  }

  /** The 997 that answers it. */
  answer({ text }: Arrived): string {
    const reports: InterchangeReport[] = []
    const visitor = { interchangeEnd: (report: InterchangeReport) => void reports.push(report) }
    const decoder = decodeX12(visitor, { limits: limits.codec })
    decoder.push(Buffer.from(text, 'latin1'))
    decoder.end()
    const time = { date: '20261124', time: '1200' }
    return reports.map((report) =>
      Buffer.from(encodeAnswer(answerTo(report), this.#numbers, time)).toString('latin1')).join('')
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #take(text: string): void {
    const type = /ST\*(\d{3})\*/.exec(text)?.[1] ?? ''
    this.arrived.push({ control: text.slice(90, 99), type, text })
  }
}
