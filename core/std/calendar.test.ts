import { expect, test } from 'vitest'
import { isLocalDate, parseX12Date, parseX12Time } from './calendar.ts'

test.each([
  ['20260105', '2026-01-05'],
  ['20240229', '2024-02-29'],
  ['20000229', '2000-02-29'],
  ['260105', '2026-01-05'],
  ['490101', '2049-01-01'],
  ['500101', '1950-01-01'],
  ['991231', '1999-12-31'],
  ['000101', '2000-01-01'],
])('%s is %s', (text, date) => {
  expect(parseX12Date(text)).toBe(date)
  expect(isLocalDate(date)).toBe(true)
})

test.each([
  '', '2026010', '202601055', '20260229', '19000229', '20260431', '20261301', '20260001',
  '20260100', '2026-1-5',
  '２０２６０１０５', '260230', ' 260101',
])('"%s" is no day', (text) => expect(parseX12Date(text)).toBeUndefined())

test.each(['2026-02-29', '2026-2-1', '20260201', '2026-02-01T00:00', ''])(
  '"%s" is no date',
  (text) => expect(isLocalDate(text)).toBe(false),
)

test.each([
  ['0000', '00:00'],
  ['2359', '23:59'],
  ['123456', '12:34:56'],
  ['1234567', '12:34:56.7'],
  ['12345678', '12:34:56.78'],
])('%s is %s', (text, time) => expect(parseX12Time(text)).toBe(time))

test.each(['', '24', '2400', '1260', '123460', '123', '123456789', '12:30'])(
  '"%s" is no time',
  (text) => expect(parseX12Time(text)).toBeUndefined(),
)
