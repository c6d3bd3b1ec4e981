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
    ]
  }, context)
  return answer.map(packageOf)
}

/** Packages that hold something of what is told, with all they stand in, outermost first. */
export function packedFor(holding: readonly number[], packages: readonly Package[]): unknown[] {
  const byId = new Map(packages.map((one) => [one.id, one]))
  const kept = new Set<number>()
  for (const id of holding) {
    for (let at = byId.get(id); at !== undefined && !kept.has(at.id); at = byId.get(at.parent ?? 0)) {
      kept.add(at.id)
    }
  }
  return packages.filter(({ id }) => kept.has(id)).map(({ body }) => body)
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
      ...given('parent', parent),
      ...given('tracking', row.textOr('shipping_reference')),
    },
  }
}
