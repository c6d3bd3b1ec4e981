import { Fault } from '#core/errors/fault.ts'

/**
 * What was looked for, or the fault that it is not there. What a key may not see is not there
 * either.
 */
export function found<Found>(what: string, id: string, it: Found | null): Found {
  if (it === null) throw new Fault('NOT_FOUND', { what, id })
  return it
}

/** The time a query names. Its format was checked; a leap second has one that no Date can hold. */
export function timeOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) {
    throw new Fault('REQUEST_INVALID', { problem: `"${text}" is not a time` })
  }
  return time
}
