import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { interchange } from '#test/support/edi.ts'
import { writeResponses } from '#test/support/sent.ts'
import type { SentDraft } from '#test/support/sent.ts'
import { World } from '#test/support/world.ts'
import { discardParked, resumeParked } from './park.ts'
import { newId } from './ids.ts'
import { alarmOverdue } from './overdue.ts'

let world: World
let control = 5_000

beforeAll(async () => {
  world = await World.open()
})
afterAll(async () => world.close())

interface Sent {
  readonly documentIds: readonly string[]
  readonly messageId: string
  readonly group: string
  readonly isa: string
  /** ISA09 and ISA10. */
  readonly when: string
}

/** Order responses that were sent, all in one group. */
async function send(draft: Partial<SentDraft> = {}): Promise<Sent> {
  control += 1
  const { documentIds } = await writeResponses(world.store, { numbers: [`R-${control}`], ...draft })
  await world.live()
  const [row] = await rows<{
    message_id: string; group_control: string; isa: string; body: Buffer
  }>(
    `SELECT s.message_id, s.group_control, s.interchange_control AS isa, m.body
     FROM outgoing_sets s JOIN messages m ON m.id = s.message_id WHERE s.document_id = $1`,
    [documentIds[0]],
  )
  const elements = row!.body.toString('latin1').split('*')
  return {
    documentIds, messageId: row!.message_id, group: row!.group_control, isa: row!.isa,
    when: `${elements[9]}*${elements[10]}`,
  }
}

async function rows<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return (await world.store.pool.query<Row>(sql, values)).rows
}

/** Posts a 997 of these segments; answers its message. */
async function hear(segments: readonly string[], sets = 1): Promise<string> {
  control += 1
  const id = await world.post(interchange({
    control, functionalId: 'FA',
    sets: Array.from({ length: sets }, () => ({ type: '997', segments })),
  }))
  await world.live()
  return id
}

async function hearTa1(line: string): Promise<string> {
  control += 1
  const text = interchange({ control, sets: [] }).replace(/GS.*(?=IEA)/s, `${line}~`)
    .replace('IEA*1', 'IEA*0')
  const id = await world.post(text)
  await world.live()
  return id
}

async function outcomes(documentIds: readonly string[]): Promise<readonly (string | null)[]> {
  const found = await rows<{ id: string; outcome: string | null }>(
    'SELECT id, outcome FROM documents WHERE id = ANY($1::uuid[])', [documentIds])
  return documentIds.map((id) => found.find((row) => row.id === id)!.outcome)
}

interface Open { readonly id: string; readonly kind: string; readonly code: string }

async function parkedOf(column: string, id: string, status = 'open'): Promise<readonly Open[]> {
  return rows<Open>(
    `SELECT id, kind, code FROM parked WHERE ${column} = $1 AND status = $2 ORDER BY id`,
    [id, status],
  )
}

async function statusOf(messageId: string): Promise<string> {
  const [row] = await rows<{ status: string }>('SELECT status FROM messages WHERE id = $1', [
    messageId,
  ])
  return row!.status
}

const accepted = (sent: Sent): string[] => [`AK1*PR*${sent.group}`, 'AK9*A*1*1*1']
const rejected = (sent: Sent): string[] => [
  `AK1*PR*${sent.group}`, 'AK2*855*0001', 'AK3*BAK*2**8', 'AK4*4*373*8*20260105', 'AK5*R*5',
  'AK9*R*1*1*0',
]

test('what is delivered is sent, and its acknowledgement awaited for the agreed time', async () => {
  const sent = await send()
  expect(await outcomes(sent.documentIds)).toEqual(['sent'])
  const [row] = await rows<{ hours: string }>(
    `SELECT round(extract(epoch FROM acknowledge_by - now()) / 3600) AS hours
     FROM outgoing_sets WHERE message_id = $1`, [sent.messageId])
  expect(row?.hours).toBe('24')
})

