import { describe, expect, test } from 'vitest'
import { afterOutcome, callOutcome, circuitState } from './circuit.ts'
import type { Circuit } from './circuit.ts'
import { failed } from './fate.ts'

const bounds = { failuresMax: 3, openMs: 1_000, openMaxMs: 5_000 }
const closed: Circuit = { failures: 0, openUntilMs: null }

test.each<[openUntilMs: number | null, nowMs: number, state: string]>([
  [null, 5, 'closed'], [10, 9, 'open'], [10, 10, 'half_open'], [10, 99, 'half_open'],
])('open until %s, at %i: %s', (openUntilMs, nowMs, state) => {
  expect(circuitState({ failures: 3, openUntilMs }, nowMs)).toBe(state)
})

describe('after a call', () => {
  test.each<[name: string, before: Circuit, outcome: 'answered' | 'failed', after: Circuit]>([
    ['a failure counts', closed, 'failed', { failures: 1, openUntilMs: null }],
    ['the last one that may be opens it', { failures: 2, openUntilMs: null }, 'failed',
      { failures: 3, openUntilMs: 101_000 }],
    ['an answer forgets them', { failures: 2, openUntilMs: null }, 'answered', closed],
    ['a straggler says nothing new', { failures: 3, openUntilMs: 100_500 }, 'failed',
      { failures: 3, openUntilMs: 100_500 }],
    ['a straggler that is answered closes it', { failures: 3, openUntilMs: 100_500 }, 'answered',
      closed],
    ['a probe that fails opens it for twice as long', { failures: 3, openUntilMs: 99_000 },
      'failed', { failures: 4, openUntilMs: 102_000 }],
    ['and for no longer than may be', { failures: 2_000, openUntilMs: 99_000 }, 'failed',
      { failures: 2_001, openUntilMs: 105_000 }],
    ['a probe that is answered closes it', { failures: 9, openUntilMs: 99_000 }, 'answered',
      closed],
  ])('%s', (_, before, outcome, after) => {
    expect(afterOutcome(before, outcome, 100_000, bounds)).toEqual(after)
  })
})

test.each([
  ['not_connected', null, 'failed'], ['timeout', null, 'failed'], ['broken', null, 'failed'],
  ['http_500', 500, 'failed'], ['http_503', 503, 'failed'],
  ['http_429', 429, 'answered'], ['http_404', 404, 'answered'], ['http_200', 200, 'answered'],
  ['input_unfit', null, 'answered'],
] as const)('%s, %s: %s', (code, httpStatus, outcome) => {
  expect(callOutcome({ ...failed('unknown', code, ''), httpStatus })).toBe(outcome)
})
