import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addDecimals,
  compareDecimals,
  divideDecimals,
  multiplyDecimals,
  parseDecimal,
  roundDecimal,
  subtractDecimals,
} from './decimal.ts'

describe('a number has one spelling', () => {
  test.each([
    ['0', '0'],
    ['-0', '0'],
    ['0.00', '0'],
    ['+5', '5'],
    ['007', '7'],
    ['9.50', '9.5'],
    ['.5', '0.5'],
    ['5.', '5'],
    ['-.50', '-0.5'],
    ['1E3', '1000'],
    ['1.5e-3', '0.0015'],
    ['12345678901234567890.123456789', '12345678901234567890.123456789'],
    ['0.1', '0.1'],
  ])('%s is %s', (text, spelled) => expect(parseDecimal(text)).toBe(spelled))

  test.each([
    '', ' ', '.', '-', '+', '1,5', '1 ', ' 1', '--1', '1e', 'e1', '1e1.5', '0x10', 'NaN',
    'Infinity', '1_000', '1E999', '1E-999', '9'.repeat(61), `0.${'9'.repeat(61)}`,
    '9'.repeat(200), '１',
  ])('"%s" is no number', (text) => expect(parseDecimal(text)).toBeUndefined())

  test('what was spelled stays as it is', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.nat(20), (digits, places) => {
        const spelled = parseDecimal(`${digits}E-${places}`)
        expect(spelled === undefined ? undefined : parseDecimal(spelled)).toBe(spelled)
      }),
    )
  })
})

describe('sums are exact', () => {
  test('where floats are not', () => {
    expect(addDecimals('0.1', '0.2')).toBe('0.3')
    expect(subtractDecimals('0.3', '0.1')).toBe('0.2')
    expect(multiplyDecimals('1.1', '1.1')).toBe('1.21')
    expect(subtractDecimals('1.5', '1.5')).toBe('0')
  })

  test('as integers are', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
        expect(addDecimals(String(a), String(b))).toBe(String(a + b))
        expect(subtractDecimals(String(a), String(b))).toBe(String(a - b))
        expect(multiplyDecimals(String(a), String(b))).toBe(String(a * b))
        expect(Math.sign(compareDecimals(String(a), String(b)))).toBe(a < b ? -1 : a > b ? 1 : 0)
      }),
    )
  })

  test.each([
    ['1', '3', 4, '0.3333'],
    ['2', '3', 4, '0.6667'],
    ['950', '100', 2, '9.5'],
    ['1', '8', 2, '0.13'],
    ['-1', '8', 2, '-0.13'],
    ['1', '8', 0, '0'],
  ])('%s / %s to %i places is %s', (a, b, places, quotient) =>
    expect(divideDecimals(a, b, places)).toBe(quotient))

  test('nothing is divided by zero', () => expect(divideDecimals('1', '0', 2)).toBeUndefined())

  test.each([
    ['0.125', 2, '0.13'],
    ['0.135', 2, '0.14'],
    ['-0.125', 2, '-0.13'],
    ['2.5', 0, '3'],
    ['1.005', 2, '1.01'],
    ['7', 2, '7'],
  ])('%s to %i places is %s', (a, places, rounded) => expect(roundDecimal(a, places)).toBe(rounded))
})