test.each<[name: string, segments: (sent: Sent) => string[], outcome: string]>([
  ['accepted', accepted, 'accepted'],
  ['accepted with errors', (sent) => [`AK1*PR*${sent.group}`, 'AK9*E*1*1*1'],
    'accepted_with_errors'],
])('%s: the document says so and nothing is awaited', async (_, segments, outcome) => {
  const sent = await send()
  const id = await hear(segments(sent))
  expect(await outcomes(sent.documentIds)).toEqual([outcome])
  expect(await statusOf(id)).toBe('processed')
  expect(await rows(`SELECT outcome, acknowledge_by, acknowledged_at IS NOT NULL AS acknowledged
    FROM outgoing_sets WHERE message_id = $1`, [sent.messageId])).toEqual([
    { outcome, acknowledge_by: null, acknowledged: true },
  ])
  expect(await rows(`SELECT kind, direction, outcome, message_id FROM acknowledgements
    WHERE of_message_id = $1`, [sent.messageId])).toEqual([
    { kind: '997', direction: 'in', outcome, message_id: id },
  ])
  expect(await rows(`SELECT kind, subject_id FROM events WHERE message_id = $1
    AND kind = 'acknowledged'`, [sent.messageId])).toEqual([
    { kind: 'acknowledged', subject_id: sent.documentIds[0] },
  ])
})

test('one of three rejected: only that one needs a person, at its place', async () => {
  const sent = await send({ numbers: ['A', 'B', 'C'] })
  await hear([
    `AK1*PR*${sent.group}`, 'AK2*855*0001', 'AK5*A', 'AK2*855*0002', 'AK3*BAK*2**8',
    'AK4*4*373*8*20260105', 'AK5*R*5', 'AK2*855*0003', 'AK5*A', 'AK9*P*3*3*2',
  ])
  expect(await outcomes(sent.documentIds)).toEqual(['accepted', 'rejected', 'accepted'])
  const found = await rows<{
    kind: string; code: string; document_id: string; at: { byte: number }
  }>(
    'SELECT kind, code, document_id, at FROM parked WHERE message_id = $1', [sent.messageId])
  expect(found).toMatchObject([
    { kind: 'document', code: 'OUTBOUND_REJECTED', document_id: sent.documentIds[1] },
  ])
  const [message] = await rows<{ body: Buffer }>('SELECT body FROM messages WHERE id = $1',
    [sent.messageId])
  expect(message!.body.toString('latin1').slice(found[0]!.at.byte)).toMatch(/^20260105~PO1/)
})

test('the same 997 twice, and again under another number, is the same once', async () => {
  const sent = await send()
  const text = interchange({
    control: ++control, functionalId: 'FA', sets: [{ type: '997', segments: rejected(sent) }],
  })
  await world.post(text)
  const again = await world.post(text)
  await world.live()
  expect(await statusOf(again)).toBe('duplicate')
  expect(await statusOf(await hear(rejected(sent)))).toBe('processed')
  expect(await outcomes(sent.documentIds)).toEqual(['rejected'])
  expect(await parkedOf('document_id', sent.documentIds[0]!)).toHaveLength(1)
  expect(await world.count('SELECT count(*) FROM acknowledgements WHERE of_message_id = $1',
    [sent.messageId])).toBe(1)
})

test('twice in one interchange is once too', async () => {
  const sent = await send()
  expect(await statusOf(await hear(rejected(sent), 2))).toBe('processed')
  expect(await parkedOf('document_id', sent.documentIds[0]!)).toHaveLength(1)
})

describe('what contradicts', () => {
  test('a rejection after an acceptance counts', async () => {
    const sent = await send()
    await hear(accepted(sent))
    await hear(rejected(sent))
    expect(await outcomes(sent.documentIds)).toEqual(['rejected'])
    expect(await parkedOf('document_id', sent.documentIds[0]!)).toMatchObject([
      { code: 'OUTBOUND_REJECTED' },
    ])
  })

  test('an acceptance after a rejection is a person\'s to believe', async () => {
    const sent = await send()
    await hear(rejected(sent))
    const id = await hear(accepted(sent))
    expect([await statusOf(id), ...await outcomes(sent.documentIds)])
      .toEqual(['parked', 'rejected'])
    const [item] = await parkedOf('message_id', id)
    expect(item).toMatchObject({ kind: 'set', code: 'ACKNOWLEDGEMENT_CONTRADICTS' })
    await resumeParked(world.store, item!.id, item!.id, { attemptsMax: 1 })
    await world.live()
    expect([await statusOf(id), ...await outcomes(sent.documentIds)])
      .toEqual(['processed', 'accepted'])
    expect(await parkedOf('document_id', sent.documentIds[0]!)).toEqual([])
  })
})

