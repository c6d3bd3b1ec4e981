import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { expect } from 'vitest'
import { interchange, orderSet } from './edi.ts'

/** A message that was answered with 202. */
interface Accepted {
  readonly id: string
  readonly control: number
  readonly orders: readonly string[]
}

/** A hub in one process or many, as the load needs it. */
export interface LoadedHub {
  /** Posts once; rejects where there is no 202. */
  post(text: string): Promise<string>
  query<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>
}

/** How hard the clients press. */
export interface Pressure {
  readonly pauseMaxMs: number
  /** Orders in every tenth message. */
  readonly ordersMany: number
}

const hard: Pressure = { pauseMaxMs: 300, ordersMany: 45 }
const settleMaxMs = 240_000

/**
 * Clients that post orders one after the other, the same bytes again until there is an answer,
 * while somebody kills what answers them. In the end every 202 has its orders, its 997 and its
 * sales, once each.
 */
export class OrderLoad {
  readonly accepted: Accepted[] = []
  lostAnswers = 0
  readonly #hub: LoadedHub
  readonly #random: () => number
  readonly #pressure: Pressure
  #clients: Promise<void>[] = []
  #controls = 0
  #done = false

  constructor(hub: LoadedHub, random: () => number, pressure = hard) {
    this.#hub = hub
    this.#random = random
    this.#pressure = pressure
  }

  start(clients: number): void {
    this.#clients = Array.from({ length: clients }, async () => this.#client())
  }

  async stop(): Promise<void> {
    this.#done = true
    await Promise.all(this.#clients)
  }

  /** One more message, beside the clients'; answers its id. */
  async one(): Promise<string> {
    return this.#send(1)
  }

  get orders(): readonly string[] {
    return this.accepted.flatMap((message) => message.orders).toSorted()
  }

  /** Resolves with how long it took until no work was left. */
  async untilSettled(): Promise<number> {
    const startedMs = Date.now()
    while (Date.now() - startedMs < settleMaxMs) {
      if (await this.count(openWork) === 0) return Date.now() - startedMs
      await sleep(500)
    }
    const left = await this.#hub.query('SELECT * FROM delivery_work LIMIT 3')
    throw new Error(`work is left: ${JSON.stringify(left)}`)
  }

  async count(sql: string): Promise<number> {
    const [row] = await this.#hub.query<{ count: string }>(sql)
    return Number(row?.count)
  }

  async expectOnce(): Promise<void> {
    const { accepted, orders } = this
    expect(await this.#hub.query('SELECT code, says FROM parked')).toEqual([])
    expect(await this.#numbersIn('SELECT number FROM documents')).toEqual(orders)
    expect(await this.#numbersIn('SELECT reference AS number FROM sandbox_sales')).toEqual(orders)

    const answers = await this.#hub.query<Answer>(
      `SELECT a.of_message_id, a.message_id, convert_from(m.body, 'LATIN1') AS text
       FROM acknowledgements a JOIN messages m ON m.id = a.message_id`)
    const byMessage = Map.groupBy(answers, (answer) => answer.of_message_id)
    const wrong = accepted.filter(({ id, control }) => {
      const [answer, ...more] = byMessage.get(id) ?? []
      return more.length > 0 || answer?.text.includes(`~AK1*PO*${control}~`) !== true
        || !/~AK9\*A\*/.test(answer.text)
    })
    expect(wrong).toEqual([])

    // One 997 a message, also where it came twice; each in the mailbox, under its own numbers.
    const texts = new Map(answers.map(({ message_id, text }) => [message_id, text]))
    expect(texts.size).toBe(accepted.length)
    const isa13 = [...texts.values()].map((text) => Number(text.slice(90, 99)))
    expect(isa13.toSorted((a, b) => a - b)).toEqual(accepted.map((_, index) => index + 1))
    const gs06 = [...texts.values()].map((text) => /~GS(?:\*[^*~]*){5}\*(\d+)/.exec(text)?.[1])
    expect(new Set(gs06).size).toBe(accepted.length)
    expect(await this.count('SELECT count(DISTINCT message_id) AS count FROM mailbox_items'))
      .toBe(accepted.length)
    expect(await this.count(`SELECT count(*) FROM deliveries WHERE status <> 'delivered'`)).toBe(0)
  }

  async #client(): Promise<void> {
    while (!this.#done) {
      // Forty-five orders are a message large enough to be stored in parts.
      const { ordersMany, pauseMaxMs } = this.#pressure
      await this.#send((this.#controls + 1) % 10 === 0 ? ordersMany : 1)
      await sleep(this.#random() * pauseMaxMs)
    }
  }

  async #send(count: number): Promise<string> {
    const control = ++this.#controls
    const orders = Array.from({ length: count }, (_, index) => `PO-${control}-${index}`)
    const text = interchange({ control, sets: orders.map((number) => orderSet({ number })) })
    const id = await this.#postUntilAnswered(text)
    this.accepted.push({ id, control, orders })
    return id
  }

  async #postUntilAnswered(text: string): Promise<string> {
    for (;;) {
      try {
        return await this.#hub.post(text)
      } catch {
        this.lostAnswers += 1
        await sleep(200)
      }
    }
  }

  async #numbersIn(sql: string): Promise<readonly string[]> {
    return (await this.#hub.query<{ number: string }>(sql)).map(({ number }) => number).toSorted()
  }
}

const openWork = `SELECT (SELECT count(*) FROM message_work)
  + (SELECT count(*) FROM outgoing_work)
  + (SELECT count(*) FROM delivery_work WHERE status <> 'parked') AS count`

interface Answer {
  readonly of_message_id: string
  readonly message_id: string
  readonly text: string
}
