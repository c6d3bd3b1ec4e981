import { afterAll, beforeAll, expect, test } from 'vitest'
import { interchange } from '#test/support/edi.ts'
import { writeResponses } from '#test/support/sent.ts'
import { World } from '#test/support/world.ts'
import { newId } from './ids.ts'
import { discardParked, resumeParked } from './park.ts'
import { findDocument } from './views/documents.ts'

let world: World
let control = 9_000

beforeAll(async () => {
  world = await World.open()
})
afterAll(async () => world.close())

async function rows<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return (await world.store.pool.query<Row>(sql, values)).rows
}

interface Sent {
  readonly id: string
  readonly number: string
  readonly tradeId: string
  readonly orderId: string
  readonly group: string
}

async function send(): Promise<Sent> {
  control += 1
  const number = `B-${control}`
  const { documentIds: [id], tradeId, orderId } =
    await writeResponses(world.store, { numbers: [number] })
  await world.live()
  const [set] = await rows<{ group_control: string }>(
    'SELECT group_control FROM outgoing_sets WHERE document_id = $1', [id])
  return { id: id!, number, tradeId, orderId, group: set!.group_control }
}

interface Said {
  readonly messageId: string
  readonly status: string
  readonly tradeId: string
  readonly parked: readonly {
    id: string; kind: string; code: string; document_id: string; says: string
  }[]
}

async function say(type: '824' | '864', segments: readonly string[]): Promise<Said> {
  control += 1
  const messageId = await world.post(interchange({
    control, functionalId: type === '824' ? 'AG' : 'TX', sets: [{ type, segments }],
  }))
  await world.live()
  const [message] = await rows<{ status: string; trade_id: string }>(
    `SELECT m.status, d.trade_id FROM messages m LEFT JOIN documents d ON d.message_id = m.id
     WHERE m.id = $1`, [messageId])
  const parked = await rows<Said['parked'][number]>(
    'SELECT id, kind, code, document_id, says FROM parked WHERE message_id = $1', [messageId])
  return { messageId, status: message!.status, tradeId: message!.trade_id, parked }
}

const viewer = { partnerId: null, role: 'admin' } as const

async function spokenOfBy(id: string): Promise<readonly string[]> {
  const document = await findDocument(world.store, viewer, id)
  return document!.spokenOfBy.map(({ messageId }) => messageId)
}

const bgn = (): string => `BGN*00*ADV-${control}*20260301`

test('an advice that rejects is shown at the document whose set it names', async () => {
  const sent = await send()
  const said = await say('824', [
    bgn(), `OTI*TR*TN*anything*****${sent.group}*0001*855`,
    'TED*024*The price is not ours*PO1*3*4*212*9.50',
  ].map((line) => line.replace('*anything*****', '*anything*A*B*20260301*0930*')))
  expect(said).toMatchObject({
    status: 'processed', tradeId: sent.tradeId,
    parked: [{ kind: 'document', code: 'BUSINESS_REJECTED', document_id: sent.id }],
  })
  expect(said.parked[0]?.says).toBe(`The partner's business says "rejected" of order-response ` +
    `${sent.number}: PO104 024 The price is not ours ("9.50")`)
  expect(await spokenOfBy(sent.id)).toEqual([said.messageId])
  const [document] = await rows('SELECT outcome FROM documents WHERE id = $1', [sent.id])
  expect(document).toEqual({ outcome: 'sent' })
})

test('one that accepts is shown there too, and is no work', async () => {
  const sent = await send()
  const said = await say('824', [bgn(), `OTI*TA*ZZ*${sent.number}`])
  expect(said).toMatchObject({ status: 'processed', tradeId: sent.tradeId, parked: [] })
  expect(await spokenOfBy(sent.id)).toEqual([said.messageId])
})

test('numbers of a set of another type mean nothing', async () => {
  const sent = await send()
  const said = await say('824', [
    bgn(), `OTI*TR*IV*NOBODY*A*B*20260301*0930*${sent.group}*0001*810`,
  ])
  expect(said.tradeId).not.toBe(sent.tradeId)
  expect(await spokenOfBy(sent.id)).toEqual([])
  expect(said.parked).toMatchObject([{ code: 'BUSINESS_REJECTED' }])
  expect(said.parked[0]?.says).toContain('810 NOBODY, which was not found')
})

test('each document of several is told of by itself', async () => {
  const [first, second] = [await send(), await send()]
  const said = await say('824', [
    bgn(), `OTI*TR*ZZ*${first.number}`, `OTI*TA*ZZ*${second.number}`, `OTI*IP*ZZ*${second.number}`,
    'TED*012*One line of it',
  ])
  expect(said.parked.map(({ document_id }) => document_id)).toEqual([first.id, second.id])
  expect(said.tradeId).toBe(first.tradeId)
  expect(await spokenOfBy(second.id)).toEqual([said.messageId])
})

test('a text is to be read, at what its references name', async () => {
  const sent = await send()
  const said = await say('864', [
    'BMG*00*About your answer', 'N1*BY**92*0001', `REF*ZZ*${sent.number}`,
    `REF*PO*PO of ${sent.number}`, 'MIT*TXT-1', 'MSG*Please call us.', 'MSG*Today.',
  ])
  expect(said).toMatchObject({
    status: 'processed', tradeId: sent.tradeId,
    parked: [{ kind: 'document', code: 'BUSINESS_TEXT', document_id: sent.id }],
  })
  expect(said.parked[0]?.says).toBe(
    `The partner writes about order-response ${sent.number}, order PO of ${sent.number}: ` +
      'Please call us. Today.')
  expect(await spokenOfBy(sent.orderId)).toEqual([said.messageId])
  const [item] = said.parked
  expect(await resumeParked(world.store, item!.id, newId(), { attemptsMax: 1 }))
    .toEqual({ status: 'resumed', ring: null })
})

test('a text about nothing we know opens a trade of its own, and is read too', async () => {
  const said = await say('864', ['BMG*00', `MIT*T-${control}`, 'MSG*Hello?'])
  expect(said.parked).toMatchObject([{ kind: 'document', code: 'BUSINESS_TEXT' }])
  expect(said.parked[0]?.says).toBe(`The partner writes about nothing we know: Hello?`)
  const [own] = await rows<{ id: string }>('SELECT id FROM documents WHERE message_id = $1', [
    said.messageId])
  expect(said.parked[0]?.document_id).toBe(own?.id)
  expect(await discardParked(world.store, said.parked[0]!.id, newId()))
    .toEqual({ status: 'discarded', ring: null })
})

test('another relationship\'s documents are not spoken of', async () => {
  const sent = await send()
  await world.store.pool.query('UPDATE documents SET relationship_id = $2 WHERE id = $1', [
    sent.id, newId()])
  const said = await say('824', [bgn(), `OTI*TR*ZZ*${sent.number}`])
  expect(said.tradeId).not.toBe(sent.tradeId)
  expect(await spokenOfBy(sent.id)).toEqual([])
})
