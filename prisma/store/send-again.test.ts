import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { interchange } from '#test/support/edi.ts'
import { writeResponses } from '#test/support/sent.ts'
import type { Written } from '#test/support/sent.ts'
import { World } from '#test/support/world.ts'
import { newId } from './ids.ts'
import { discardParked, resumeParked, sendParkedAgain } from './park.ts'
import { sendDocumentAgain } from './send-again.ts'

let world: World
let control = 7_000
const options = { by: newId(), attemptsMax: 12, now: new Date() }

beforeAll(async () => {
  world = await World.open()
})
afterAll(async () => world.close())

async function rows<Row extends object>(sql: string, values: unknown[] = []): Promise<Row[]> {
  return (await world.store.pool.query<Row>(sql, values)).rows
}

async function written(): Promise<Written & { readonly documentId: string }> {
  control += 1
  const made = await writeResponses(world.store, { numbers: [`S-${control}`] })
  return { ...made, documentId: made.documentIds[0]! }
}

/** A document that was sent and rejected. */
async function rejected(): Promise<Written & { documentId: string; parkedId: string }> {
  const made = await written()
  await world.live()
  await reject(made.documentId)
  const [item] = await rows<{ id: string }>(
    `SELECT id FROM parked WHERE document_id = $1 AND status = 'open'`, [made.documentId])
  return { ...made, parkedId: item!.id }
}

async function reject(documentId: string): Promise<void> {
  const [set] = await rows<{ group_control: string }>(
    'SELECT group_control FROM outgoing_sets WHERE document_id = $1', [documentId])
  control += 1
  await world.post(interchange({
    control, functionalId: 'FA',
    sets: [{ type: '997', segments: [`AK1*PR*${set!.group_control}`, 'AK9*R*1*1*0'] }],
  }))
  await world.live()
}

async function standing(documentId: string) {
  const [row] = await rows(`
    SELECT d.outcome,
      (SELECT count(*)::integer FROM outgoing_sets s WHERE s.document_id = d.id) AS sets,
      (SELECT count(*)::integer FROM mailbox_items i JOIN outgoing_sets s USING (message_id)
        WHERE s.document_id = d.id) AS placed,
      (SELECT count(DISTINCT i.message_id)::integer FROM mailbox_items i
        JOIN outgoing_sets s USING (message_id) WHERE s.document_id = d.id) AS messages,
      (SELECT count(*)::integer FROM parked p
        WHERE p.document_id = d.id AND p.status = 'open') AS open
    FROM documents d WHERE d.id = $1`, [documentId])
  return row
}

const fault = (code: string) => expect.objectContaining({ code }) as object

describe('resend', () => {
  test('the same bytes and numbers lie there once more, and are awaited anew', async () => {
    const { documentId, parkedId } = await rejected()
    expect(await standing(documentId)).toEqual(
      { outcome: 'rejected', sets: 1, placed: 1, messages: 1, open: 1 })
    const decision = await sendParkedAgain(world.store, parkedId, 'resend', options)
    expect(decision).toEqual({ status: 'resumed', ring: 'deliver' })
    await world.live()
    expect(await standing(documentId)).toEqual(
      { outcome: 'sent', sets: 1, placed: 2, messages: 1, open: 0 })
    expect(await rows(`SELECT outcome, acknowledge_by IS NOT NULL AS awaited FROM outgoing_sets
      WHERE document_id = $1`, [documentId])).toEqual([{ outcome: null, awaited: true }])
    await reject(documentId)
    expect(await standing(documentId)).toMatchObject({ outcome: 'rejected', open: 1 })
  })

  test('what was accepted stays accepted', async () => {
    const { documentId } = await written()
    await world.live()
    await world.store.pool.query(
      `UPDATE outgoing_sets SET outcome = 'accepted', acknowledged_at = now()
       WHERE document_id = $1`, [documentId])
    await world.store.pool.query(`UPDATE documents SET outcome = 'accepted' WHERE id = $1`, [
      documentId])
    await sendDocumentAgain(world.store, documentId, 'resend', options)
    await world.live()
    expect(await standing(documentId)).toMatchObject({ outcome: 'accepted', placed: 2 })
  })
})

