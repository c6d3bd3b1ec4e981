import { decodeText } from './tokenizer-tape.ts'
import type { SegmentTape } from './tokenizer-tape.ts'
import type { ElementDefinition } from './types.ts'

/** What can be wrong with one value by its data element (X12.6 §3.5). */
export type ValueFault =
  | 'X12_ELEMENT_TOO_SHORT'
  | 'X12_ELEMENT_TOO_LONG'
  | 'X12_CHARACTER_BAD'
  | 'X12_ELEMENT_BLANK'
  | 'X12_NUMBER_BAD'
  | 'X12_CODE_UNLISTED'
  | 'X12_DATE_BAD'
  | 'X12_TIME_BAD'

/** The first thing wrong with the value in bytes [from, to), which are not empty. */
export function checkValue(
  element: ElementDefinition, bytes: Uint8Array, from: number, to: number,
): ValueFault | undefined {
  switch (element.type) {
    case 'AN':
      return checkText(element, bytes, from, to)
    case 'ID':
      return (
        checkText(element, bytes, from, to) ??
        (element.isUnlisted(bytes, from, to) ? 'X12_CODE_UNLISTED' : undefined)
      )
    case 'N':
    case 'R':
      return checkNumber(element, bytes, from, to)
    case 'DT':
      return isDate(element, bytes, from, to) ? undefined : 'X12_DATE_BAD'
    case 'TM':
      return isTime(element, bytes, from, to) ? undefined : 'X12_TIME_BAD'
    case 'B':
      return checkLength(element, to - from)
  }
}

/** Characters that count: not the sign, the decimal point or the exponent's E (X12.6 §3.5.1). */
export function lengthOf(
  element: ElementDefinition, bytes: Uint8Array, from: number, to: number,
): number {
  if (element.type === 'N' || element.type === 'R') return countDigits(bytes, from, to)
  if (element.type === 'B') return to - from
  for (let i = from; i < to; i++) {
    if ((bytes[i] ?? 0) > 0x7f) return Array.from(decodeText(bytes, from, to)).length
  }
  return to - from
}

/** C0 and DEL: in no charset of X12.6 §3.3. What is a delimiter never stands in data. */
function isControl(byte: number): boolean {
  return byte < 0x20 || byte === 0x7f
}

/** Whether a control character stands anywhere in the element, its parts included. */
export function holdsControl(tape: SegmentTape, element: number): boolean {
  return tape.bytes.subarray(tape.startOf(element), tape.endOf(element)).some(isControl)
}

function checkLength(element: ElementDefinition, length: number): ValueFault | undefined {
  if (length < element.min) return 'X12_ELEMENT_TOO_SHORT'
  return length > element.max ? 'X12_ELEMENT_TOO_LONG' : undefined
}

function checkText(
  element: ElementDefinition, bytes: Uint8Array, from: number, to: number,
): ValueFault | undefined {
  let blank = true
  let ascii = true
  for (let i = from; i < to; i++) {
    const byte = bytes[i] ?? 0
    if (isControl(byte)) return 'X12_CHARACTER_BAD'
    if (byte > 0x7f) ascii = false
    if (byte !== 0x20) blank = false
  }
  if (blank) return 'X12_ELEMENT_BLANK'
  return checkLength(element, ascii ? to - from : lengthOf(element, bytes, from, to))
}

/** Nn: digits; R: also one decimal point and an exponent. Both may begin with a minus. */
function checkNumber(
  element: ElementDefinition, bytes: Uint8Array, from: number, to: number,
): ValueFault | undefined {
  const first = bytes[from] === 0x2d ? from + 1 : from
  let next = scanDigits(bytes, first, to)
  let digits = next - first
  if (element.type === 'R') {
    if (bytes[next] === 0x2e && next < to) {
      const fraction = next + 1
      next = scanDigits(bytes, fraction, to)
      digits += next - fraction
    }
    if (digits > 0 && bytes[next] === 0x45 && next < to) {
      const exponent = bytes[next + 1] === 0x2d ? next + 2 : next + 1
      next = scanDigits(bytes, exponent, to)
      if (next === exponent) return 'X12_NUMBER_BAD'
      digits += next - exponent
    }
  }
  if (digits === 0 || next !== to) return 'X12_NUMBER_BAD'
  return checkLength(element, digits)
}

/** The first offset from `from` that holds no digit. */
function scanDigits(bytes: Uint8Array, from: number, to: number): number {
  let i = from
  while (i < to && isDigit(bytes[i] ?? 0)) i += 1
  return i
}

function countDigits(bytes: Uint8Array, from: number, to: number): number {
  let digits = 0
  for (let i = from; i < to; i++) if (isDigit(bytes[i] ?? 0)) digits += 1
  return digits
}

function isDate(element: ElementDefinition, bytes: Uint8Array, from: number, to: number): boolean {
  const length = to - from
  if ((length !== 6 && length !== 8) || length < element.min || length > element.max) return false
  if (scanDigits(bytes, from, to) !== to) return false
  // A year of two digits has no century; that matters for 29 February of 00 only, taken for 2000.
  const century = length === 8 ? pair(bytes, from) : 20
  const year = century * 100 + pair(bytes, to - 6)
  const month = pair(bytes, to - 4)
  const day = pair(bytes, to - 2)
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

function isTime(element: ElementDefinition, bytes: Uint8Array, from: number, to: number): boolean {
  const length = to - from
  if (length < 4 || length === 5 || length > 8) return false
  if (length < element.min || length > element.max) return false
  if (scanDigits(bytes, from, to) !== to) return false
  const seconds = length >= 6 ? pair(bytes, from + 4) : 0
  return pair(bytes, from) <= 23 && pair(bytes, from + 2) <= 59 && seconds <= 59
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function pair(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) - 0x30) * 10 + (bytes[at + 1] ?? 0) - 0x30
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39
}
