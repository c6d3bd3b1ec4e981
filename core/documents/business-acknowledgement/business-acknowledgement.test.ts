import { describe, expect, test } from 'vitest'
import { Fault } from '#core/errors/fault.ts'
import { businessAcknowledgementParser } from './business-acknowledgement.ts'

const item = {
  outcome: 'rejected',
  givenOutcome: 'TR',
  setType: '810',
  number: 'I-1',
  groupControl: '17',
  setControl: '0001',
  errors: [{ givenCode: '848', text: 'Incorrect data', segment: 'IT1', element: '4', value: '0' }],
}

const advice = {
  schema: 'business-acknowledgement.v1',
  number: 'A-1',
  purpose: 'original',
  kind: 'application_advice',
  dated: '2026-01-10',
  items: [item],
}

describe('parse', () => {
  test.each([
    advice,
    { ...advice, items: undefined },
    { ...advice, items: [{ outcome: 'unstated' }] },
    { ...advice, kind: 'text', subject: 'Our docks', notes: [{ text: 'Closed on Monday.' }] },
  ])('takes %j as it is', (value) => expect(businessAcknowledgementParser.parse(value)).toBe(value))

  test.each<[unknown, string]>([
    [7, 'the document must be object'],
    [{ ...advice, kind: '824' }, 'kind must be one of application_advice, text'],
    [{ ...advice, number: undefined }, 'number is required'],
    [{ ...advice, dated: '260110' }, 'dated is no date'],
    [{ ...advice, items: [{ ...item, outcome: 'TR' }] }, 'items[1].outcome must be one of'],
    [{ ...advice, items: [{ ...item, errors: [{ code: '1' }] }] }, 'code is not a field of this'],
    [{ ...advice, notes: [{ text: '' }] }, 'notes[1].text must NOT have fewer than 1 characters'],
  ])('%j is refused', (value, reason) => {
    expect(() => businessAcknowledgementParser.parse(value)).toThrow(Fault)
    expect(() => businessAcknowledgementParser.parse(value)).toThrow(reason)
  })
})
