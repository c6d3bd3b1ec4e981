import type { DocumentFault } from '#core/documents/fault.ts'
import { faultView } from '#core/errors/fault.ts'
import { addDecimals, compareDecimals } from '#core/std/decimal.ts'
import { isSscc } from '#core/std/gs1.ts'
import type { NoticeLine, ShipNotice } from './schema.ts'

/**
 * Whether the notice agrees with itself: each SSCC has its check digit and stands once, packs stand
 * on tares that are there, what lies in the packs is what was shipped, line by line, and the
 * packages are as many as are told.
 */
export function checkShipNotice(notice: ShipNotice): DocumentFault[] {
  return [
    ...negative(notice),
    ...codes(notice),
    ...nesting(notice),
    ...contents(notice),
    ...count(notice),
  ]
}

function codes({ number, packs = [] }: ShipNotice): DocumentFault[] {
  const seen = new Set<string>()
  return packs.flatMap(({ sscc }, index) => {
    if (sscc === undefined) return []
    const field = `packs[${index + 1}].sscc`
    const twice = seen.has(sscc)
    seen.add(sscc)
    if (!isSscc(sscc)) return [{ field, fault: faultView('SSCC_WRONG', { number, sscc }) }]
    return twice ? [{ field, fault: faultView('SSCC_REPEATED', { number, sscc }) }] : []
  })
}

function nesting({ number, packs = [] }: ShipNotice): DocumentFault[] {
  const tares = new Set(packs.filter(({ kind }) => kind === 'tare').map(({ id }) => id))
  return packs.flatMap(({ id, kind, within }, index) => {
    if (within === undefined || (kind === 'pack' && tares.has(within))) return []
    const facts = { number, pack: id, within }
    return [{ field: `packs[${index + 1}].within`, fault: faultView('PACK_NESTING_WRONG', facts) }]
  })
}

/** What comes back is another document. */
function negative({ number, orders }: ShipNotice): DocumentFault[] {
  return orders.flatMap((order, at) => order.lines.flatMap((line, within) => {
    const { value: quantity } = line.shipped
    if (!quantity.startsWith('-')) return []
    const field = `orders[${at + 1}].lines[${within + 1}].shipped`
    const facts = { number, line: line.number, quantity }
    return [{ field, fault: faultView('SHIPPED_QUANTITY_NEGATIVE', facts) }]
  }))
}

/** Only where there are packs; a partner may want none. */
function contents({ number, orders, packs = [] }: ShipNotice): DocumentFault[] {
  if (packs.length === 0) return []
  const shipped = shippedLines(orders)
  const strangers = packs.flatMap((pack, index) =>
    (pack.contents ?? []).filter(({ order, line }) => !shipped.has(keyOf(order, line)))
      .map(({ line }) => ({
        field: `packs[${index + 1}].contents`,
        fault: faultView('PACK_LINE_UNKNOWN', { number, pack: pack.id, line }),
      })))
  const packed = Map.groupBy(packs.flatMap((pack) => pack.contents ?? []), ({ order, line }) =>
    keyOf(order, line))
  const sums = [...shipped].flatMap(([key, lines]) =>
    packedWrong(number, lines, (packed.get(key) ?? []).map(({ quantity }) => quantity)))
  return [...strangers, ...sums]
}

interface Shipped {
  readonly field: string
  readonly line: NoticeLine
}

/** A line may leave in parts, each with a status of its own: together they are what is packed. */
function shippedLines(orders: ShipNotice['orders']): ReadonlyMap<string, readonly Shipped[]> {
  const lines = orders.flatMap((order, at) =>
    order.lines.map((line, within) => ({
      key: keyOf(order.number, line.number),
      field: `orders[${at + 1}].lines[${within + 1}].shipped`,
      line,
    })))
  return Map.groupBy(lines, ({ key }) => key)
}

/** Eaches in packs of a line that is shipped by the case cannot be compared. */
function packedWrong(
  number: string,
  lines: readonly Shipped[],
  packed: readonly NoticeLine['shipped'][],
): DocumentFault[] {
  const [first] = lines
  if (first === undefined) return []
  const { field, line } = first
  const quantities = lines.map((one) => one.line.shipped)
  if ([...quantities, ...packed].some(({ unit }) => unit !== line.shipped.unit)) return []
  const [shipped, sum] = [sumOf(quantities), sumOf(packed)]
  if (compareDecimals(sum, shipped) === 0) return []
  const facts = { number, line: line.number, shipped, sum }
  return [{ field, fault: faultView('PACK_CONTENTS_WRONG', facts) }]
}

function sumOf(quantities: readonly NoticeLine['shipped'][]): string {
  return quantities.map(({ value }) => value).reduce(addDecimals, '0')
}

function count({ number, packages, packs = [] }: ShipNotice): DocumentFault[] {
  const cartons = packs.filter(({ kind }) => kind === 'pack').length
  const tares = packs.length - cartons
  const counted = [cartons, tares, packs.length].map(String)
  if (packages === undefined || packs.length === 0 || counted.includes(packages)) return []
  const facts = { number, claimed: packages, counted: cartons === 0 ? tares : cartons }
  return [{ field: 'packages', fault: faultView('PACKAGES_MISCOUNTED', facts) }]
}

function keyOf(order: string, line: string): string {
  return JSON.stringify([order, line])
}
