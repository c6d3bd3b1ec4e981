import type { DocumentFault } from '#core/documents/fault.ts'
import { faultView } from '#core/errors/fault.ts'
import { addDecimals, compareDecimals, type Decimal } from '#core/std/decimal.ts'
import type { Order, OrderLine } from './schema.ts'

/**
 * Whether the order agrees with itself: its own count of lines and hash total (CTT), and per line
 * the quantities of its destinations; and no quantity is negative. A mismatch means that something
 * was lost or doubled before it reached us, so it is a fault and never a guess. Amounts in AMT are
 * not reckoned: partners differ on what they hold.
 */
export function checkOrder(order: Order): DocumentFault[] {
  return [
    ...lineCount(order),
    ...quantityHash(order),
    ...negativeQuantities(order),
    ...destinations(order),
  ]
}

function lineCount(order: Order): DocumentFault[] {
  const claimed = order.controlTotals?.lines
  const counted = String(order.lines.length)
  return claimed === undefined || claimed === counted
    ? []
    : [totalWrong(order, 'lines', claimed, counted)]
}

/**
 * Data element 347 sums the values "without regard to decimal points" and loses digits on the left
 * when it is full. With fractions the sum depends on zeros we no longer see, and some senders give
 * the plain sum, so only whole quantities are held to it.
 */
function quantityHash(order: Order): DocumentFault[] {
  const claimed = order.controlTotals?.quantityHash
  const quantities = order.lines.map((line) => line.quantity.value)
  if (claimed === undefined || quantities.some((quantity) => quantity.includes('.'))) return []
  const sum = quantities.reduce(addDecimals, '0')
  const cut = sum.slice(-hashDigitsMax).replace(/^0+(?=\d)/, '')
  return claimed === sum || claimed === cut
    ? []
    : [totalWrong(order, 'quantityHash', claimed, sum)]
}

/** Longest value of data element 347. */
const hashDigitsMax = 10

/** Goods that come back are another document; a minus here would be a sale upside down. */
function negativeQuantities(order: Order): DocumentFault[] {
  return order.lines.flatMap((line) => {
    const { value } = line.quantity
    if (!value.startsWith('-')) return []
    const facts = { line: line.number, number: order.number, quantity: value }
    const field = `lines[${line.position}].quantity.value`
    return [{ field, fault: faultView('ORDER_QUANTITY_NEGATIVE', facts) }]
  })
}

function destinations(order: Order): DocumentFault[] {
  return order.lines.flatMap((line) => {
    const sum = destinationSum(line)
    if (sum === undefined || compareDecimals(sum, line.quantity.value) === 0) return []
    const facts = { line: line.number, number: order.number, quantity: line.quantity.value, sum }
    const field = `lines[${line.position}].destinations`
    return [{ field, fault: faultView('ORDER_DESTINATIONS_WRONG', facts) }]
  })
}

/** Undefined where there are none, or they count in another unit than the line. */
function destinationSum(line: OrderLine): Decimal | undefined {
  const parts = line.destinations ?? []
  const comparable = parts.every((part) => part.quantity.unit === line.quantity.unit)
  if (parts.length === 0 || !comparable) return undefined
  return parts.map((part) => part.quantity.value).reduce(addDecimals, '0')
}

function totalWrong(
  order: Order,
  field: 'lines' | 'quantityHash',
  claimed: string,
  counted: string,
): DocumentFault {
  const total = field === 'lines' ? 'number of lines' : 'sum of quantities'
  const facts = { number: order.number, total, claimed, counted }
  return { field: `controlTotals.${field}`, fault: faultView('ORDER_CONTROL_TOTAL_WRONG', facts) }
}
