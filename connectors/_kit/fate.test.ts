import { describe, expect, test } from 'vitest'
import type { ErrorRule } from './contract.ts'
import { fateOfAnswer, fateOfNoAnswer } from './fate.ts'

const rules: readonly ErrorRule[] = [
  { status: 429, fate: 'not_sent' },
  { status: 409, says: 'PERIOD_CLOSED', fate: 'refused' },
  { status: 409, fate: 'unknown' },
  { status: '4xx', fate: 'refused' },
  { status: '5xx', fate: 'unknown' },
  { status: 'timeout', fate: 'unknown' },
]

describe('an answer', () => {
  test.each([
    [429, '', 'not_sent'],
    [409, { code: 'PERIOD_CLOSED' }, 'refused'],
    [409, { code: 'OTHER' }, 'unknown'],
    [404, 'gone', 'refused'],
    [500, undefined, 'unknown'],
    [503, '', 'unknown'],
    [302, '', 'unknown'],
  ])('%i %j: %s, by the first rule that matches', (status, body, fate) => {
    expect(fateOfAnswer(rules, { status, headers: {}, body }, 'retry-after', 0)?.fate).toBe(fate)
  })

  test.each([[200, 'fine', null], [204, '', null], [200, { error: 'LOCKED' }, 'not_sent']])(
    '%i %j is asked of the rules before it is a success: %s', (status, body, fate) => {
      const strict: ErrorRule[] = [{ status: 200, says: '"error":"LOCKED"', fate: 'not_sent' }]
      const answer = { status, headers: {}, body }
      expect(fateOfAnswer([...strict, ...rules], answer, 'retry-after', 0)?.fate ?? null).toBe(fate)
    })

  test('says how long to wait in the header the vendor names', () => {
    const answer = { status: 429, headers: { 'x-wait': '7' }, body: '' }
    expect(fateOfAnswer(rules, answer, 'x-wait', 0)?.waitMs).toBe(7_000)
    expect(fateOfAnswer(rules, answer, 'retry-after', 0)?.waitMs).toBeNull()
  })

  test('is kept as an excerpt', () => {
    const answer = { status: 400, headers: {}, body: 'x'.repeat(10_000) }
    expect(fateOfAnswer(rules, answer, 'retry-after', 0)?.says.length).toBe(304)
  })
})

test.each([
  ['not_connected', 'not_sent'], ['timeout', 'unknown'], ['broken', 'unknown'],
] as const)('no answer, %s: %s', (how, fate) => {
  expect(fateOfNoAnswer(rules, how).fate).toBe(fate)
})

test('where no rule speaks nothing is assumed', () => {
  expect(fateOfNoAnswer([], 'broken').fate).toBe('unknown')
  const answer = { status: 400, headers: {}, body: '' }
  expect(fateOfAnswer([], answer, 'retry-after', 0)?.fate).toBe('unknown')
})
