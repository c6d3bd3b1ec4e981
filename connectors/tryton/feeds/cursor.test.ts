import { expect, test } from 'vitest'
import { advanced, beginning, cursorOf, earlier, isBetweenRounds, onward } from './cursor.ts'
import type { Cursor } from './cursor.ts'

const at = (minute: number) => `2026-01-05T10:${String(minute).padStart(2, '0')}:00.000001`

function round(cursor: Cursor, seen: readonly string[]): Cursor {
  return onward(onward(onward(advanced(cursor, 7, seen))))
}

test('a round begins where the one before the last ended: nothing falls between two', () => {
  const first = round(beginning, [at(3), at(1)])
  expect(first).toEqual({ from: null, next: at(3), seen: null, kind: 'sale', after: 0 })
  // While this one read, something changed at 10:04 that it had passed already; it saw 10:05.
  const second = round(first, [at(5)])
  expect(second.from).toBe(at(3))
  expect(round(second, [at(6)]).from).toBe(at(5))
})

test('a round that sees nothing goes no way back', () => {
  const second = round(round(beginning, [at(3)]), [at(5)])
  const idle = round(round(second, []), [])
  expect([idle.from, idle.next]).toEqual([at(5), at(5)])
  expect(round(beginning, [])).toEqual(beginning)
})

test('kinds come in turn, each from its first row, and what was seen is kept', () => {
  const shipments = onward(advanced(beginning, 41, [at(2)]))
  expect(shipments).toEqual({ from: null, next: null, seen: at(2), kind: 'shipment', after: 0 })
  expect([isBetweenRounds(shipments), isBetweenRounds(beginning)]).toEqual([false, true])
})

test('is read from JSON; what is no cursor throws', () => {
  expect(cursorOf(null)).toEqual(beginning)
  const cursor = advanced(beginning, 3, [at(1)])
  expect(cursorOf(JSON.parse(JSON.stringify(cursor)))).toEqual(cursor)
  for (const other of [7, 'x', {}, { ...cursor, kind: 'payment' }, { ...cursor, from: 3 }]) {
    expect(() => cursorOf(other)).toThrow(/none of ours/)
  }
})

test('an earlier instant crosses days', () => {
  expect(earlier('2026-01-01T00:05:00.262397', 15)).toBe('2025-12-31T23:50:00.262')
})
