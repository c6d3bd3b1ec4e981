import { Refused } from '#connectors/_kit/contract.ts'
import { failed } from '#connectors/_kit/fate.ts'
import type { Verdict } from '#connectors/_kit/fate.ts'

/**
 * What a connector made of an answer. What it throws leaves open whether a success took effect,
 * unless it says itself that it was refused.
 */
export function reading<T>(read: () => T): Verdict | { readonly value: T } {
  try {
    return { value: read() }
  } catch (error) {
    if (error instanceof Refused) return failed('refused', 'refused', error.message)
    return unread(error instanceof Error ? error.message : String(error))
  }
}

export function unread(says: string): Verdict {
  return failed('unknown', 'answer_unread', says)
}
