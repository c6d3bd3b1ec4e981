import { acknowledge997, acknowledge999, isNameable } from '#core/codecs/x12/acknowledge.ts'
import { contentBad, envelopeAnswer, ta1 } from '#core/codecs/x12/acknowledge-ta1.ts'
import type { Ta1Answer } from '#core/codecs/x12/acknowledge-ta1.ts'
import type { GroupReport, InterchangeReport, X12Fault } from '#core/codecs/x12/types.ts'
import type { Acknowledgement } from './outcome.ts'
import { delimiterBytes } from './relationship.ts'
import type { Relationship, Ta1Policy } from './relationship.ts'

/** The 997 or 999 of a group; null for what is never acknowledged. */
export function groupAnswer(
  group: GroupReport,
  { settings }: Relationship,
): Acknowledgement | null {
  const delimiters = delimiterBytes(settings.delimiters)
  const charset = settings.charset.set
  const guide = settings.acknowledgementGuide
  const later = settings.acknowledgement === '999'
    ? acknowledge999(group, delimiters, { charset, ...(guide === null ? {} : { guide }) })
    : undefined
  return later ?? acknowledge997(group, delimiters, { charset }) ?? null
}

/**
 * The TA1 of an interchange, by the relationship's policy; null where it gets none. An interchange
 * of TA1s gets none whatever the policy (DESIGN §5), nor does one that none could name. `note` is
 * why it is rejected, where that is not for the faults of its own envelope.
 */
export function ta1Answer(
  report: InterchangeReport,
  { settings }: Relationship,
  note?: string,
): Acknowledgement | null {
  if (report.ta1s.length > 0 && report.groups.length === 0) return null
  const answer = note === undefined
    ? envelopeAnswer(report.faults)
    : { outcome: 'rejected' as const, note }
  if (!wants(settings.ta1, report.acknowledgementRequested, answer)) return null
  const segment = ta1(report, answer, delimiterBytes(settings.delimiters))
  if (segment === undefined) return null
  // It travels in the version of the interchange it answers, where that is one we write.
  const release = report.version >= '00501' && report.version < '01000' ? '005010' : '004010'
  const body = { type: 'TA1', functionalId: '', release, segments: [segment] }
  return { kind: 'TA1', outcome: answer.outcome, body }
}

function wants(policy: Ta1Policy, asked: boolean, { outcome }: Ta1Answer): boolean {
  const wrong = outcome !== 'accepted'
  return {
    never: false,
    as_asked: asked,
    on_error: wrong,
    asked_or_error: asked || wrong,
    always: true,
  }[policy]
}

/**
 * What rejects the interchange as a whole: its own envelope, or a group that no 997 can name. Such
 * a group would be lost in silence.
 */
export function rejectionOf(
  { faults, groups }: InterchangeReport,
): { readonly fault: X12Fault; readonly note: string } | undefined {
  const own = faults.find(
    ({ level, severity }) => level === 'interchange' && severity === 'reject',
  )
  if (own !== undefined) return { fault: own, note: envelopeAnswer(faults).note }
  const unnamed = groups
    .filter((group) => !isNameable(group))
    .flatMap((group) => group.faults)
    .find(({ at }) => at.tag === 'GS' && (at.element === 1 || at.element === 6))
  return unnamed && { fault: unnamed, note: contentBad }
}
