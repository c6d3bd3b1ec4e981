import { afterAll, beforeAll, expect, test } from 'vitest'
import { interchange, orderMessage } from '#test/support/edi.ts'
import { World } from '#test/support/world.ts'

let world: World

beforeAll(async () => {
  world = await World.open()
})
afterAll(async () => world.close())

interface Standing {
  readonly status: string
  readonly answers: readonly { kind: string; outcome: string; body: string }[]
}

async function run(text: string): Promise<Standing> {
  const id = await world.post(text)
  await world.live()
  const { rows: [message] } = await world.store.pool.query<{ status: string }>(
    'SELECT status FROM messages WHERE id = $1', [id])
  const { rows } = await world.store.pool.query<{ kind: string; outcome: string; body: Buffer }>(
    `SELECT a.kind, a.outcome, m.body FROM acknowledgements a
     JOIN messages m ON m.id = a.message_id WHERE a.of_message_id = $1 ORDER BY a.id`, [id])
  return {
    status: message!.status,
    answers: rows.map((row) => ({ ...row, body: row.body.toString('latin1') })),
  }
}

const wrong = orderMessage(501, 'PO-501').replace('IEA*1', 'IEA*2')
/** An interchange of one TA1 and no group, that asks for no TA1 itself. */
const ta1 = new RegExp([
  '^ISA.{67}\\d{6}\\*\\d{4}\\*U\\*00401\\*\\d{9}\\*0\\*T\\*>',
  'TA1\\*(\\d{9})\\*260105\\*0930\\*R\\*021', 'IEA\\*0\\*\\d{9}', '$',
].join('~'))

test('a rejected envelope gets a TA1, nothing is parked, and again the same TA1', async () => {
  const first = await run(wrong)
  expect(first).toMatchObject({
    status: 'rejected', answers: [{ kind: 'TA1', outcome: 'rejected' }],
  })
  expect(ta1.exec(first.answers[0]!.body)?.[1]).toBe('000000501')
  const again = await run(wrong)
  expect(again).toEqual({ status: 'duplicate', answers: first.answers })
  expect(await world.count(`SELECT count(*) FROM parked`)).toBe(0)
  expect(await world.count(`SELECT count(*) FROM mailbox_items i JOIN acknowledgements a
    ON a.message_id = i.message_id AND a.kind = 'TA1' AND a.of_group_id IS NULL
    WHERE a.of_interchange_id IS NOT NULL`)).toBe(2)
})

test('corrected under the same number it is taken', async () => {
  const empty = orderMessage(501, 'PO-501').replace(/GS.*(?=IEA)/s, '')
  expect(await run(empty.replace('IEA*1', 'IEA*0')))
    .toMatchObject({ status: 'processed', answers: [] })
})

test('one that breaks off before its first set is rejected, not processed', async () => {
  const [isa] = orderMessage(502, 'PO-502').split('GS*')
  const first = await run(isa!)
  expect([first.status, first.answers.map(({ body }) => /\*R\*023~/.test(body))])
    .toEqual(['rejected', [true]])
  expect(await run(isa!)).toEqual({ status: 'duplicate', answers: first.answers })
})

test('asked for, a TA1 goes before the 997, and both come again', async () => {
  const fa = interchange({ control: 503, sets: [{ type: '810', segments: ['BIG*20260105*I'] }] })
    .replace('*0*T*', '*1*T*')
  const first = await run(fa)
  expect(first.answers.map(({ kind }) => kind)).toEqual(['TA1', '997'])
  expect(first.answers[0]!.body).toContain('TA1*000000503*260105*0930*A*000~')
  const numbers = first.answers.map(({ body }) => Number(body.slice(90, 99)))
  expect(numbers[0]).toBeLessThan(numbers[1]!)
  expect((await run(fa)).answers).toEqual(first.answers)
})
