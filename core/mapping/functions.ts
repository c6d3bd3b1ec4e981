import { isLocalDate, isLocalTime, parseX12Date, parseX12Time } from '#core/std/calendar.ts'
import { minorDigits, toMajor, toMinor } from '#core/std/currency.ts'
import {
  addDecimals,
  compareDecimals,
  divideDecimals,
  multiplyDecimals,
  parseDecimal,
  roundDecimal,
  subtractDecimals,
  type Decimal,
} from '#core/std/decimal.ts'
import { ssccTable } from './lookups.ts'
import { elementPairs, idPairs, type Pair } from './segments.ts'

/** What the functions need of the run that calls them. */
export interface FunctionContext {
  /** Our word for a partner's code; a fault and undefined where the list has none. */
  code(list: string, code: string): unknown
  /** Our word for a partner's code, undefined where the list has none. */
  codeIfListed(list: string, code: string): unknown
  /**
   * The value under the first of these keys; a fault or a need, and undefined, where there is none.
   */
  lookup(table: string, keys: readonly string[]): unknown
}

/** A value that cannot be what the expression takes it for. */
export class ValueError extends Error {
  override readonly name = 'ValueError'
  readonly value: string

  constructor(value: unknown, reason: string) {
    super(reason)
    this.value = typeof value === 'string' ? value : JSON.stringify(value)
  }
}

/**
 * The functions of mappings, by the name after `$`. A missing argument gives a missing result, as
 * JSONata's own do, so that `$date(DTM02) ?? null` is an optional date; a wrong one throws
 * ValueError.
 */
export function mappingFunctions(context: FunctionContext): Readonly<Record<string, unknown>> {
  return {
    ...decimalFunctions,
    ...textFunctions,
    code: given((list, code) => context.code(text(list), text(code))),
    codeOr: (list: unknown, code: unknown, otherwise: unknown) =>
      absent(code) ? undefined : (context.codeIfListed(text(list), text(code)) ?? otherwise),
    lookup: given((table, key) =>
      typeof table === 'object'
        ? member(table, text(key))
        : context.lookup(text(table), [text(key)]),
    ),
    lookupAny: given((table, keys) => context.lookup(text(table), list(keys).map(text))),
    sscc: given((key) => context.lookup(ssccTable, [text(key)])),
  }
}

const decimalFunctions = {
  /** Decimal text in its one spelling. */
  decimal: given((value) => decimal(value)),
  decimalSum: given((values) => list(values).map(decimal).reduce(addDecimals, '0')),
  decimalDifference: given((a, b) => subtractDecimals(decimal(a), decimal(b))),
  decimalProduct: given((a, b) => multiplyDecimals(decimal(a), decimal(b))),
  /** (a, b, places): halves away from zero. */
  decimalQuotient: given((a, b, places) => {
    const quotient = divideDecimals(decimal(a), decimal(b), placesOf(places))
    if (quotient === undefined) throw new ValueError(b, 'nothing is divided by zero')
    return quotient
  }),
  decimalRound: given((value, places) => roundDecimal(decimal(value), placesOf(places))),
  /** Negative, zero or positive as a is less than, equal to or greater than b. */
  decimalCompare: given((a, b) => compareDecimals(decimal(a), decimal(b))),
  /** (amount, currency): integer text of minor units, exactly. */
  minor: given((amount, currency) => {
    const minor = toMinor(decimal(amount), knownCurrency(currency))
    if (minor === undefined) {
      throw new ValueError(amount, `${text(currency)} has no such small unit`)
    }
    return minor
  }),
  /** (amountMinor, currency): decimal text of major units. */
  major: given((amountMinor, currency) => {
    const major = toMajor(text(amountMinor), knownCurrency(currency))
    if (major === undefined) throw new ValueError(amountMinor, 'it is no integer of minor units')
    return major
  }),
}

