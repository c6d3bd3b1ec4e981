import { expect, test } from 'vitest'
import { bytesOf } from '#test/support/x12-messages.ts'
import type { ElementDefinition } from './types.ts'
import { checkValue, lengthOf } from './validator-values.ts'

function element(type: ElementDefinition['type'], min: number, max: number, decimals = 0) {
  const isUnlisted = (bytes: Uint8Array, from: number) => type === 'ID' && bytes[from] === 0x58
  return { id: '1', name: 'Any', type, decimals, min, max, codes: undefined, isUnlisted }
}

function check(definition: ElementDefinition, value: string) {
  const bytes = bytesOf(`**${value}**`)
  return checkValue(definition, bytes, 2, bytes.length - 2)
}

const [short, long] = ['X12_ELEMENT_TOO_SHORT', 'X12_ELEMENT_TOO_LONG']
const [number, date, time] = ['X12_NUMBER_BAD', 'X12_DATE_BAD', 'X12_TIME_BAD']

test.each([
  ['A', short], ['AB', undefined], ['ABCD', undefined], ['ABCDE', long],
  ['  ', 'X12_ELEMENT_BLANK'], [' A', undefined],
  ['A\nB', 'X12_CHARACTER_BAD'], ['A\u007fB', 'X12_CHARACTER_BAD'],
  ['éééé', undefined], ['ééééé', long], ['日本', undefined], ['a😀', undefined],
])('AN 2/4 %j: %s', (value, fault) => {
  expect(check(element('AN', 2, 4), value)).toBe(fault)
})

test.each([['AB', undefined], ['XB', 'X12_CODE_UNLISTED'], ['XBCDE', long]])(
  'ID 2/4 %j: %s', (value, fault) => { expect(check(element('ID', 2, 4), value)).toBe(fault) })

test.each([
  ['12', undefined], ['-12', undefined], ['1', short], ['12345', long], ['-1234', undefined],
  ['', number], ['-', number], ['1.2', number], ['+12', number], ['1 2', number], ['12A', number],
  ['--12', number], ['1-2', number],
])('N2 2/4 %j: %s', (value, fault) => {
  expect(check(element('N', 2, 4, 2), value)).toBe(fault)
})

test.each([
  ['12', undefined], ['-12.5', undefined], ['.5', undefined], ['5.', undefined], ['1234.5', long],
  ['1.2.3', number], ['.', number], ['-', number], ['1,5', number], ['1E2', undefined],
  ['1.5E-2', undefined], ['1E', number], ['E5', number], ['1e2', number], ['1E+2', number],
])('R 1/4 %j: %s', (value, fault) => {
  expect(check(element('R', 1, 4), value)).toBe(fault)
})

test.each([
  ['20260228', undefined], ['20240229', undefined], ['20260229', date], ['20260431', date],
  ['20261301', date], ['20260001', date], ['20260100', date], ['19000229', date],
  ['20000229', undefined], ['2026022', date], ['260228', date], ['2026022A', date], ['', date],
  ['202602281', date],
])('DT 8/8 %j: %s', (value, fault) => {
  expect(check(element('DT', 8, 8), value)).toBe(fault)
})

test.each([['260228', undefined], ['000229', undefined], ['20260228', date], ['260230', date]])(
  'DT 6/6 %j: %s', (value, fault) => { expect(check(element('DT', 6, 6), value)).toBe(fault) })

test.each([
  ['0000', undefined], ['2359', undefined], ['2400', time], ['1260', time], ['093059', undefined],
  ['093060', time], ['0930591', undefined], ['09305912', undefined], ['09305', time], ['930', time],
  ['093059123', time], ['09:30', time],
])('TM 4/8 %j: %s', (value, fault) => {
  expect(check(element('TM', 4, 8), value)).toBe(fault)
})

test('B takes any byte', () => {
  expect(check(element('B', 1, 4), '\0\u0001~')).toBeUndefined()
  expect(check(element('B', 1, 4), '12345')).toBe(long)
})

test('signs, points and exponents do not count; characters do, not bytes', () => {
  const length = (type: ElementDefinition['type'], value: string) => {
    const bytes = bytesOf(value)
    return lengthOf(element(type, 1, 9), bytes, 0, bytes.length)
  }
  expect([length('R', '-12.50'), length('N', '-7'), length('AN', 'é!'), length('B', 'é')])
    .toEqual([4, 1, 2, 2])
})

test('text that is no UTF-8 is taken for Windows-1252', () => {
  const bytes = Uint8Array.of(0x45, 0xe9, 0x80)
  expect(checkValue(element('AN', 3, 3), bytes, 0, 3)).toBeUndefined()
})
