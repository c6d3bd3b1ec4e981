import type { SetDefinition } from './types.ts'
import type { WireElement, WireSegment } from './writer.ts'

/** What CTT counts in a set: the segments of the line items, and the element CTT02 adds up. */
interface Totals {
  readonly line: string
  readonly quantity?: { readonly tag: string; readonly element: number }
}

/**
 * By the notes to CTT in each set's table (X12.1): "The number of line items (CTT01) is the
 * accumulation of the number of PO1 segments. If used, hash total (CTT02) is the sum of the value
 * of quantities ordered (PO102) for each PO1 segment."
 */
const totalsBySet: Readonly<Record<string, Totals>> = {
  '810': { line: 'IT1', quantity: { tag: 'IT1', element: 2 } },
  '830': { line: 'LIN', quantity: { tag: 'FST', element: 1 } },
  '832': { line: 'LIN' },
  '840': { line: 'PO1', quantity: { tag: 'PO1', element: 2 } },
  '843': { line: 'PO1', quantity: { tag: 'PO1', element: 2 } },
  '846': { line: 'LIN', quantity: { tag: 'QTY', element: 2 } },
  '850': { line: 'PO1', quantity: { tag: 'PO1', element: 2 } },
  '855': { line: 'PO1', quantity: { tag: 'PO1', element: 2 } },
  '856': { line: 'HL', quantity: { tag: 'SN1', element: 2 } },
  '860': { line: 'POC', quantity: { tag: 'POC', element: 3 } },
  '861': { line: 'RCD', quantity: { tag: 'RCD', element: 2 } },
  '862': { line: 'LIN', quantity: { tag: 'FST', element: 1 } },
  '865': { line: 'POC', quantity: { tag: 'POC', element: 3 } },
}

/**
 * How to fill the totals of a set's CTT: CTT01 always, CTT02 where the tree has one. Undefined
 * where the standard names no line item for the set; then CTT stays as the mapping wrote it.
 */
export function totalsOf(
  definition: SetDefinition,
  segments: readonly WireSegment[],
): ((segment: WireSegment) => WireSegment) | undefined {
  const totals = totalsBySet[definition.type]
  if (totals === undefined) return undefined
  const count = String(segments.filter(([tag]) => tag === totals.line).length)
  return (segment) => {
    if (segment[0] !== 'CTT') return segment
    const [, , hash, ...rest] = segment
    if (hash === undefined) return ['CTT', count]
    return ['CTT', count, hash === '' ? '' : hashTotal(totals, segments, hash), ...rest]
  }
}

function hashTotal(
  { quantity }: Totals,
  segments: readonly WireSegment[],
  given: WireElement,
): WireElement {
  if (quantity === undefined) return given
  const quantities = segments
    .filter(([tag]) => tag === quantity.tag)
    .map((segment) => segment[quantity.element])
    .filter((value) => typeof value === 'string')
  return sum(quantities)
}

/** Exact sum of decimal texts, in units of the finest one. What is no number adds nothing. */
function sum(texts: readonly string[]): string {
  const numbers = texts.filter((text) => /^-?\d*\.?\d+$/.test(text))
  const decimals = Math.max(0, ...numbers.map((text) => fractionOf(text).length))
  let total = 0n
  for (const text of numbers) {
    const fraction = fractionOf(text)
    const digits = text.replace('.', '')
    total += BigInt(digits) * 10n ** BigInt(decimals - fraction.length)
  }
  return pointAt(total, decimals)
}

function fractionOf(text: string): string {
  return text.split('.')[1] ?? ''
}

function pointAt(total: bigint, decimals: number): string {
  const sign = total < 0n ? '-' : ''
  const digits = String(total).slice(sign.length).padStart(decimals + 1, '0')
  const point = digits.length - decimals
  const fraction = digits.slice(point).replace(/0+$/, '')
  return sign + digits.slice(0, point) + (fraction === '' ? '' : `.${fraction}`)
}
