import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyOf, Loopback } from './loopback.ts'

/** Runs when a request was performed, before its sender hears of it. */
type Meanwhile = (body: string) => Promise<void>

/** Stands before a server, hands all on, and knows the moment when an answer is under way. */
export class Relay {
  readonly host: string
  /** Of the next requests; nothing unless set. */
  meanwhile: Meanwhile = async () => undefined
  readonly #server: Loopback
  readonly #target: string

  private constructor(server: Loopback, target: string) {
    this.#server = server
    this.#target = target
    this.host = server.host
  }

  static async open(target: string): Promise<Relay> {
    const server = await Loopback.open(async (request, response) => {
      await relay.#hand(request, response)
    })
    const relay = new Relay(server, target)
    return relay
  }

  get url(): string {
    return this.#server.url
  }

  async close(): Promise<void> {
    await this.#server.close()
  }

  async #hand(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers: { authorization = '' } } = request
    const body = (await bodyOf(request)).toString('utf8')
    const headers = { authorization, 'content-type': 'application/json' }
    try {
      const answer = await fetch(this.#target + url, { method, headers, body })
      const bytes = await answer.bytes()
      await this.meanwhile(body)
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(bytes)
    } catch {
      // The server is gone: its clients see a connection that breaks.
      response.destroy()
    }
  }
}
