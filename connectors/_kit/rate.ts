/**
 * A bucket of one token, filled so many times a second, as the time at which it is full again: the
 * calls of all workers are spread evenly, and no second holds more than it may. Each call takes the
 * next free turn and waits for it, so that nobody has to ask twice.
 */
export function takeTurn(
  freeAtMs: number | null,
  nowMs: number,
  perSecond: number,
): { readonly waitMs: number; readonly freeAtMs: number } {
  const atMs = Math.max(freeAtMs ?? nowMs, nowMs)
  return { waitMs: atMs - nowMs, freeAtMs: atMs + 1000 / perSecond }
}
