import { expect, test } from 'vitest'
import { minorDigits, toMajor, toMinor } from './currency.ts'

test.each([
  ['12.5', 'USD', '1250'],
  ['0.01', 'USD', '1'],
  ['-3', 'EUR', '-300'],
  ['1500', 'JPY', '1500'],
  ['1.234', 'KWD', '1234'],
  ['1.2345', 'CLF', '12345'],
  ['0', 'USD', '0'],
  ['99999999999999999999.99', 'USD', '9999999999999999999999'],
])('%s %s is %s of its minor units, and back', (major, currency, minor) => {
  expect(toMinor(major, currency)).toBe(minor)
  expect(toMajor(minor, currency)).toBe(major)
})

test('an amount finer than the minor unit is never rounded in passing', () => {
  expect(toMinor('1.005', 'USD')).toBeUndefined()
  expect(toMinor('0.5', 'JPY')).toBeUndefined()
  expect(toMinor('-0.001', 'EUR')).toBeUndefined()
})

test('no currency, no amount', () => {
  expect(minorDigits('XXX')).toBeUndefined()
  expect(minorDigits('usd')).toBeUndefined()
  expect(toMinor('1', 'ABC')).toBeUndefined()
  expect(toMinor('one', 'USD')).toBeUndefined()
  expect(toMajor('1.5', 'USD')).toBeUndefined()
  expect(toMajor('1', 'ABC')).toBeUndefined()
})

test('digits are those of ISO 4217', () => {
  const codes = ['USD', 'EUR', 'JPY', 'KRW', 'BHD', 'TND', 'CLF', 'UYW', 'HUF', 'ISK']
  const digits = codes.map(minorDigits)
  expect(digits).toEqual([2, 2, 0, 0, 3, 3, 4, 4, 2, 0])
})
