import { isSscc } from '#core/std/gs1.ts'
import type { Conversation } from '../../_kit/contract.ts'
import { allRows } from '../wire.ts'
import type { Row, SessionContext } from '../wire.ts'
import { given } from './reader.ts'
import type { OptionalFields } from './modules.ts'

/** A package with the one it stands in. */
export interface Package {
  readonly shipment: number | undefined
  readonly id: number
  readonly parent: number | null
  readonly body: { readonly id: number; readonly code: string; readonly type: string }
}

/** All packages of these shipments; none where the module stock_package is not active. */
export function* packagesOf(
  shipments: readonly Row[],
  optional: OptionalFields,
  context: SessionContext,
): Conversation<readonly Package[]> {
  if (!optional.has('stock.shipment.out', 'packages')) return []
  const answer = yield* allRows({
    model: 'stock.package',
    where: [['shipment', 'in', shipments.map(({ id }) => `stock.shipment.out,${id}`)]],
    fields: [
      'shipment', 'code', 'parent', 'type.name',
      ...optional.of('stock.package', { shipping_reference: ['shipping_reference'] }),
    ],
  }, context)
  return answer.map(packageOf)
}

/** Packages that hold something of what is told, with all they stand in, outermost first. */
export function packedFor(holding: readonly number[], packages: readonly Package[]): unknown[] {
  const byId = new Map(packages.map((one) => [one.id, one]))
  const kept = new Set<number>()
  for (const id of holding) {
    let at = byId.get(id)
    while (at !== undefined && !kept.has(at.id)) {
      kept.add(at.id)
      at = byId.get(at.parent ?? 0)
    }
  }
  return packages.filter(({ id }) => kept.has(id)).map((one) => {
    const root = rootOf(one, byId)
    return { ...one.body, ...(root === one.id ? {} : { root }) }
  })
}

/** The outermost package it stands in. */
function rootOf(one: Package, byId: ReadonlyMap<number, Package>): number {
  const passed = new Set<number>()
  let at = one
  for (let next = byId.get(at.parent ?? 0); next !== undefined && !passed.has(next.id);) {
    passed.add(at.id)
    at = next
    next = byId.get(at.parent ?? 0)
  }
  return at.id
}

/** A package whose own code is an SSCC, with or without its application identifier 00. */
function ssccIn(code: string): string | null {
  const digits = code.replaceAll(/[\s()]/g, '')
  const sscc = digits.length === 20 && digits.startsWith('00') ? digits.slice(2) : digits
  return isSscc(sscc) ? sscc : null
}

function packageOf(row: Row): Package {
  const parent = row.idOr('parent')
  return {
    shipment: row.referenceOr('shipment')?.id,
    id: row.id,
    parent,
    body: {
      id: row.id,
      code: row.text('code'),
      type: row.related('type').text('name'),
      ...given('sscc', ssccIn(row.text('code'))),
      ...given('parent', parent),
      ...given('tracking', row.textOr('shipping_reference')),
    },
  }
}
