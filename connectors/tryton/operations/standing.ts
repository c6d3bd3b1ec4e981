import type { Call, Conversation } from '../../_kit/contract.ts'
import { allRows, call, listOf, resultOf } from '../wire.ts'
import type { Row, SessionContext } from '../wire.ts'

/** The states of Tryton's sales; one that is not listed is as far as nothing we know. */
const order = ['cancelled', 'draft', 'quotation', 'confirmed', 'processing', 'done'] as const
export type SaleState = (typeof order)[number]

/** One sale that bears our reference. */
export interface Standing {
  readonly id: number
  readonly state: SaleState
  readonly number: string | null
  /** Its lines have neither taxes nor Tryton's prices yet. */
  readonly entering: boolean
  readonly lines: readonly number[]
  /** Tryton's mark of this version: a write that names it fails where there is a newer one. */
  readonly version: string
}

/** What the sales that bear one reference want next. */
export type Step =
  | { readonly do: 'create' }
  | { readonly do: 'fill' | 'quote' | 'confirm' | 'process' | 'rest'; readonly sale: Standing }
  | { readonly do: 'cancel_double'; readonly sale: Standing }
  | { readonly do: 'stop'; readonly because: string }

/**
 * One sale is kept: the furthest, and of those the first. Whoever looks at the same sales picks the
 * same one, so two conversations that each created one agree on which goes. A sale that a clerk
 * cancelled is left alone and never made again.
 */
export function nextStep(sales: readonly Standing[], confirm: 'auto' | 'clerk'): Step {
  const [kept, ...others] = sales.toSorted(
    (a, b) => order.indexOf(b.state) - order.indexOf(a.state) || a.id - b.id,
  )
  if (kept === undefined) return { do: 'create' }
  const double = others.find(({ state }) => state !== 'cancelled')
  if (double !== undefined) {
    if (cancellable.has(double.state)) return { do: 'cancel_double', sale: double }
    const names = [kept, double].map(({ id, number }) => number ?? `with id ${id}`).join(' and ')
    return { do: 'stop', because: `the sales ${names} are both of this order; cancel one of them` }
  }
  if (kept.state === 'draft' && kept.entering) return { do: 'fill', sale: kept }
  const onward = confirm === 'auto' ? steps[kept.state] : undefined
  return { do: onward ?? 'rest', sale: kept }
}

const cancellable: ReadonlySet<SaleState> = new Set(['draft', 'quotation'])

const steps: Readonly<Partial<Record<SaleState, 'quote' | 'confirm' | 'process'>>> = {
  draft: 'quote',
  quotation: 'confirm',
  confirmed: 'process',
}

const marker = 'Crossdock'
const unfinished = ' (being entered)'

/** What a sale of ours has as its description; Tryton has no field for another system's id. */
export function descriptionOf(reference: string, entering: boolean): string {
  return `${marker} ${reference}${entering ? unfinished : ''}`
}

/** All descriptions of sales of ours, for Tryton's `like`. */
export const ourDescriptions = `${marker} %`

/** Our reference in a description; null where the sale is none of ours. */
export function referenceIn(description: string | null): string | null {
  const [, reference] = /^Crossdock (\S+)/.exec(description ?? '') ?? []
  return reference ?? null
}

/**
 * Looks for sales by the buyer's number and our own reference. The buyer's number alone is not
 * unique; the party is left out, because a clerk may put another, and the sale is ours all the
 * same.
 */
export function* standings(
  number: string,
  reference: string,
  context: SessionContext,
): Conversation<readonly Standing[]> {
  const ours = [descriptionOf(reference, false), descriptionOf(reference, true)]
  const where = [['reference', '=', number], ['description', 'in', ours]]
  const fields = ['state', 'number', 'description', 'lines', '_timestamp']
  const answer = yield* allRows({ model: 'sale.sale', where, fields }, context)
  return answer.map((row) => standingOf(row, descriptionOf(reference, true)))
}

function standingOf(row: Row, entering: string): Standing {
  const state = order.find((known) => known === row.text('state'))
  if (state === undefined) throw new Error(`the state ${row.text('state')} of a sale is unknown`)
  return {
    id: row.id,
    state,
    number: row.textOr('number'),
    entering: row.textOr('description') === entering,
    lines: row.ids('lines'),
    version: row.text('_timestamp'),
  }
}

/** A write that fails where somebody changed the sale since we looked. */
export function guarded(sale: Standing, context: SessionContext): SessionContext {
  return { ...context, _timestamp: { [`sale.sale,${sale.id}`]: sale.version } }
}

/** A button of the sale. Where its state does not allow it, Tryton does nothing and says so not. */
export function press(button: string, sale: Standing, context: SessionContext): Call {
  return call('write', `model.sale.sale.${button}`, [[sale.id]], guarded(sale, context))
}

/** What the sale's user interface would fill in for these lines: taxes, prices. */
export function* filledIn(
  sale: Standing,
  context: SessionContext,
): Conversation<ReadonlyMap<number, unknown>> {
  const filled = new Map<number, unknown>()
  for (let first = 0; first < sale.lines.length; first += linesPerCall) {
    const lines = sale.lines.slice(first, first + linesPerCall)
    const asked = call('read', 'model.sale.line.on_change', [lines, ['product']], context)
    const changes = listOf(resultOf(yield asked))
    for (const [at, line] of lines.entries()) filled.set(line, listOf(changes[at])[0])
  }
  return filled
}

/** Tryton reckons price and taxes of each: some milliseconds a line. */
const linesPerCall = 500
