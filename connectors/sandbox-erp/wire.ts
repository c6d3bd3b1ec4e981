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
 * The sale that bears our reference among those of one buyer's number; null is a miss. Throws where
 * the answer is no list of sales, and where it is only the first of several pages: what was not
 * seen must not pass for missing.
 */
export function saleIn(body: unknown, hubReference: string): WireSale | null {
  const { items, next } = (body ?? {}) as { items?: unknown; next?: unknown }
  if (!Array.isArray(items)) throw new Error('the look-up answered no list of sales')
  const found = (items as WireSale[]).find((sale) => sale.hubReference === hubReference)
  if (found === undefined && typeof next === 'string') {
    throw new Error('there are more sales of this number than one look-up answers')
  }
  return found ?? null
}

/** Throws where the answer names no sale. */
export function saleOf(body: unknown): WireSale {
  const id = (body as { id?: unknown } | null)?.id
  if (typeof id !== 'string') throw new Error('the answer names no sale')
  return body as WireSale
}
