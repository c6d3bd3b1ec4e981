import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pointed, pointless } from './tree-decimal.ts'

test.each([
  ['1234', 2, '12.34'],
  ['-1234', 2, '-12.34'],
  ['5', 2, '0.05'],
  ['-5', 2, '-0.05'],
  ['0', 2, '0.00'],
  ['1230', 2, '12.30'],
  ['0001234', 2, '12.34'],
  ['007', 0, '007'],
  ['12.34', 2, '12.34'],
  ['1 234', 2, '1 234'],
  ['', 2, ''],
])('%s with %i decimals reads as %s', (wire, decimals, text) => {
  expect(pointed(wire, decimals)).toBe(text)
})

test.each([
  ['12.34', 2, 1, '1234'],
  ['12.3', 2, 1, '1230'],
  ['12', 2, 1, '1200'],
  ['12.3400', 2, 1, '1234'],
  ['-0.05', 2, 1, '-5'],
  ['0.00', 2, 1, '0'],
  ['5', 0, 3, '005'],
  ['-5', 0, 3, '-005'],
])('%s with %i decimals and at least %i digits is written %s', (text, decimals, min, wire) => {
  expect(pointless(text, decimals, min)).toBe(wire)
})

test.each([['12.345', 2], ['1e3', 2], ['', 2], ['12,34', 2], ['+1', 0], ['.5', 1], ['1.5', 0]])(
  '%s cannot be written with %i decimals', (text, decimals) => {
    expect(pointless(text, decimals)).toBeUndefined()
  })

test('what is written reads back as the same number of cents', () => {
  fc.assert(fc.property(fc.bigInt(), fc.integer({ min: 0, max: 9 }), (value, decimals) => {
    const wire = String(value)
    expect(pointless(pointed(wire, decimals), decimals)).toBe(wire)
  }))
})
