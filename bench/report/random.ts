/** Draws from 0 up to 1. */
export type Draw = () => number

/** The same draws for the same seed (mulberry32): a run can be repeated. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A whole number from 0 up to, and without, `end`. */
export function below(draw: Draw, end: number): number {
  return Math.floor(draw() * end)
}

export function oneOf<T>(draw: Draw, list: readonly [T, ...T[]]): T {
  return list[below(draw, list.length)] ?? list[0]
}
