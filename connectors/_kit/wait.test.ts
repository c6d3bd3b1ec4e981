import { expect, test } from 'vitest'
import { waitMsOf } from './wait.ts'

const nowMs = Date.UTC(2026, 9, 21, 7, 28, 0)

test.each<[header: string | undefined, waitMs: number | null]>([
  ['7', 7_000], ['0', 0], [' 120 ', 120_000], ['99999999999', 86_400_000],
  ['Wed, 21 Oct 2026 07:28:30 GMT', 30_000],
  ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
  ['Wednesday, 21-Oct-26 07:29:00 GMT', 60_000],
  ['Wednesday, 21-Oct-99 07:29:00 GMT', 0],
  ['Wed Oct 21 07:28:05 2026', 5_000],
  ['Sun Nov  1 00:00:00 2026', 86_400_000],
  [undefined, null], ['', null], ['soon', null], ['-1', null], ['1.5', null], ['0x10', null],
  ['Wed, 21 Okt 2026 07:28:30 GMT', null], ['Wed, 21 Oct 2026 27:28:30 GMT', null],
  ['Wed, 21 Oct 2026 07:28:30 CET', null],
])('Retry-After %j: %s ms', (header, waitMs) => {
  expect(waitMsOf(header, nowMs)).toBe(waitMs)
})
