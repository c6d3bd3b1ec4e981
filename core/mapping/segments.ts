/** A qualifier and what it qualifies, from two elements of an X12 segment. */
export interface Pair {
  readonly qualifier: string
  readonly value: string
}

/**
 * Position of the first product id qualifier (data element 235) of the segments that carry id
 * pairs.
 */
const idPairsFrom: Readonly<Record<string, number>> = {
  PO1: 6,
  POC: 8,
  IT1: 6,
  LIN: 2,
  SLN: 9,
  IT8: 8,
}

/** Every product id pair of a PO1, POC, IT1, LIN or SLN; none of another segment. */
export function idPairs(segment: Readonly<Record<string, unknown>>): readonly Pair[] {
  const from = idPairsFrom[tagOf(segment) ?? '']
  return from === undefined ? [] : elementPairs(segment, from)
}

/** Elements two by two from position `first`, halves and empty ones left out. */
export function elementPairs(
  segment: Readonly<Record<string, unknown>>,
  first: number,
): readonly Pair[] {
  const tag = tagOf(segment)
  if (tag === undefined) return []
  const pairs: Pair[] = []
  for (let position = first; position <= lastPosition(segment, tag); position += 2) {
    const qualifier = segment[elementName(tag, position)]
    const value = segment[elementName(tag, position + 1)]
    if (typeof qualifier === 'string' && typeof value === 'string') pairs.push({ qualifier, value })
  }
  return pairs
}

/** The element a name such as `PO107` means in a segment of that tag, undefined if none. */
export function elementNumber(name: string, tag: string): number | undefined {
  const position = name.startsWith(tag) ? name.slice(tag.length) : ''
  return /^\d{2}$/.test(position) ? Number(position) : undefined
}

function elementName(tag: string, position: number): string {
  return `${tag}${String(position).padStart(2, '0')}`
}

function tagOf(segment: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(segment)[0]?.slice(0, -2)
}

function lastPosition(segment: Readonly<Record<string, unknown>>, tag: string): number {
  return Math.max(0, ...Object.keys(segment).map((name) => elementNumber(name, tag) ?? 0))
}
