/** What was seen under a control number, as far as the decision needs it. */
export interface SeenInterchange {
  readonly messageId: string
  /** Null where it stands earlier in the same message. */
  readonly interchangeId: string | null
  readonly sha256: string
  readonly accepted: boolean
  /** Until when the number may not come again with other content, in ms since 1970. */
  readonly untilMs: number
}

export type DuplicateDecision =
  | { readonly is: 'new' }
  | { readonly is: 'retransmission'; readonly of: SeenInterchange }
  | { readonly is: 'conflict'; readonly with: SeenInterchange }

/**
 * The duplicates table of DESIGN §5 for control numbers. A number is burnt only by acceptance: what
 * was rejected may come again corrected under the same number. The business key is looked at
 * elsewhere, at the commit, where two messages meet.
 */
export function decideDuplicate(
  seen: SeenInterchange | null,
  sha256: string,
  receivedAtMs: number,
): DuplicateDecision {
  if (seen === null || seen.untilMs <= receivedAtMs) return { is: 'new' }
  if (seen.sha256 === sha256) return { is: 'retransmission', of: seen }
  return seen.accepted ? { is: 'conflict', with: seen } : { is: 'new' }
}