const textFunctions = {
  /** CCYYMMDD or YYMMDD as YYYY-MM-DD. */
  date: given((value) => {
    const date = parseX12Date(text(value))
    if (date === undefined) throw new ValueError(value, 'there is no such day (CCYYMMDD or YYMMDD)')
    return date
  }),
  /** HHMM[SS[D[D]]] as HH:MM[:SS[.DD]]. */
  time: given((value) => {
    const time = parseX12Time(text(value))
    if (time === undefined) throw new ValueError(value, 'there is no such time (HHMM or HHMMSS)')
    return time
  }),
  /** YYYY-MM-DD as CCYYMMDD. */
  x12Date: given((value) => {
    const date = text(value)
    if (!isLocalDate(date)) throw new ValueError(value, 'a day is needed here (YYYY-MM-DD)')
    return date.replaceAll('-', '')
  }),
  /** HH:MM[:SS[.DD]] as HHMM[SS[DD]]. */
  x12Time: given((value) => {
    const time = text(value)
    if (!isLocalTime(time)) throw new ValueError(value, 'a time is needed here (HH:MM or HH:MM:SS)')
    return time.replaceAll(':', '').replace('.', '')
  }),
  /** (segment, qualifiers): the value of the first id pair with one of these qualifiers. */
  item: given((segment, qualifiers) => {
    const wanted = list(qualifiers)
    return idPairs(object(segment)).find((pair) => wanted.includes(pair.qualifier))?.value
  }),
  /** (text, characters): the text in pieces of so many at most, cut at blanks where it can be. */
  pieces: given((value, most) => pieces(text(value), lengthOf(most))),
  /** (segments or lists of them): every id pair as { qualifier, value }. */
  items: (...segments: readonly unknown[]) =>
    segments.flatMap((segment) => (absent(segment) ? [] : list(segment).flatMap(pairsOf))),
  /** (segment, position of the first): elements taken two by two as { qualifier, value }. */
  pairs: given((segment, first) => elementPairs(object(segment), placesOf(first))),
}

export const functionNames: ReadonlySet<string> = new Set([
  ...Object.keys(decimalFunctions),
  ...Object.keys(textFunctions),
  'code',
  'codeOr',
  'lookup',
  'lookupAny',
  'sscc',
])

function pairsOf(segment: unknown): readonly Pair[] {
  return idPairs(object(segment))
}

type Take = (...values: readonly unknown[]) => unknown

/** Undefined as soon as one argument that the function takes is. */
function given(take: Take): Take {
  return (...values) =>
    values.some(absent) || values.length < take.length ? undefined : take(...values)
}

/** JSONata's own `$lookup`: a member of an object, and only its own. */
function member(value: unknown, key: string): unknown {
  const members = object(value)
  return Object.hasOwn(members, key) ? members[key] : undefined
}

function absent(value: unknown): boolean {
  return value === undefined || value === null
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw new ValueError(value, 'a text is needed here')
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  throw new ValueError(value, 'one segment is needed here')
}

function decimal(value: unknown): Decimal {
  const whole = typeof value === 'number' && Number.isSafeInteger(value)
  const parsed = whole || typeof value === 'string' ? parseDecimal(String(value)) : undefined
  if (parsed === undefined) throw new ValueError(value, 'it is no decimal number')
  return parsed
}

function placesOf(value: unknown): number {
  const whole = typeof value === 'number' && Number.isInteger(value)
  if (whole && value >= 0 && value <= 40) return value
  throw new ValueError(value, 'a whole number from 0 to 40 is needed here')
}

function lengthOf(value: unknown): number {
  const whole = typeof value === 'number' && Number.isInteger(value)
  if (whole && value >= 1) return value
  throw new ValueError(value, 'a number of characters is needed here')
}

/** A line of the text begins a new piece; blanks at the cuts go, everything else stays. */
function pieces(value: string, most: number): readonly string[] {
  return value.split(/[\r\n]+/).flatMap((line) => {
    const found: string[] = []
    for (let rest = Array.from(line.trim()); rest.length > 0;) {
      const cut = cutOf(rest, most)
      found.push(rest.slice(0, cut).join('').trimEnd())
      rest = Array.from(rest.slice(cut).join('').trimStart())
    }
    return found
  })
}

function cutOf(characters: readonly string[], most: number): number {
  if (characters.length <= most) return characters.length
  const blank = characters.lastIndexOf(' ', most)
  return blank > 0 ? blank : most
}

function knownCurrency(value: unknown): string {
  if (typeof value === 'string' && minorDigits(value) !== undefined) return value
  throw new ValueError(value, 'it is no currency of ISO 4217')
}
