import { parseDecimal } from '#core/std/decimal.ts'
import type { Answer, Call, Conversation } from '../_kit/contract.ts'

/**
 * Tryton's JSON-RPC (https://docs.tryton.org/6.0/server/topics/backend_types.html and
 * trytond/protocols/jsonrpc.py): positional parameters with the context last, and values JSON lacks
 * as objects with `__class__`.
 */

/** The settings of a user's session, as `get_preferences` answers them: company, language. */
export type SessionContext = Readonly<Record<string, unknown>>

/** A call of a method, by its whole name: `model.sale.sale.create`. */
export function call(
  effect: Call['effect'],
  method: string,
  parameters: readonly unknown[],
  context: SessionContext,
): Call {
  const json = { id: 1, method, params: [...parameters, context] }
  return { effect, plan: { method: 'POST', path: '', json } }
}

/** A filter: clauses that must all hold, each `[field, operator, value]` or `['OR', …]`. */
export type Domain = readonly unknown[]

/** What is asked of a model. */
export interface Query {
  readonly model: string
  readonly where: Domain
  /** `product.code` reads through the record that is pointed to. */
  readonly fields: readonly string[]
}

/** Rows asked for at once: an answer of lines with all their fields stays well below 1 MiB. */
const rowsPerCall = 1_000

/** The first rows in the order of their ids. */
export function searchRead(query: Query, limit: number, context: SessionContext): Call {
  const { model, where, fields } = query
  const order = [['id', 'ASC']]
  return call('read', `model.${model}.search_read`, [where, 0, limit, order, fields], context)
}

/** All rows, in the order of their ids. */
export function* allRows(query: Query, context: SessionContext): Conversation<readonly Row[]> {
  const all: Row[] = []
  for (let after = 0; ;) {
    const where = after === 0 ? query.where : [...query.where, ['id', '>', after]]
    const rows = rowsOf(yield searchRead({ ...query, where }, rowsPerCall, context))
    all.push(...rows)
    const last = rows.at(-1)
    if (last === undefined || rows.length < rowsPerCall) return all
    after = last.id
  }
}

/** The result in an answer that no error rule took. Throws where there is none. */
export function resultOf({ body }: Answer): unknown {
  if (isObject(body) && 'result' in body) return body['result']
  throw new Error('the answer holds no result')
}

export function rowsOf(answer: Answer): readonly Row[] {
  return listOf(resultOf(answer)).map((values) => new Row(values))
}

/** One record as Tryton answers it; what is not as it should be throws, naming the field. */
export class Row {
  readonly #values: Readonly<Record<string, unknown>>

  constructor(values: unknown) {
    if (!isObject(values)) throw new Error('a record is no object')
    this.#values = values
  }

  get id(): number {
    return this.number('id')
  }

  /** It was asked for: some fields are there only where a module of Tryton is active. */
  has(name: string): boolean {
    return name in this.#values
  }

  number(name: string): number {
    const value = this.#values[name]
    if (typeof value !== 'number') throw new Error(`${name} is no number`)
    return value
  }

  text(name: string): string {
    const value = this.textOr(name)
    if (value === null) throw new Error(`${name} is empty`)
    return value
  }

  /** Null where it is empty. */
  textOr(name: string): string | null {
    const value = this.#values[name]
    if (value === null || value === undefined || value === '') return null
    if (typeof value !== 'string') throw new Error(`${name} is no text`)
    return value
  }

  /** The id in a field that points to a record; null where it points to none. */
  idOr(name: string): number | null {
    return this.#values[name] === null ? null : this.number(name)
  }

