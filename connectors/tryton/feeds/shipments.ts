import type { Conversation, FeedRecord } from '../../_kit/contract.ts'
import { ourDescriptions } from '../operations/standing.ts'
import { allRows } from '../wire.ts'
import type { Row, SessionContext } from '../wire.ts'
import { optionalFields } from './modules.ts'
import type { OptionalFields } from './modules.ts'
import { packagesOf, packedFor } from './packages.ts'
import type { Package } from './packages.ts'
import {
  addressOf, addressParts, given, lineIdOf, namedOf, originsOf, quantityOf, unitFields, unitOf,
} from './reader.ts'
import type { KindReader, Reading, SaleLine } from './reader.ts'

const fromOurSales = ['moves.origin.sale.description', 'like', ourDescriptions, 'sale.line']

/** Customer shipments that left and hold goods of a sale of ours. */
export const shipmentKind: KindReader = {
  model: 'stock.shipment.out',
  where: [['state', '=', 'done'], fromOurSales],
  fields: [
    'number', 'reference', 'effective_date', 'planned_date', 'customer.code', 'customer.name',
    'warehouse.code', 'warehouse.name', 'company.party.name',
    ...addressParts.map((part) => `delivery_address.${part}`),
    ...addressParts.map((part) => `warehouse.address.${part}`),
  ],
  records: shipmentRecords,
}

function* shipmentRecords(
  rows: readonly Row[],
  { context, system }: Reading,
): Conversation<readonly (readonly FeedRecord[])[]> {
  const optional = yield* optionalFields(context)
  const moves = yield* movesOf(rows, optional, context)
  const origins = yield* originsOf(moves, context)
  const packages = yield* packagesOf(rows, optional, context)
  const carriage = yield* carriageOf(rows, optional, context)
  const byShipment = Map.groupBy(moves, (move) => move.referenceOr('shipment')?.id)
  return rows.map((row) => recordsOf({
    row,
    system,
    moves: byShipment.get(row.id) ?? [],
    origins,
    packages: packages.filter(({ shipment }) => shipment === row.id),
    carriage: carriage.get(row.id) ?? {},
  }))
}

interface Shipment {
  readonly row: Row
  readonly system: string
  readonly moves: readonly Row[]
  readonly origins: ReadonlyMap<number, SaleLine>
  readonly packages: readonly Package[]
  readonly carriage: object
}

/**
 * One record for each sale of ours in the shipment, with its own goods and their packages only: a
 * ship notice belongs to one order.
 */
function recordsOf(shipment: Shipment): readonly FeedRecord[] {
  const { row, system, moves, origins, packages, carriage } = shipment
  const bySale = Map.groupBy(moves, (move) => lineOf(move, origins)?.sale.id)
  const sales = [...bySale.values()].flatMap((some) => {
    const sale = some[0] === undefined ? undefined : lineOf(some[0], origins)?.sale
    return sale === undefined || sale.reference === null ? [] : [{ sale, some }]
  })
  return sales.map(({ sale, some }) => {
    const { id, reference, number, order } = sale
    const packed = packedFor(some.flatMap((move) => packageOf(move) ?? []), packages)
    return {
      key: sales.length === 1 ? `shipment:${row.id}:done` : `shipment:${row.id}:done:sale:${id}`,
      kind: 'shipment',
      reference: String(reference),
      body: {
        ...headOf(row),
        // Each of several notices of one shipment needs a number of its own.
        number: sales.length === 1 ? row.text('number') : `${row.text('number')}-${id}`,
        system,
        ...carriage,
        sale: { id, ...given('number', number), ...given('reference', order) },
        moves: some.map((move) => moveBody(move, lineOf(move, origins))),
        packages: packed,
      },
    }
  })
}

function lineOf(move: Row, origins: ReadonlyMap<number, SaleLine>): SaleLine | undefined {
  const id = lineIdOf(move)
  return id === undefined ? undefined : origins.get(id)
}

function headOf(row: Row): object {
  const from = row.related('warehouse')
  const address = from.relatedOr('address')
  const to = row.relatedOr('delivery_address')
  return {
    id: row.id,
    ...given('reference', row.textOr('reference')),
    ...given('shippedOn', row.dateOr('effective_date')),
    ...given('plannedOn', row.dateOr('planned_date')),
    customer: namedOf(row.related('customer')),
    ...given('deliveryAddress', to === null ? null : addressOf(to)),
    company: { name: row.related('company').related('party').text('name') },
    warehouse: {
      ...namedOf(from), ...given('address', address === null ? null : addressOf(address)),
    },
  }
}

/** What left the house; moves inside it are of no concern to the buyer. */
function* movesOf(
  rows: readonly Row[],
  optional: OptionalFields,
  context: SessionContext,
): Conversation<readonly Row[]> {
  const answer = yield* allRows({
    model: 'stock.move',
    where: [
      ['shipment.id', 'in', rows.map(({ id }) => id), 'stock.shipment.out'],
      ['to_location.type', '=', 'customer'],
      ['state', '=', 'done'],
    ],
    fields: [
      'shipment', 'origin', 'quantity', 'product.code', 'product.name', ...unitFields('uom'),
      ...optional.of('stock.move', { package: ['package'], lot: ['lot.number'] }),
    ],
  }, context)
  return answer
}

function moveBody(move: Row, line: SaleLine | undefined): unknown {
  const unit = move.related('uom')
  return {
    id: move.id,
    ...(line !== undefined && { line: { id: line.id, ...given('sequence', line.sequence) } }),
    product: namedOf(move.related('product')),
    quantity: quantityOf(move, unit),
    unit: unitOf(unit),
    ...given('package', packageOf(move)),
    ...given('lot', move.relatedOr('lot')?.text('number')),
  }
}

function packageOf(move: Row): number | null {
  return move.has('package') ? move.idOr('package') : null
}

/** Carrier and tracking, where Tryton's modules for them are active. */
function* carriageOf(
  rows: readonly Row[],
  optional: OptionalFields,
  context: SessionContext,
): Conversation<ReadonlyMap<number, object>> {
  const fields = optional.of('stock.shipment.out', {
    carrier: ['carrier.party.code', 'carrier.party.name'],
    tracking_number: ['tracking_number'],
  })
  if (fields.length === 0) return new Map()
  const where = [['id', 'in', rows.map(({ id }) => id)]]
  const answer = yield* allRows({ model: 'stock.shipment.out', where, fields }, context)
  return new Map(answer.map((row) => {
    const carrier = row.relatedOr('carrier')?.related('party')
    return [row.id, {
      ...given('carrier', carrier === undefined ? null : namedOf(carrier)),
      ...given('tracking', row.textOr('tracking_number')),
    }]
  }))
}
