import type { DocumentFault } from '#core/documents/fault.ts'
import { faultView } from '#core/errors/fault.ts'
import { addDecimals, compareDecimals } from '#core/std/decimal.ts'
import type { Receipt } from './schema.ts'

/** What is told of goods received must be no more than was received; what is short never came. */
export function checkReceipt({ number, lines }: Receipt): DocumentFault[] {
  return lines.flatMap(({ number: line, received, conditions = [] }, index) => {
    const came = conditions.filter(({ kind, quantity }) =>
      kind !== 'short' && quantity.unit === received.unit)
    const sum = came.map(({ quantity }) => quantity.value).reduce(addDecimals, '0')
    if (compareDecimals(sum, received.value) <= 0) return []
    const facts = { number, line, received: received.value, sum }
    const field = `lines[${index + 1}].conditions`
    return [{ field, fault: faultView('RECEIPT_CONDITIONS_WRONG', facts) }]
  })
}