describe('what was never sent', () => {
  test.each<[name: string, segments: (sent: Sent) => string[]]>([
    ['an unknown group', () => ['AK1*PR*999999', 'AK9*A*1*1*1']],
    ['a group of another kind', (sent) => [`AK1*IN*${sent.group}`, 'AK9*R*1*1*0']],
  ])('%s parks the set, resume looks once more, discard ends it', async (_, segments) => {
    const sent = await send()
    const id = await hear(segments(sent))
    const [item] = await parkedOf('message_id', id)
    expect([await statusOf(id), item?.kind, item?.code])
      .toEqual(['parked', 'set', 'ACKNOWLEDGEMENT_UNMATCHED'])
    await resumeParked(world.store, item!.id, item!.id, { attemptsMax: 1 })
    await world.live()
    const [second, ...more] = await parkedOf('message_id', id)
    expect([second?.code, more]).toEqual(['ACKNOWLEDGEMENT_UNMATCHED', []])
    await discardParked(world.store, second!.id, second!.id)
    expect(await statusOf(id)).toBe('rejected')
    expect(await outcomes(sent.documentIds)).toEqual(['sent'])
  })

  test('another relationship\'s numbers are not ours to acknowledge', async () => {
    const sent = await send()
    await world.store.pool.query(
      `UPDATE outgoing_sets SET relationship_id = gen_random_uuid() WHERE message_id = $1`,
      [sent.messageId])
    const id = await hear(accepted(sent))
    expect(await parkedOf('message_id', id)).toMatchObject([{ code: 'ACKNOWLEDGEMENT_UNMATCHED' }])
    expect(await outcomes(sent.documentIds)).toEqual(['sent'])
  })

  test('a 997 that is broken itself is parked, and nothing is believed of it', async () => {
    const sent = await send()
    const id = await hear([`AK1*PR*${sent.group}`, 'AK2*855*0001', 'AK5*A'])
    expect(await parkedOf('message_id', id)).toMatchObject([
      { kind: 'set', code: 'ACKNOWLEDGEMENT_UNREADABLE' },
    ])
    expect(await outcomes(sent.documentIds)).toEqual(['sent'])
  })
})

describe('a TA1', () => {
  test('that accepts says received, and the 997 is awaited still', async () => {
    const sent = await send()
    const id = await hearTa1(`TA1*${sent.isa}*${sent.when}*A*000`)
    expect([await statusOf(id), ...await outcomes(sent.documentIds)])
      .toEqual(['processed', 'received'])
    expect(await world.count(`SELECT count(*) FROM outgoing_sets
      WHERE message_id = $1 AND acknowledge_by IS NOT NULL`, [sent.messageId])).toBe(1)
    await hearTa1(`TA1*${sent.isa}*${sent.when}*A*000`)
    expect(await world.count('SELECT count(*) FROM acknowledgements WHERE of_message_id = $1',
      [sent.messageId])).toBe(1)
    await hear(accepted(sent))
    expect(await outcomes(sent.documentIds)).toEqual(['accepted'])
  })

  test('before the delivery is recorded counts, one of a former set does not', async () => {
    const sent = await send()
    await hearTa1(`TA1*${sent.isa}*${sent.when}*A*000`)
    const deliverAgain = async (): Promise<void> => {
      await world.store.pool.query(
        `INSERT INTO delivery_work (delivery_id, endpoint_id, status, attempts_max)
         SELECT gen_random_uuid(), endpoint_id, 'due', 1 FROM deliveries WHERE message_id = $1`,
        [sent.messageId])
      await world.store.pool.query(
        `INSERT INTO deliveries (id, stream, endpoint_id, operation, reference, message_id,
           source_message_id, status, created_at)
         SELECT w.delivery_id, 'test', w.endpoint_id, 'send', 'r', $1, $1, 'due', now()
         FROM delivery_work w`, [sent.messageId])
      await world.live()
    }
    await deliverAgain()
    expect(await outcomes(sent.documentIds)).toEqual(['received'])
    await world.store.pool.query(
      `INSERT INTO outgoing_sets SELECT (s.x).* FROM (
         SELECT jsonb_populate_record(o, jsonb_build_object('id', $2::uuid, 'bundle_id', $3::uuid,
           'message_id', NULL, 'group_control', NULL)) AS x
         FROM outgoing_sets o WHERE o.message_id = $1) s`, [sent.messageId, newId(), newId()])
    await world.store.pool.query(
      `INSERT INTO outgoing_work (bundle_id, relationship_id)
       SELECT bundle_id, relationship_id FROM outgoing_sets
       WHERE document_id = $1 AND message_id IS NULL`, [sent.documentIds[0]])
    await world.live()
    expect(await outcomes(sent.documentIds)).toEqual(['sent'])
  })

  test('that rejects rejects all that was in it', async () => {
    const sent = await send({ numbers: ['T1', 'T2'] })
    await hearTa1(`TA1*${sent.isa}*${sent.when}*R*006`)
    expect(await outcomes(sent.documentIds)).toEqual(['rejected', 'rejected'])
    expect(await parkedOf('message_id', sent.messageId)).toMatchObject([
      { kind: 'document', code: 'OUTBOUND_REJECTED' },
      { kind: 'document', code: 'OUTBOUND_REJECTED' },
    ])
  })

  test('of what we never sent is parked, judged anew on resume, ended by discard', async () => {
    const sent = await send()
    const id = await hearTa1(`TA1*000999999*${sent.when}*A*000`)
    const [item] = await parkedOf('message_id', id)
    expect([await statusOf(id), item?.kind, item?.code])
      .toEqual(['parked', 'message', 'ACKNOWLEDGEMENT_UNMATCHED'])
    await world.store.pool.query(
      `UPDATE outgoing_sets SET interchange_control = '000999999' WHERE message_id = $1`,
      [sent.messageId])
    await resumeParked(world.store, item!.id, item!.id, { attemptsMax: 1 })
    await world.live()
    expect([await statusOf(id), ...await outcomes(sent.documentIds)])
      .toEqual(['processed', 'received'])
    const other = await hearTa1(`TA1*000888888*${sent.when}*A*000`)
    const [second] = await parkedOf('message_id', other)
    await discardParked(world.store, second!.id, second!.id)
    expect(await parkedOf('message_id', other)).toEqual([])
  })
})

