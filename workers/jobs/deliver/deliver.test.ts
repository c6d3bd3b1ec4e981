import { describe, expect, test } from 'vitest'
import { afterFailure, onceSettled, firstStep } from './decide.ts'
import type { Known } from './decide.ts'

const known: Known = { before: 'due', failures: 1, attemptsMax: 3, safeBy: 'lookup' }
const schedule = { delaysMs: [100, 1_000], jitter: 0.2, draw: 0.5 }

test.each<[before: Known['before'], safeBy: Known['safeBy'], step: string]>([
  ['due', 'lookup', 'send'],
  ['due', 'natural_key', 'send'],
  ['due', null, 'send'],
  ['unknown', 'lookup', 'look_up'],
  ['unknown', 'client_key', 'send'],
  ['unknown', 'natural_key', 'send'],
  ['unknown', null, 'park'],
])('of fate %s, safe by %s: %s', (before, safeBy, step) => {
  expect(firstStep(before, safeBy)).toBe(step)
})

test('a miss is believed once the other side has had its time', () => {
  const sentAt = new Date(50_000)
  expect(onceSettled(sentAt, 50_999, 1_000)).toEqual({ do: 'wait', waitMs: 1 })
  expect(onceSettled(sentAt, 51_000, 1_000)).toEqual({ do: 'go' })
  expect(onceSettled(null, 51_000, 1_000)).toEqual({ do: 'go' })
})

describe('after a failure', () => {
  test.each([
    ['refused', 1, { do: 'park', because: 'refused' }],
    ['refused', 3, { do: 'park', because: 'refused' }],
    ['not_sent', 1, { do: 'again', as: 'due', waitMs: 100 }],
    ['unknown', 2, { do: 'again', as: 'unknown', waitMs: 1_000 }],
    ['not_sent', 3, { do: 'park', because: 'exhausted' }],
    ['unknown', 3, { do: 'park', because: 'unknown' }],
    ['unknown', 4, { do: 'park', because: 'unknown' }],
  ] as const)('%s at failure %i', (fate, failures, next) => {
    expect(afterFailure(fate, { ...known, failures }, schedule, null)).toEqual(next)
  })

  test('past the schedule its last delay holds', () => {
    const late = { ...known, failures: 9, attemptsMax: 20 }
    expect(afterFailure('not_sent', late, schedule, null)).toMatchObject({ waitMs: 1_000 })
  })

  test('the delay is drawn around its place in the schedule', () => {
    const waits = [0, 0.5, 1].map((draw) =>
      afterFailure('not_sent', known, { ...schedule, draw }, null))
    expect(waits).toMatchObject([{ waitMs: 80 }, { waitMs: 100 }, { waitMs: 120 }])
  })

  test('who asks for a longer wait gets it, who asks for a shorter one does not', () => {
    expect(afterFailure('not_sent', known, schedule, 5_000)).toMatchObject({ waitMs: 5_000 })
    expect(afterFailure('not_sent', known, schedule, 5)).toMatchObject({ waitMs: 100 })
  })
})
