import { setTimeout as sleep } from 'node:timers/promises'

/** A hub as somebody outside reaches it: over HTTP, with a key. */
export class HubClient {
  readonly #url: string
  readonly #key: string

  constructor(url: string, key: string) {
    this.#url = url
    this.#key = key
  }

  /** The JSON of an answer; throws where it is no success. */
  async get<T>(path: string): Promise<T> {
    return this.#ask<T>('GET', path)
  }

  async post<T>(path: string, body: object = {}): Promise<T> {
    return this.#ask<T>('POST', path, 'application/json', JSON.stringify(body))
  }

  /** Posts an interchange; answers the message's id. */
  async send(edi: string): Promise<string> {
    return (await this.#ask<{ id: string }>('POST', '/v1/messages', 'application/edi-x12', edi)).id
  }

  /** Asks again and again until there is an answer; throws when it takes too long. */
  async until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    for (const deadlineMs = Date.now() + patienceMs; Date.now() < deadlineMs;) {
      const found = await look()
      if (found !== undefined) return found
      await sleep(pauseMs)
    }
    throw new Error(`${what} did not come within ${patienceMs / 1000} seconds`)
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
