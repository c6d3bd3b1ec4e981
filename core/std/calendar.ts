/** A day of the calendar as `YYYY-MM-DD`, in nobody's time zone. */
export type LocalDate = string

/**
 * Reads CCYYMMDD or YYMMDD (X12 data element 373 and its six-digit form before 4010). Two-digit
 * years are 1950 to 2049. Undefined when there is no such day.
 */
export function parseX12Date(text: string): LocalDate | undefined {
  const digits = /^\d{6}$/.test(text) ? `${Number(text) < 500_000 ? '20' : '19'}${text}` : text
  if (!/^\d{8}$/.test(digits)) return undefined
  const year = Number(digits.slice(0, 4))
  const month = Number(digits.slice(4, 6))
  const day = Number(digits.slice(6, 8))
  if (day < 1 || day > daysIn(year, month)) return undefined
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`
}

/** Reads HHMM, HHMMSS, HHMMSSD or HHMMSSDD (X12 data element 337) as `HH:MM[:SS[.DD]]`. */
export function parseX12Time(text: string): string | undefined {
  const parts = /^([01]\d|2[0-3])([0-5]\d)(?:([0-5]\d)(\d{1,2})?)?$/.exec(text)
  if (parts === null) return undefined
  const [, hour, minute, second, fraction] = parts
  if (second === undefined) return `${hour}:${minute}`
  return fraction === undefined
    ? `${hour}:${minute}:${second}`
    : `${hour}:${minute}:${second}.${fraction}`
}

/** Whether the text is a `YYYY-MM-DD` that exists. */
export function isLocalDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && parseX12Date(text.replaceAll('-', '')) === text
}

/** Whether the text is a `HH:MM[:SS[.DD]]` of a day. */
export function isLocalTime(text: string): boolean {
  return parseX12Time(text.replaceAll(':', '').replace('.', '')) === text
}

/** Days in a month of the Gregorian calendar; 0 when there is no such month. */
function daysIn(year: number, month: number): number {
  if (month === 2) {
    const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
    return leap ? 29 : 28
  }
  return [31, 0, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0
}
