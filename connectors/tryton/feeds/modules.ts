import type { Conversation } from '../../_kit/contract.ts'
import { allRows } from '../wire.ts'
import type { SessionContext } from '../wire.ts'

/** Fields that only some of Tryton's modules add; asking for one that is not there is an error. */
const optionalNames: Readonly<Record<string, readonly string[]>> = {
  'stock.shipment.out': ['packages', 'carrier', 'tracking_number'],
  'stock.move': ['package', 'lot'],
  'stock.package': ['shipping_reference', 'shipping_tracking_url'],
}

/** Which of them this Tryton has. */
export class OptionalFields {
  readonly #there: ReadonlySet<string>

  constructor(there: ReadonlySet<string>) {
    this.#there = there
  }

  has(model: string, field: string): boolean {
    return this.#there.has(`${model}.${field}`)
  }

  /** What to ask for: of each field that is there, the names beside it. */
  of(model: string, names: Readonly<Record<string, readonly string[]>>): readonly string[] {
    return Object.entries(names).flatMap(([field, asked]) => (this.has(model, field) ? asked : []))
  }
}

export function* optionalFields(context: SessionContext): Conversation<OptionalFields> {
  const answer = yield* allRows({
    model: 'ir.model.field',
    where: [
      ['model.model', 'in', Object.keys(optionalNames)],
      ['name', 'in', [...new Set(Object.values(optionalNames).flat())]],
    ],
    fields: ['name', 'model.model'],
  }, context)
  const there = answer.map((row) => `${row.related('model').text('model')}.${row.text('name')}`)
  return new OptionalFields(new Set(there))
}
