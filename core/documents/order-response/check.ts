import type { DocumentFault } from '#core/documents/fault.ts'
import { faultView } from '#core/errors/fault.ts'
import { addDecimals, compareDecimals, divideDecimals } from '#core/std/decimal.ts'
import type { OrderResponse, ResponseLine } from './schema.ts'

/**
 * Whether the response agrees with itself: what it says as a whole follows from its lines, and the
 * parts of a line make up what was ordered, unless one of them says that the quantity was changed.
 */
export function checkOrderResponse(response: OrderResponse): DocumentFault[] {
  const outcome = outcomeOf(response.lines)
  const whole = outcome === response.outcome
    ? []
    : [{
        field: 'outcome',
        fault: faultView('RESPONSE_OUTCOME_WRONG', {
          number: response.order.number, claimed: response.outcome, found: outcome,
        }),
      }]
  return [
    ...whole,
    ...response.lines.flatMap((line) => [
      ...checkLine(line, response), ...untoldPrices(line, response),
    ]),
  ]
}

/** All accepted, all rejected, or something in between. */
export function outcomeOf(
  lines: readonly Pick<ResponseLine, 'parts'>[],
): OrderResponse['outcome'] {
  const outcomes = new Set(lines.flatMap(({ parts }) => parts.map(({ outcome }) => outcome)))
  if ([...outcomes].every((outcome) => outcome === 'accepted')) return 'accepted'
  const refused = [...outcomes].every((outcome) =>
    outcome === 'rejected' || outcome === 'cancelled')
  return refused ? 'rejected' : 'accepted_with_changes'
}

/** What a part says of itself that says nothing of a price. */
const priceKept: readonly string[] = ['accepted', 'quantity_changed', 'date_changed']
/** Digits of a price for one unit that are compared: a system may have divided and rounded it. */
const placesCompared = 6

/** A buyer that reads "accepted" pays what it ordered for. */
function untoldPrices(
  { parts, price, number: line, position }: ResponseLine,
  { order }: OrderResponse,
): DocumentFault[] {
  return parts.flatMap((part) => {
    if (price === undefined || part.price === undefined) return []
    if (!priceKept.includes(part.outcome) || perUnit(part.price) === perUnit(price)) return []
    const facts = {
      number: order.number, line, outcome: part.outcome,
      ordered: perUnit(price), confirmed: perUnit(part.price),
    }
    const fault = faultView('RESPONSE_PRICE_UNTOLD', facts)
    return [{ field: `lines[${position}].parts`, fault }]
  })
}

function perUnit({ value, currency, per }: NonNullable<ResponseLine['price']>): string {
  const each = divideDecimals(value, per.value, placesCompared) ?? value
  return `${each} ${currency} per ${per.unit}`
}

function checkLine(line: ResponseLine, { order }: OrderResponse): DocumentFault[] {
  const field = `lines[${line.position}].parts`
  const facts = { line: line.number, number: order.number }
  const negative = line.parts.find(({ quantity }) => quantity.value.startsWith('-'))
  if (negative !== undefined) {
    const { value: quantity } = negative.quantity
    return [{ field, fault: faultView('RESPONSE_QUANTITY_NEGATIVE', { ...facts, quantity }) }]
  }
  const changed = line.parts.some(({ outcome }) =>
    outcome === 'quantity_changed' || outcome === 'changed' || outcome === 'substituted')
  const comparable = line.parts.every(({ quantity }) => quantity.unit === line.quantity.unit)
  if (changed || !comparable) return []
  const sum = line.parts.map(({ quantity }) => quantity.value).reduce(addDecimals, '0')
  if (compareDecimals(sum, line.quantity.value) === 0) return []
  const amounts = { ordered: line.quantity.value, sum }
  return [{ field, fault: faultView('RESPONSE_PARTS_WRONG', { ...facts, ...amounts }) }]
}
