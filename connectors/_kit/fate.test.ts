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
    expect(fateOfAnswer(rules, { status, headers: {}, body }, 'retry-after').fate).toBe(fate)
  })

  test.each([['7', 7_000], ['0', 0], ['Wed, 21 Oct 2026 07:28:00 GMT', null], [undefined, null]])(
    'Retry-After %s: %s ms', (wait, waitMs) => {
      const answer = { status: 429, headers: { 'retry-after': wait }, body: '' }
      expect(fateOfAnswer(rules, answer, 'retry-after').waitMs).toBe(waitMs)
    })

  test('is kept as an excerpt', () => {
    const answer = { status: 400, headers: {}, body: 'x'.repeat(10_000) }
    expect(fateOfAnswer(rules, answer, 'retry-after').says.length).toBeLessThan(400)
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
  expect(fateOfAnswer([], answer, 'retry-after').fate).toBe('unknown')
})
