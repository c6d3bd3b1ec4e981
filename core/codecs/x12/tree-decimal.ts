/**
 * Nn elements carry a number without its decimal point (X12.6 §3.5.1.1): N2 `1234` is 12.34. The
 * tree shows the decimal text, the wire has the digits; both directions are exact text work, never
 * a float.
 */

/**
 * Wire to decimal text: `('1234', 2)` is `'12.34'`. Text that is no whole number is returned as it
 * stands.
 */
export function pointed(wire: string, decimals: number): string {
  if (decimals === 0 || !/^-?\d+$/.test(wire)) return wire
  const sign = wire.startsWith('-') ? '-' : ''
  const digits = wire.slice(sign.length).padStart(decimals + 1, '0')
  const whole = digits.slice(0, -decimals).replace(/^0+(?=\d)/, '')
  return `${sign}${whole}.${digits.slice(-decimals)}`
}

/**
 * Decimal text to wire: `('12.3', 2)` is `'1230'`, with leading zeros up to `digitsMin` digits.
 * Undefined where the text is no plain decimal number or has more decimals than the element.
 */
export function pointless(text: string, decimals: number, digitsMin = 1): string | undefined {
  const parts = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text)
  if (parts === null) return undefined
  const [, sign = '', whole = '', fraction = ''] = parts
  if (/[1-9]/.test(fraction.slice(decimals))) return undefined
  const digits = whole + fraction.slice(0, decimals).padEnd(decimals, '0')
  const significant = digits.replace(/^0+(?=\d)/, '')
  return sign + significant.padStart(digitsMin, '0')
}
