import { expect, test } from 'vitest'
import { takeTurn } from './rate.ts'

test.each<[freeAtMs: number | null, perSecond: number, waitMs: number, nextMs: number]>([
  [null, 10, 0, 50_100], [49_000, 10, 0, 50_100], [50_000, 10, 0, 50_100],
  [50_250, 10, 250, 50_350], [50_000, 0.5, 0, 52_000],
])('free at %s, %s a second: wait %i ms', (freeAtMs, perSecond, waitMs, nextMs) => {
  expect(takeTurn(freeAtMs, 50_000, perSecond)).toEqual({ waitMs, freeAtMs: nextMs })
})

test('no second holds more calls than it may, however they come', () => {
  let freeAtMs: number | null = null
  const begun: number[] = []
  for (let nowMs = 0; nowMs < 10_000; nowMs += nowMs < 3_000 ? 7 : 190) {
    const turn = takeTurn(freeAtMs, nowMs, 10)
    begun.push(nowMs + turn.waitMs)
    freeAtMs = turn.freeAtMs
  }
  for (const from of begun) {
    expect(begun.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(10)
  }
})
