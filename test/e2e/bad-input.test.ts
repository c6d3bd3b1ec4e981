import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { interchange, orderMessage, orderSet } from '#test/support/edi.ts'
import type { OrderDraft } from '#test/support/edi.ts'
import { TestHub } from '#test/support/hub.ts'
import type { MessageShown } from '#test/support/hub.ts'

let hub: TestHub

beforeAll(async () => {
  hub = await TestHub.start()
})
afterAll(async () => hub.remove())

/** What became of a message, without ids and words. */
function brief(message: MessageShown) {
  return {
    status: message.status,
    verdicts: message.interchanges.map(({ verdict }) => verdict),
    sets: setsOf(message).map(({ verdict, status }) => `${verdict} ${status}`),
    answers: message.acknowledgements.map(({ outcome }) => outcome),
    documents: message.documents.length,
    faults: message.faults.map(({ code }) => code),
  }
}

function setsOf(message: MessageShown) {
  return message.interchanges.flatMap(({ groups }) => groups.flatMap(({ sets }) => sets))
}

interface ParkedShown {
  readonly id: string
  readonly kind: string
  readonly code: string
  readonly owner: string
  readonly messageId: string
}

async function parkedOf(messageId: string): Promise<readonly ParkedShown[]> {
  return hub.all<ParkedShown>(`/v1/parked?message=${messageId}`)
}

const sold = async (number: string): Promise<number> => (await hub.sales(number)).length

/** Two orders in one group: the second is what a case spoils. */
function two(control: number, second: Partial<OrderDraft> = {}): string {
  const number = `PO-${control}`
  const sets = [orderSet({ number }), orderSet({ number: `${number}-2`, ...second })]
  return interchange({ control, sets })
}

describe('what is not acknowledged is parked as a whole, and nothing of it is applied', () => {
  const unread = { status: 'parked', verdicts: [], sets: [], answers: [], documents: 0 }
  const held = { ...unread, verdicts: ['accepted'], sets: ['accepted parked'] }
  const order = (control: number): string => orderMessage(control, 'PO-X')
  const sets = [orderSet({ number: 'PO-X' })]

  test.each<[name: string, text: string, found: object, codes: string[]]>([
    ['text that is no EDI', 'Please send us 24 widgets.', unread, ['MESSAGE_NOT_RECOGNISED']],
    ['EDIFACT', "UNA:+.? 'UNB+UNOC:3+A+B+260105:0930+1'UNZ+0+1'", unread,
      ['STANDARD_NOT_SUPPORTED']],
    ['separators that do not agree', order(101).replace('*T*>', '*T+>'), unread,
      ['X12_ISA_UNREADABLE']],
    ['an unknown sender', interchange({ control: 105, sender: 'STRANGER', sets }), held,
      ['SENDER_UNKNOWN']],
    ['a live message in the sandbox', interchange({ control: 106, usage: 'P', sets }), held,
      ['STREAM_MISMATCH']],
    ['a usage that is neither test nor live', interchange({ control: 107, usage: 'I', sets }),
      held, ['USAGE_UNKNOWN']],
  ])('%s', async (_, text, found, codes) => {
    const message = await hub.run(text)
    expect(brief(message)).toEqual({ ...found, faults: codes })
    expect(message.faults).toEqual(codes.map(() => explained))
    const parked = await parkedOf(message.id)
    expect(parked.map(({ code, kind }) => `${kind} ${code}`)).toEqual([`message ${codes[0]}`])
    expect(await sold('PO-X')).toBe(0)
  })
})

/** A fault that says what, where and what to do. */
const explained = {
  code: expect.any(String) as string,
  says: expect.any(String) as string,
  remedy: expect.any(String) as string,
  at: expect.objectContaining({
    byte: expect.any(Number) as number,
    segment: expect.any(Number) as number,
    tag: expect.any(String) as string,
  }) as object,
}