  ids(name: string): readonly number[] {
    return idsOf(this.#values[name])
  }

  /** Decimal text in its one spelling. */
  decimal(name: string): string {
    const value = this.decimalOr(name)
    if (value === null) throw new Error(`${name} is empty`)
    return value
  }

  decimalOr(name: string): string | null {
    const value = this.#values[name]
    return value === null || value === undefined ? null : decimalOf(value)
  }

  /**
   * Tryton keeps quantities as floats: the decimal text that is meant has no more places than the
   * unit. Nothing is none.
   */
  quantity(name: string, places: number): string {
    const value = this.#values[name] ?? 0
    const text = typeof value === 'number' ? parseDecimal(value.toFixed(places)) : undefined
    if (text === undefined) throw new Error(`${name} is no quantity`)
    return text
  }

  /** YYYY-MM-DD. */
  dateOr(name: string): string | null {
    const value = this.#values[name]
    return value === null || value === undefined ? null : dateText(value)
  }

  /** Tryton's clock in UTC: `2026-11-24T09:13:44.262397`. */
  instantOr(name: string): string | null {
    const value = this.#values[name]
    return value === null || value === undefined ? null : instantText(value)
  }

  /** The record a field points to, where fields of it were asked for. */
  related(name: string): Row {
    const row = this.relatedOr(name)
    if (row === null) throw new Error(`${name} is empty`)
    return row
  }

  relatedOr(name: string): Row | null {
    const value = this.#values[`${name}.`]
    return value === null || value === undefined ? null : new Row(value)
  }

  /** A field that points to records of several models: `sale.line,7`. Null where it is empty. */
  referenceOr(name: string): { readonly model: string; readonly id: number } | null {
    const [model, id] = (this.textOr(name) ?? '').split(',')
    return model === undefined || id === undefined ? null : { model, id: Number(id) }
  }
}

/** As a field that points to several records is answered. */
export function idsOf(value: unknown): readonly number[] {
  return listOf(value).map((id) => {
    if (typeof id !== 'number') throw new Error('an id is no number')
    return id
  })
}

export function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('the answer is no list')
  return value
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function toDecimal(text: string): unknown {
  return { __class__: 'Decimal', decimal: text }
}

export function toDate(date: string): unknown {
  const [year, month, day] = date.split('-').map(Number)
  return { __class__: 'date', year, month, day }
}

/** Of an instant as `instantOr` gives it. */
export function toDateTime(instant: string): unknown {
  const [date = '', time = ''] = instant.split('T')
  const [hour, minute, seconds = ''] = time.split(':')
  const [second, fraction = ''] = seconds.split('.')
  return {
    ...(toDate(date) as object),
    __class__: 'datetime',
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    microsecond: Number(fraction.padEnd(6, '0').slice(0, 6)),
  }
}

/** A quantity as Tryton wants it; undefined where a float would not be the same number. */
export function toQuantity(text: string): number | undefined {
  const number = Number(text)
  const exact = parseDecimal(text)
  return exact !== undefined && parseDecimal(String(number)) === exact ? number : undefined
}

function decimalOf(value: unknown): string {
  const text = isObject(value) && value['__class__'] === 'Decimal' ? value['decimal'] : undefined
  const decimal = typeof text === 'string' ? parseDecimal(text) : undefined
  if (decimal === undefined) throw new Error('the answer holds no decimal where one belongs')
  return decimal
}

function dateText(value: unknown): string {
  const { year, month, day } = parts(value, 'date')
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`
}

function instantText(value: unknown): string {
  const { hour, minute, second, microsecond } = parts(value, 'datetime')
  const day = dateText({ ...(value as object), __class__: 'date' })
  const time = [hour, minute, second].map((part) => padded(part, 2)).join(':')
  return `${day}T${time}.${padded(microsecond, 6)}`
}

function parts(value: unknown, kind: 'date' | 'datetime'): Readonly<Record<string, unknown>> {
  if (isObject(value) && value['__class__'] === kind) return value
  throw new Error(`the answer holds no ${kind} where one belongs`)
}

function padded(part: unknown, digits: number): string {
  if (typeof part !== 'number') throw new Error('a part of a date is no number')
  return String(part).padStart(digits, '0')
}
