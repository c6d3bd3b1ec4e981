import { afterAll, beforeAll, expect, test } from 'vitest'
import { Story } from '#cli/demo/story.ts'
import { TestHub } from '#test/support/hub.ts'

/** A whole trade with the sandbox, told again and again while the hub has a hard life. */
let hub: TestHub
beforeAll(async () => {
  hub = await TestHub.start()
})
afterAll(async () => hub.remove())

const stepsOfAStory = 13

interface Counted {
  readonly kind: string
  readonly direction: string
  readonly outcome: string | null
}

/** What one trade came to: its documents, its sales, and what left for the buyer. */
async function expectOneOfEach(number: string, tradeId: string): Promise<void> {
  const { documents } = await hub.ask<{ documents: Counted[] }>(`/v1/trades/${tradeId}`)
  expect(documents.map(({ kind, direction, outcome }) => [kind, direction, outcome])).toEqual([
    ['order', 'in', null],
    ['order-response', 'out', 'accepted'],
    ['ship-notice', 'out', 'accepted'],
    ['invoice', 'out', 'accepted'],
  ])
  expect(await hub.sales(number)).toHaveLength(1)
  const sent = await hub.query<{ type: string; count: string }>(
    `SELECT s.type, count(DISTINCT s.message_id) FROM outgoing_sets s
     JOIN documents d ON d.id = s.document_id
     WHERE d.trade_id = $1 GROUP BY s.type ORDER BY s.type`,
    [tradeId],
  )
  expect(sent).toEqual(['810', '855', '856'].map((type) => ({ type, count: '1' })))
  const placed = await hub.query<{ count: string }>(
    `SELECT count(*) FROM mailbox_items i JOIN outgoing_sets s ON s.message_id = i.message_id
     JOIN documents d ON d.id = s.document_id WHERE d.trade_id = $1`, [tradeId])
  expect(placed).toEqual([{ count: '3' }])
}

const silent = { step: async () => undefined, show: async () => undefined }

test('from order to invoice: one sale, one of each document, each acknowledged', async () => {
  const tradeId = await new Story(hub.client(), silent, 1_000).tell('TRADE-1')
  await expectOneOfEach('TRADE-1', tradeId)
  expect(await hub.all('/v1/parked')).toEqual([])
})

test('every message sent twice makes no difference', async () => {
  const tradeId = await new Story(hub.client(2), silent, 2_000).tell('TRADE-2')
  await expectOneOfEach('TRADE-2', tradeId)
})

test('killed at each step, nothing is lost and nothing doubled', async () => {
  let step = 0
  const teller = {
    show: async () => undefined,
    step: async () => {
      step += 1
      await hub.kill()
      await hub.up()
    },
  }
  const tradeId = await new Story(hub.client(2), teller, 3_000).tell('TRADE-3')
  expect(step).toBe(stepsOfAStory)
  await expectOneOfEach('TRADE-3', tradeId)
})

test('no two interchanges to the buyer bear the same number', async () => {
  const [numbers] = await hub.query<{ all: string; distinct: string }>(
    `SELECT count(*) AS all, count(DISTINCT substr(convert_from(body, 'LATIN1'), 91, 9)) AS distinct
     FROM messages WHERE direction = 'out' AND standard = 'x12'`)
  expect(numbers?.all).toBe(numbers?.distinct)
})
