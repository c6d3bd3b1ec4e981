import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gs1CheckDigit, isSscc, sscc, ssccSerialsOf } from './gs1.ts'

describe('gs1CheckDigit', () => {
  // Of each length the General Specifications know: GTIN-8, -12, -13, -14 and SSCC.
  test.each([
    ['9638507', '4'],
    ['03600029145', '2'],
    ['400638133393', '1'],
    ['629104150021', '3'],
    ['1061414100041', '5'],
    ['37610425002123456', '9'],
    ['10614141123456789', '7'],
    ['00000000000000000', '0'],
  ])('of %s is %s', (digits, check) => expect(gs1CheckDigit(digits)).toBe(check))
})

describe('sscc', () => {
  test.each([
    ['3', '7610425', 2123456, '376104250021234569'],
    ['1', '0614141', 123456789, '106141411234567897'],
    ['0', '0614141000', 0, '006141410000000005'],
    ['9', '0614141', 999_999_999, '906141419999999997'],
  ])('extension %s, prefix %s, serial %d: %s', (extension, prefix, serial, code) =>
    expect(sscc(extension, prefix, serial)).toBe(code))

  const prefixes = fc.integer({ min: 7, max: 10 }).chain((length) =>
    fc.stringMatching(new RegExp(`^[0-9]{${length}}$`)))
  const numbered = prefixes.chain((prefix) =>
    fc.tuple(fc.constant(prefix), fc.nat({ max: ssccSerialsOf(prefix) - 1 })))

  test('of each serial below a prefix is one', () => {
    fc.assert(fc.property(fc.nat(9), numbered, (extension, [prefix, serial]) => {
      const code = sscc(String(extension), prefix, serial)
      expect(isSscc(code)).toBe(true)
      expect(code.slice(1, -1)).toBe(prefix + code.slice(1 + prefix.length, -1))
      expect(Number(code.slice(1 + prefix.length, -1))).toBe(serial)
    }))
  })

  test('any one digit that is misread is found', () => {
    const misread = fc.tuple(numbered, fc.nat(17), fc.integer({ min: 1, max: 9 }))
    fc.assert(fc.property(misread, ([[prefix, serial], at, by]) => {
      const code = sscc('0', prefix, serial)
      const digit = (Number(code[at]) + by) % 10
      expect(isSscc(code.slice(0, at) + String(digit) + code.slice(at + 1))).toBe(false)
    }))
  })
})

describe('ssccSerialsOf', () => {
  test.each([
    ['0614141', 1_000_000_000],
    ['0614141000', 1_000_000],
  ])('%s has %d', (prefix, serials) => {
    expect(ssccSerialsOf(prefix)).toBe(serials)
    expect(sscc('0', prefix, serials - 1)).toHaveLength(18)
  })
})

describe('isSscc', () => {
  test.each([
    ['106141411234567897', true],
    ['106141411234567898', false],
    ['10614141123456789', false],
    ['0106141411234567897', false],
    ['00106141411234567897', false],
    ['10614141123456789X', false],
    ['106141411234567897\n', false],
    ['', false],
  ])('%j: %s', (text, is) => expect(isSscc(text)).toBe(is))
})
