import { describe, expect, test } from 'vitest'
import { messageStatus } from './status.ts'
import type { SetStatus } from './status.ts'

describe('of several sets (DESIGN §3)', () => {
  test.each<[sets: SetStatus[], parkedWhole: number, status: string]>([
    [[], 0, 'processed'],
    [[], 1, 'parked'],
    [['due', 'applied'], 0, 'working'],
    [['due', 'rejected', 'parked'], 1, 'working'],
    [['applied', 'rejected'], 0, 'partial'],
    [['parked', 'rejected'], 0, 'partial'],
    [['applied', 'parked', 'waiting'], 0, 'parked'],
    [['applied', 'waiting'], 0, 'waiting'],
    [['applied', 'duplicate'], 0, 'processed'],
    [['applied', 'applied'], 0, 'processed'],
    [['rejected', 'rejected'], 0, 'rejected'],
    [['duplicate', 'duplicate'], 0, 'duplicate'],
    [['rejected'], 1, 'parked'],
    [['applied', 'parked'], 1, 'parked'],
    [['applied', 'rejected'], 1, 'partial'],
  ])('%j, parked whole %i: %s', (sets, parkedWhole, status) => {
    expect(messageStatus(sets, parkedWhole)).toBe(status)
  })
})

test.each<[set: SetStatus, status: string]>([
  ['due', 'working'], ['applied', 'processed'], ['waiting', 'waiting'], ['parked', 'parked'],
  ['rejected', 'rejected'], ['duplicate', 'duplicate'],
])('of one set: %s is %s', (set, status) => {
  expect(messageStatus([set], 0)).toBe(status)
})
