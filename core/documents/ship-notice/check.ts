import type { DocumentFault } from '#core/documents/fault.ts'
import { faultView } from '#core/errors/fault.ts'
import { addDecimals, compareDecimals } from '#core/std/decimal.ts'
import { isSscc } from '#core/std/gs1.ts'
import type { Pack, ShipNotice } from './schema.ts'

/**
 * Whether the notice agrees with itself: each SSCC has its check digit and stands once, packs stand
 * on tares that are there, what lies in the packs is what was shipped, line by line, and the
 * packages are as many as are told.
 */
export function checkShipNotice(notice: ShipNotice): DocumentFault[] {
  return [...codes(notice), ...nesting(notice), ...contents(notice), ...count(notice)]
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

/** Only where there are packs; a partner may want none. */
function contents({ number, orders, packs = [] }: ShipNotice): DocumentFault[] {
  if (packs.length === 0) return []
  const packed = packedQuantities(packs)
  const lines = orders.flatMap((order, at) =>
    order.lines.map((line, within) => ({
      key: keyOf(order.number, line.number),
      field: `orders[${at + 1}].lines[${within + 1}].shipped`,
      line,
    })))
  const known = new Set(lines.map(({ key }) => key))
  const strangers = packs.flatMap((pack, index) =>
    (pack.contents ?? []).filter(({ order, line }) => !known.has(keyOf(order, line)))
      .map(({ line }) => ({
        field: `packs[${index + 1}].contents`,
        fault: faultView('PACK_LINE_UNKNOWN', { number, pack: pack.id, line }),
      })))
  const sums = lines.flatMap(({ key, field, line }) => {
    const sum = packed.get(key) ?? '0'
    if (compareDecimals(sum, line.shipped.value) === 0) return []
    const facts = { number, line: line.number, shipped: line.shipped.value, sum }
    return [{ field, fault: faultView('PACK_CONTENTS_WRONG', facts) }]
  })
  return [...strangers, ...sums]
}

function packedQuantities(packs: readonly Pack[]): ReadonlyMap<string, string> {
  const packed = new Map<string, string>()
  for (const { order, line, quantity } of packs.flatMap((pack) => pack.contents ?? [])) {
    const key = keyOf(order, line)
    packed.set(key, addDecimals(packed.get(key) ?? '0', quantity.value))
  }
  return packed
}

function count({ number, packages, packs = [] }: ShipNotice): DocumentFault[] {
  const cartons = packs.filter(({ kind }) => kind === 'pack').length
  const tares = packs.length - cartons
  const counted = [cartons, tares, packs.length].map(String)
  if (packages === undefined || packs.length === 0 || counted.includes(packages)) return []
  const facts = { number, claimed: packages, counted: cartons }
  return [{ field: 'packages', fault: faultView('PACKAGES_MISCOUNTED', facts) }]
}

function keyOf(order: string, line: string): string {
  return JSON.stringify([order, line])
}