test('regenerate: the document comes in again as a message of ours, for its order', async () => {
  const { documentId, orderId, parkedId } = await rejected()
  const decision = await sendParkedAgain(world.store, parkedId, 'regenerate', options)
  expect(decision).toEqual({ status: 'resumed', ring: 'receive' })
  const [message] = await rows<{ message_id: string; body: Buffer }>(`
    SELECT s.*, m.status, m.direction, m.content_type, m.body,
      EXISTS (SELECT FROM message_work w WHERE w.message_id = m.id) AS due
    FROM message_sources s JOIN messages m ON m.id = s.message_id WHERE s.document_id = $1`,
    [documentId])
  expect(message).toMatchObject({
    endpoint_id: null, kind: 'order-response', reference: orderId, status: 'received',
    direction: 'in', content_type: 'application/json', due: true,
  })
  expect(JSON.parse(message!.body.toString())).toEqual({ number: `S-${control - 1}` })
  expect(await standing(documentId)).toMatchObject({ open: 0 })
  await expect(sendDocumentAgain(world.store, documentId, 'regenerate', options))
    .rejects.toEqual(fault('DOCUMENT_STILL_DUE'))
})

describe('what makes no sense is refused, and changes nothing', () => {
  test('nothing was sent yet', async () => {
    const { documentId } = await written()
    for (const how of ['resend', 'regenerate'] as const) {
      await expect(sendDocumentAgain(world.store, documentId, how, options))
        .rejects.toEqual(fault('DOCUMENT_NOT_SENT'))
    }
    await world.live()
  })

  test('it is on its way just now', async () => {
    const { documentId } = await written()
    await world.live()
    await sendDocumentAgain(world.store, documentId, 'resend', options)
    for (const how of ['resend', 'regenerate'] as const) {
      await expect(sendDocumentAgain(world.store, documentId, how, options))
        .rejects.toEqual(fault('DOCUMENT_STILL_DUE'))
    }
    await world.live()
    expect(await standing(documentId)).toMatchObject({ placed: 2 })
  })

  test('two at once: one resends it, the other is told', async () => {
    const { documentId } = await written()
    await world.live()
    const both = await Promise.allSettled([1, 2].map(() =>
      sendDocumentAgain(world.store, documentId, 'resend', options)))
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await world.live()
    expect(await standing(documentId)).toMatchObject({ placed: 2 })
  })

  test('it came in, or there is none', async () => {
    const { orderId } = await written()
    await expect(sendDocumentAgain(world.store, orderId, 'resend', options))
      .rejects.toEqual(fault('DOCUMENT_NOT_OURS'))
    await expect(sendDocumentAgain(world.store, newId(), 'resend', options))
      .rejects.toEqual(fault('NOT_FOUND'))
    await world.live()
  })

  test('without its order it cannot be made anew', async () => {
    const { documentId, orderId } = await written()
    await world.live()
    await world.store.pool.query('DELETE FROM documents WHERE id = $1', [orderId])
    await expect(sendDocumentAgain(world.store, documentId, 'regenerate', options))
      .rejects.toEqual(fault('DOCUMENT_WITHOUT_ORDER'))
  })

  test('a rejection is not taken up by a mere resume', async () => {
    const { documentId, parkedId } = await rejected()
    await expect(resumeParked(world.store, parkedId, options.by, options))
      .rejects.toEqual(fault('PARKED_CHOICE_NEEDED'))
    expect(await standing(documentId)).toMatchObject({ open: 1 })
    expect(await discardParked(world.store, parkedId, options.by))
      .toEqual({ status: 'discarded', ring: null })
    expect(await standing(documentId)).toMatchObject({ outcome: 'rejected', open: 0 })
    await expect(sendParkedAgain(world.store, parkedId, 'resend', options))
      .rejects.toEqual(fault('PARKED_ENDED'))
  })
})

