import { setTimeout as sleep } from 'node:timers/promises'

/** A hub as somebody outside reaches it: over HTTP, with a key. */
export class HubClient {
  readonly #url: string
  readonly #key: string
  readonly #copies: number

  /** Every interchange is sent `copies` times: once, or more to see that it makes no difference. */
  constructor(url: string, key: string, copies = 1) {
    this.#url = url
    this.#key = key
    this.#copies = copies
  }

  /** The JSON of an answer; throws where it is no success. */
  async get<T>(path: string): Promise<T> {
    return this.#ask<T>('GET', path)
  }

  async post<T>(path: string, body: object = {}): Promise<T> {
    return this.#ask<T>('POST', path, 'application/json', JSON.stringify(body))
  }

  /** Posts an interchange. */
  async send(edi: string): Promise<void> {
    for (let copy = 0; copy < this.#copies; copy++) {
      await this.#ask('POST', '/v1/messages', 'application/edi-x12', edi)
    }
  }

  /** Asks again and again until there is an answer; throws when it takes too long. */
  async until<T>(
    what: string, look: () => Promise<T | undefined>, withinMs = patienceMs,
  ): Promise<T> {
    for (const deadlineMs = Date.now() + withinMs; Date.now() < deadlineMs;) {
      const found = await look()
      if (found !== undefined) return found
      await sleep(pauseMs)
    }
    throw new Error(`${what} did not come within ${withinMs / 1000} seconds`)
  }

  async #ask<T>(method: string, path: string, type?: string, body?: string): Promise<T> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(type === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text) as T
  }
}

const patienceMs = 30_000
const pauseMs = 100
