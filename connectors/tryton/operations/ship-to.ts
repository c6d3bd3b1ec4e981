import { Refused } from '../../_kit/contract.ts'
import type { Conversation } from '../../_kit/contract.ts'
import type { SaleDraft, ShipTo } from '../draft.ts'
import { allRows } from '../wire.ts'
import type { Row, SessionContext } from '../wire.ts'

/**
 * Where the goods go, as fields of the sale; nothing where the order does not say, and then Tryton
 * takes the party's own delivery address. An address it does not know is refused: goods must not
 * quietly go somewhere else, and master data is not made from orders.
 */
export function* shippedTo(
  { party, shipTo }: SaleDraft,
  parties: ReadonlyMap<string, number>,
  context: SessionContext,
): Conversation<Readonly<Record<string, number>>> {
  if (shipTo === undefined) return {}
  const code = shipTo.party ?? party
  const receiver = parties.get(code)
  if (receiver === undefined) throw new Error(`the party ${code} was not looked up`)
  const other = code === party ? {} : { shipment_party: receiver }
  if (shipTo.address === undefined && shipTo.party !== undefined) return other
  const found = yield* addressOf(shipTo, receiver, context)
  if (found !== undefined) return { ...other, shipment_address: found }
  if (shipTo.party !== undefined) return other
  const place = [shipTo.name, ...(shipTo.address?.lines ?? []), shipTo.address?.city]
  const named = place.filter((part) => part !== undefined).join(', ')
  throw new Refused(
    `Tryton's party ${code} has no address ${named}: name the ship-to in the cross-reference ` +
      'parties, or add the address to the party',
  )
}

/** The one address of the party with the same postal code and street. */
function* addressOf(
  { address }: ShipTo,
  party: number,
  context: SessionContext,
): Conversation<number | undefined> {
  const where = [['party', '=', party]]
  const fields = ['street', 'postal_code']
  const rows = yield* allRows({ model: 'party.address', where, fields }, context)
  const street = plain(address?.lines?.[0])
  const same = rows.filter((row) => street !== '' && plain(firstLine(row)) === street &&
    plain(row.textOr('postal_code')) === plain(address?.postalCode))
  return same.length === 1 ? same[0]?.id : undefined
}

function firstLine(row: Row): string | undefined {
  return row.textOr('street')?.split('\n')[0]
}

/** Case, points and blanks do not make another street. */
function plain(text: string | null | undefined): string {
  return (text ?? '').toLowerCase().replaceAll(/[\s.,]+/g, ' ').trim()
}