describe('what cannot be sent as it is', () => {
  const bad = { segments: [['BAK', '00', 'QQ', '{number}', '20260105']] } as const

  async function unfit(segments: (typeof bad)['segments'] | readonly (readonly [string])[]) {
    control += 1
    const made = await writeResponses(world.store, { numbers: [`U-${control}`], segments })
    const good = await written()
    await world.live()
    const [item, ...more] = await rows<{ id: string; says: string; kind: string; code: string }>(
      'SELECT * FROM parked WHERE bundle_id = $1 ORDER BY id', [made.bundleId])
    expect(more).toEqual([])
    expect(await standing(good.documentId)).toMatchObject({ placed: 1 })
    return { ...made, item: item! }
  }

  test('is parked and holds up nobody; corrected and resumed, it leaves', async () => {
    const { item, bundleId, documentIds } = await unfit(bad.segments)
    expect(item).toMatchObject({
      kind: 'bundle', code: 'OUTBOUND_INVALID', at: null, document_id: documentIds[0],
      owner: 'mapping-analyst',
    })
    expect(item.says).toContain('BAK02 in segment 2')
    const before = await world.count(`SELECT next AS count FROM number_series
      WHERE kind = 'interchange'`)
    await resumeParked(world.store, item.id, options.by, options)
    await world.live()
    expect(await rows(`SELECT status FROM parked WHERE bundle_id = $1 ORDER BY id`, [bundleId]))
      .toEqual([{ status: 'resumed' }, { status: 'open' }])
    expect(await world.count(`SELECT next AS count FROM number_series WHERE kind = 'interchange'`))
      .toBe(before)
    await world.store.pool.query(
      `UPDATE outgoing_sets SET body = replace(body::text, 'QQ', 'AC')::jsonb WHERE bundle_id = $1`,
      [bundleId])
    const [open] = await rows<{ id: string }>(
      `SELECT id FROM parked WHERE bundle_id = $1 AND status = 'open'`, [bundleId])
    await resumeParked(world.store, open!.id, options.by, options)
    await world.live()
    expect(await standing(documentIds[0]!)).toMatchObject({ outcome: 'sent', placed: 1, open: 0 })
  })

  test('it is regenerated where its mapping was wrong', async () => {
    const { item, documentIds } = await unfit(bad.segments)
    await expect(sendParkedAgain(world.store, item.id, 'resend', options))
      .rejects.toEqual(fault('PARKED_CHOICE_NEEDED'))
    await sendParkedAgain(world.store, item.id, 'regenerate', options)
    expect(await standing(documentIds[0]!)).toMatchObject({ open: 0 })
    expect(await world.count('SELECT count(*) FROM message_sources WHERE document_id = $1', [
      documentIds[0]])).toBe(1)
    await world.live()
  })

  test('the agreement may let it pass', async () => {
    await world.store.pool.query(
      `UPDATE agreements SET settings = '{"severities": {"X12_CODE_UNLISTED": "note"}}'
       WHERE set_type = '855'`)
    control += 1
    const made = await writeResponses(world.store, { numbers: [`U-${control}`], ...bad })
    await world.live()
    await world.store.pool.query(`UPDATE agreements SET settings = '{}' WHERE set_type = '855'`)
    expect(await standing(made.documentIds[0]!)).toMatchObject({ outcome: 'sent', placed: 1 })
  })

  test('text beyond the charset is parked, or transliterated where that is agreed', async () => {
    const draft = {
      segments: [['BAK', '00', 'AC', '{number}', '20260105'], ['N1', 'BY', 'Müller']],
    } as const
    control += 1
    const first = await writeResponses(world.store, { numbers: [`U-${control}`], ...draft })
    await world.live()
    expect(await rows('SELECT code FROM parked WHERE bundle_id = $1', [first.bundleId]))
      .toEqual([{ code: 'X12_TEXT_UNFIT' }])
    await world.store.pool.query(
      `UPDATE relationships SET settings = settings || '{"charset": {"unfit": "transliterate"}}'`)
    control += 1
    const second = await writeResponses(world.store, { numbers: [`U-${control}`], ...draft })
    await world.live()
    await world.store.pool.query(`UPDATE relationships SET settings = settings - 'charset'`)
    const [message] = await rows<{ body: Buffer }>(
      `SELECT m.body FROM messages m JOIN outgoing_sets s ON s.message_id = m.id
       WHERE s.bundle_id = $1`, [second.bundleId])
    expect(message?.body.toString('latin1')).toContain('N1*BY*Muller~')
  })
})
