import Big from 'big.js'

/**
 * Exact decimal numbers as text. One number has one spelling: no exponent, no plus, no zeros that
 * say nothing (`-0.50` is `-0.5`, `1E3` is `1000`), so equal text is an equal number. Floats never
 * take part.
 */
export type Decimal = string

/**
 * Digits a number may have before and after its point; a partner's `1E999999` must not become a
 * megabyte.
 */
const digitsMax = 60

const decimalText = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/

/**
 * Reads a decimal number as X12 (type R, exponent allowed) and EDIFACT write it; undefined when it
 * is none.
 */
export function parseDecimal(text: string): Decimal | undefined {
  if (text.length > digitsMax * 2 || !decimalText.test(text)) return undefined
  const number = new Big(text.replace(/^\+/, ''))
  const whole = Math.max(0, number.e + 1)
  const fraction = Math.max(0, number.c.length - 1 - number.e)
  return whole > digitsMax || fraction > digitsMax ? undefined : spell(number)
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  return spell(new Big(a).plus(b))
}

export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  return spell(new Big(a).minus(b))
}

export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return spell(new Big(a).times(b))
}

/** a / b to `places` digits after the point, halves away from zero; undefined when b is zero. */
export function divideDecimals(a: Decimal, b: Decimal, places: number): Decimal | undefined {
  const divisor = new Big(b)
  return divisor.eq(0) ? undefined : spell(ratio(new Big(a), divisor, places))
}

/** Rounded to `places` digits after the point, halves away from zero, as invoices are. */
export function roundDecimal(a: Decimal, places: number): Decimal {
  return spell(new Big(a).round(places, Big.roundHalfUp))
}

/** Negative, zero or positive as a is less than, equal to or greater than b. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  return new Big(a).cmp(b)
}

function ratio(a: Big, b: Big, places: number): Big {
  const Division = Big()
  Division.DP = places
  Division.RM = Big.roundHalfUp
  return new Division(a).div(b)
}

function spell(number: Big): Decimal {
  return number.eq(0) ? '0' : number.toFixed()
}
