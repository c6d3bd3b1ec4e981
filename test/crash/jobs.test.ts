import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { interchange, orderMessage, orderSet } from '#test/support/edi.ts'
import { Crash } from '#test/support/mortality.ts'
import type { Death } from '#test/support/mortality.ts'
import { World } from '#test/support/world.ts'
import type { LifeOptions } from '#test/support/world.ts'
import { connectors } from '#connectors/index.ts'
import type { SingleCall } from '#connectors/_kit/contract.ts'

let world: World
let numbers = 0

beforeAll(async () => {
  world = await World.open()
})
afterAll(async () => world.close())

/** What one message came to, and how far the relationship's number series moved for it. */
async function outcome(messageId: string, orders: readonly string[], before: Taken) {
  const of = (table: string, column: string): Promise<number> =>
    world.count(`SELECT count(*) FROM ${table} WHERE ${column} = $1`, [messageId])
  const after = await taken()
  return {
    documents: await of('documents', 'message_id'),
    acknowledgements: await of('acknowledgements', 'of_message_id'),
    deliveries: await of('deliveries', 'source_message_id'),
    parked: await of('parked', 'message_id'),
    sales: orders.map((number) => world.erp.salesOf(number)),
    inMailbox: after.placed - before.placed,
    interchanges: after.interchange - before.interchange,
    groups: after.group - before.group,
    workLeft: await world.openWork(),
  }
}

interface Taken {
  readonly interchange: number
  readonly group: number
  readonly placed: number
}

async function taken(): Promise<Taken> {
  const of = (kind: string): Promise<number> => world.count(
    `SELECT coalesce(max(next), 1) AS count FROM number_series WHERE kind = $1`, [kind])
  const placed = await world.count('SELECT count(*) FROM mailbox_items')
  return { interchange: await of('interchange'), group: await of('group'), placed }
}

function exactlyOnce(orders: number) {
  return {
    documents: orders,
    acknowledgements: 1,
    deliveries: orders + 1,
    parked: 0,
    sales: Array<number>(orders).fill(1),
    inMailbox: 1,
    interchanges: 1,
    groups: 1,
    workLeft: 0,
  }
}

/** Posts a message of so many orders, lets the workers die once, and lives on. */
async function dieOnce(death: Death, orders: number, options: Partial<LifeOptions> = {}) {
  const control = ++numbers
  const numbersOf = Array.from({ length: orders }, (_, index) => `PO-${control}-${index}`)
  const before = await taken()
  const text = orders === 1
    ? orderMessage(control, numbersOf[0]!)
    : interchange({ control, sets: numbersOf.map((number) => orderSet({ number })) })
  const messageId = await world.post(text)
  let died = false
  await world.live(death, options).catch((error: unknown) => {
    if (!(error instanceof Crash)) throw error
    died = true
    return world.live(null, options)
  })
  return { died, outcome: await outcome(messageId, numbersOf, before) }
}

/** Dies at every effect in turn, until the work is done before its turn comes. */
async function dieAtEveryEffect(
  when: Death['when'],
  orders: number,
  options: Partial<LifeOptions> = {},
): Promise<number> {
  for (let atEffect = 1; atEffect < 500; atEffect++) {
    const { died, outcome } = await dieOnce({ atEffect, when }, orders, options)
    expect({ atEffect, ...outcome }).toEqual({ atEffect, ...exactlyOnce(orders) })
    if (!died) return atEffect - 1
  }
  throw new Error('the jobs never finished')
}

describe.each(['before', 'after'] as const)('killed %s any effect', (when) => {
  test('an order is stored, answered and sold exactly once', async () => {
    expect(await dieAtEveryEffect(when, 1)).toBeGreaterThan(15)
  })

  test('a message that is applied in pieces is, too', async () => {
    expect(await dieAtEveryEffect(when, 3, { pieces: { setsMax: 1 } })).toBeGreaterThan(25)
  })
})

test('killed twice at any two effects, still once', async () => {
  for (let first = 1; first <= 20; first += 3) {
    for (let second = 1; second <= 20; second += 4) {
      const control = ++numbers
      const before = await taken()
      const messageId = await world.post(orderMessage(control, `PO-${control}`))
      for (const atEffect of [first, second]) {
        await world.live({ atEffect, when: 'after' }).catch((error: unknown) => {
          if (!(error instanceof Crash)) throw error
        })
      }
      await world.live()
      const found = await outcome(messageId, [`PO-${control}`], before)
      expect({ first, second, ...found }).toEqual({ first, second, ...exactlyOnce(1) })
    }
  }
})

test('the loop bites: an unknown fate that is sent again unseen is booked twice', async () => {
  const erp = connectors.get('sandbox-erp')!
  const looking = erp.operations['createSale'] as SingleCall<never, unknown>
  const createSale = { ...looking, effect: 'write' as const, safeBy: 'natural_key' as const }
  const blind = new Map([...connectors, ['sandbox-erp', { ...erp, operations: { createSale } }]])
  const sales: number[] = []
  for (let atEffect = 1; ; atEffect++) {
    const { died, outcome } = await dieOnce({ atEffect, when: 'after' }, 1, { connectors: blind })
    sales.push(...outcome.sales)
    if (!died) break
  }
  expect(Math.max(...sales)).toBe(2)
})
