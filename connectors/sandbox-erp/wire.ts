/** A sale as the mapping makes it: the reference is the buyer's order number. */
export interface SaleDraft {
  readonly reference: string
  readonly [field: string]: unknown
}

/** A sale on its way: the buyer's number alone is not unique, so our own reference goes with it. */
export interface WireSaleDraft extends SaleDraft {
  readonly hubReference: string
}

export interface WireSale {
  readonly id: string
  readonly reference: string
  readonly hubReference?: string
}

export function toWire(sale: SaleDraft, hubReference: string): WireSaleDraft {
  return { ...sale, hubReference }
}

/**
 * The sale that bears our reference among those of one buyer's number. Throws where the answer is
 * no list.
 */
export function saleIn(body: unknown, hubReference: string): WireSale | null {
  const items = (body as { items?: unknown } | null)?.items
  if (!Array.isArray(items)) throw new Error('the look-up answered no list of sales')
  return (items as WireSale[]).find((sale) => sale.hubReference === hubReference) ?? null
}

/** Throws where the answer names no sale. */
export function saleOf(body: unknown): WireSale {
  const id = (body as { id?: unknown } | null)?.id
  if (typeof id !== 'string') throw new Error('the answer names no sale')
  return body as WireSale
}