describe('what is late', () => {
  async function makeLate(sent: Sent): Promise<void> {
    await world.store.pool.query(
      `UPDATE outgoing_sets SET acknowledge_by = now() - interval '1 s' WHERE message_id = $1`,
      [sent.messageId])
    await alarmOverdue(world.store, { setsMax: 100, now: new Date() })
  }

  test('alarms once, and closes by itself when the acknowledgement comes', async () => {
    const sent = await send()
    await makeLate(sent)
    await alarmOverdue(world.store, { setsMax: 100, now: new Date() })
    expect(await outcomes(sent.documentIds)).toEqual(['overdue'])
    expect(await parkedOf('document_id', sent.documentIds[0]!)).toMatchObject([
      { kind: 'document', code: 'ACKNOWLEDGEMENT_OVERDUE' },
    ])
    await hearTa1(`TA1*${sent.isa}*${sent.when}*A*000`)
    expect(await outcomes(sent.documentIds)).toEqual(['overdue'])
    await hear(accepted(sent))
    expect(await outcomes(sent.documentIds)).toEqual(['accepted'])
    expect(await parkedOf('document_id', sent.documentIds[0]!)).toEqual([])
    expect(await parkedOf('document_id', sent.documentIds[0]!, 'resumed')).toHaveLength(1)
  })

  test('a late rejection leaves the rejection to be worked on alone', async () => {
    const sent = await send()
    await makeLate(sent)
    await hear(rejected(sent))
    expect(await parkedOf('document_id', sent.documentIds[0]!)).toMatchObject([
      { code: 'OUTBOUND_REJECTED' },
    ])
  })

  test.each([
    ['null', 'null', null], ['90 minutes', '90', '90'], ['nonsense', '"soon"', '1440'],
  ])('an agreement of %s', async (_, setting, minutes) => {
    await world.store.pool.query(
      `UPDATE agreements SET settings = jsonb_build_object('acknowledgeWithinMinutes', $1::jsonb)
       WHERE set_type = '855' AND direction = 'out' AND release = '004010'`, [setting])
    const sent = await send()
    await world.store.pool.query(`UPDATE agreements SET settings = '{}' WHERE set_type = '855'`)
    const [row] = await rows(
      `SELECT round(extract(epoch FROM acknowledge_by - now()) / 60)::text AS minutes
       FROM outgoing_sets WHERE message_id = $1`, [sent.messageId])
    expect(row).toEqual({ minutes })
  })
})
