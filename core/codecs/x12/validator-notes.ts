import type { RelationalNote } from './types.ts'

/** A broken note: the positions that are absent, or too many, and those that make them so. */
export interface BrokenNote {
  readonly positions: readonly number[]
  readonly beside: readonly number[]
}

/** Checks a relational note (X12.6 §3.8.3.2); positions count from 1. */
export function checkNote(
  { kind, positions }: RelationalNote, isPresent: (position: number) => boolean,
): BrokenNote | undefined {
  let count = 0
  for (const position of positions) if (isPresent(position)) count += 1
  if (holds(kind, count, positions.length)) return undefined
  const [first = 0, ...others] = positions
  const present = positions.filter(isPresent)
  const absent = positions.filter((position) => !isPresent(position))
  switch (kind) {
    case 'P':
      return { positions: absent, beside: present }
    case 'R':
      return { positions: [first], beside: positions }
    case 'E':
      return { positions: present.slice(1), beside: present.slice(0, 1) }
    case 'C':
      return isPresent(first) ? { positions: absent, beside: [first] } : undefined
    case 'L':
      return isPresent(first) && count === 1
        ? { positions: others.slice(0, 1), beside: [first] }
        : undefined
  }
}

/** What the count of present positions settles by itself, before anything is listed. */
function holds(kind: RelationalNote['kind'], count: number, all: number): boolean {
  if (kind === 'R') return count > 0
  if (kind === 'E') return count < 2
  return count === 0 || count === all
}