describe('what its envelope rejects gets a TA1, and nothing of it is applied or parked', () => {
  const order = (control: number): string => orderMessage(control, 'PO-X')

  test.each<[name: string, text: string, code: string, note: string]>([
    ['no IEA', order(102).replace(/IEA.*$/, ''), 'X12_IEA_MISSING', '023'],
    ['a wrong number in IEA', order(103).replace(/(IEA\*1\*)\d+/, '$1000000999'),
      'X12_IEA_NUMBER', '001'],
    ['a wrong count in IEA', order(104).replace('IEA*1', 'IEA*2'), 'X12_IEA_COUNT', '021'],
  ])('%s', async (_, text, code, note) => {
    const message = await hub.run(text)
    expect(brief(message)).toEqual({
      status: 'rejected', verdicts: ['rejected'], sets: ['rejected rejected'],
      answers: ['rejected'], documents: 0, faults: ['INTERCHANGE_REJECTED', code],
    })
    expect(message.faults).toEqual([explained, explained])
    const [answer] = message.acknowledgements
    expect(answer?.kind).toBe('TA1')
    expect(await hub.content(answer!.messageId!)).toMatch(
      new RegExp(`~TA1\\*0000001\\d\\d\\*260105\\*0930\\*R\\*${note}~IEA\\*0\\*`))
    expect(await parkedOf(message.id)).toEqual([])
    expect(await sold('PO-X')).toBe(0)
  })
})

describe('what its verdict rejects is answered so, and the other set of the group goes on', () => {
  const invoice = { type: '810', segments: ['BIG*20260105*I-1**PO-1', 'TDS*100'] }

  test.each<[name: string, text: string, codes: string[]]>([
    ['a wrong count in SE', two(201).replace('SE*9*0002', 'SE*8*0002'), ['X12_SE_COUNT']],
    ['a wrong number in SE', two(202).replace('SE*9*0002', 'SE*9*0003'), ['X12_SE_NUMBER']],
    ['a missing SE', two(203).replace('SE*9*0002~', ''), ['X12_SE_MISSING']],
    ['a missing BEG', two(204).replace(/(0002~)BEG[^~]*~/, '$1').replace('SE*9*0002', 'SE*8*0002'),
      ['X12_SEGMENT_MISSING']],
    ['a bad date', two(205, { date: '20261345' }), ['X12_DATE_BAD']],
    ['no agreement',
      interchange({ control: 206, sets: [orderSet({ number: 'PO-206' }), invoice] }),
      ['X12_SET_NOT_OF_GROUP', 'SET_NOT_AGREED']],
  ])('%s', async (name, text, codes) => {
    const message = await hub.run(text)
    expect(brief(message)).toEqual({
      status: 'partial',
      verdicts: ['partial'],
      sets: ['accepted applied', 'rejected rejected'],
      answers: ['partial'],
      documents: 1,
      faults: codes,
    })
    expect(message.faults).toEqual(codes.map(() => explained))
    const number = message.documents[0]!.number
    expect({ name, first: await sold(number), second: await sold(`${number}-2`) })
      .toEqual({ name, first: 1, second: 0 })
    const answer = await hub.content(message.acknowledgements[0]!.messageId!)
    expect(answer).toMatch(/~AK9\*P\*2\*2\*1[~*]/)
  })

  test.each<[name: string, text: string, code: string]>([
    ['a wrong count in GE', two(211).replace('GE*2', 'GE*3'), 'X12_GE_COUNT'],
    ['a wrong number in GE', two(212).replace('GE*2*212', 'GE*2*999'), 'X12_GE_NUMBER'],
    ['a missing GE', two(213).replace('GE*2*213~', ''), 'X12_GE_MISSING'],
    ['another group id', two(214).replace('GS*PO*SANDBOXBUYER', 'GS*PO*SOMEBODY'),
      'GROUP_NOT_AGREED'],
  ])('%s: the whole group', async (_, text, code) => {
    const message = await hub.run(text)
    expect(brief(message)).toEqual({
      status: 'rejected',
      verdicts: ['rejected'],
      sets: ['rejected rejected', 'rejected rejected'],
      answers: ['rejected'],
      documents: 0,
      faults: [code],
    })
    expect(message.faults).toEqual([explained])
  })
})

describe('what a person has to solve parks its set and changes no acknowledgement', () => {
  test.each<[name: string, text: string, code: string, owner: string]>([
    ['an item without cross-reference', two(301, { items: ['WID-01', 'NOBODY'] }),
      'CROSS_REFERENCE_MISSING', 'mapping-analyst'],
    ['a cancellation', two(302, { purpose: '01' }), 'PURPOSE_DOES_NOT_CREATE', 'partner-manager'],
  ])('%s', async (_, text, code, owner) => {
    const message = await hub.run(text)
    expect(brief(message)).toEqual({
      status: 'parked',
      verdicts: ['accepted'],
      sets: ['accepted applied', 'accepted parked'],
      answers: ['accepted'],
      documents: 1,
      faults: [code],
    })
    expect(message.faults).toEqual([explained])
    expect(await parkedOf(message.id)).toMatchObject([{ kind: 'set', code, owner }])
  })
})
