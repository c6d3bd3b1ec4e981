import { seededRandom } from '#test/support/random.ts'

/** Draws from 0 up to 1. */
export type Draw = () => number

/** The same draws for the same seed: a run can be repeated. */
export const drawFrom: (seed: number) => Draw = seededRandom

/** A whole number from 0 up to, and without, `end`. */
export function below(draw: Draw, end: number): number {
  return Math.floor(draw() * end)
}

export function oneOf<T>(draw: Draw, list: readonly [T, ...T[]]): T {
  return list[below(draw, list.length)] ?? list[0]
}
