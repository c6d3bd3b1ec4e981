import { noteInWords } from '#core/codecs/x12/acknowledge-words.ts'
import { shown } from '#core/codecs/x12/reader-faults.ts'
import type { Ta1 } from '#core/codecs/x12/types.ts'
import { faultView } from '#core/errors/fault.ts'
import { outboundRejected, unmatched } from './heard.ts'
import { seenKey } from './known.ts'
import type { Known, SeenKey, SentInterchange } from './known.ts'
import type { Heard, HeardAnswer, Park } from './outcome.ts'

/** Numbers of interchanges of ours that these TA1s name. */
export function namedBy(ta1s: readonly Ta1[], relationshipId: string): readonly SeenKey[] {
  return ta1s.map((ta1) => ({ relationshipId, control: numberOf(ta1) }))
}

/**
 * What TA1s say of interchanges of ours, matched by ISA13 with date and time (X12.5): received, or
 * rejected with all that is in it.
 */
export function hearTa1s(ta1s: readonly Ta1[], relationshipId: string, known: Known): Heard {
  const heard = ta1s.map((ta1) => hearTa1(ta1, relationshipId, known))
  return {
    answers: heard.flatMap(({ answers }) => answers),
    parks: heard.flatMap(({ parks }) => parks),
  }
}

function hearTa1(ta1: Ta1, relationshipId: string, known: Known): Heard {
  const { at, date, time, outcome } = ta1
  const control = numberOf(ta1)
  const candidates = known.sentInterchanges.get(seenKey({ relationshipId, control })) ?? []
  const sent = candidates.find((one) => one.date === date && one.time === time)
  if (sent === undefined) {
    const what = `interchange ${shown(ta1.control, 9)} of ${shown(date, 6)} ${shown(time, 4)}`
    return { answers: [], parks: [unmatched('TA1', what, at)] }
  }
  if (outcome === undefined) {
    const facts = { kind: 'TA1', reason: 'TA104 is none of A, E and R' }
    const fault = faultView('ACKNOWLEDGEMENT_UNREADABLE', facts, at)
    return { answers: [], parks: [{ fault, owner: 'operator' }] }
  }
  const reason = noteInWords('interchange', shown(ta1.note, 3))
  if (outcome !== 'rejected') {
    return { answers: answersTo(sent, 'received', reason, ta1), parks: [] }
  }
  const answers = answersTo(sent, 'rejected', reason, ta1)
  return { answers, parks: answers.length > 0 ? [] : [answerRejected(control, reason, ta1)] }
}

/** One for each set of a document; acknowledgements of ours await nothing. */
function answersTo(
  { sets, messageId }: SentInterchange,
  outcome: 'received' | 'rejected',
  reason: string,
  { at, outcome: said }: Ta1,
): readonly HeardAnswer[] {
  const inIsa = { byte: 0, segment: 1, tag: 'ISA' }
  return sets.flatMap((set) => {
    const { document, outgoingSetId } = set
    if (document === null) return []
    const what = `set ${set.control} of message ${messageId}`
    const contradicts = faultView('ACKNOWLEDGEMENT_CONTRADICTS', { kind: 'TA1', what }, at)
    const rejected = outcome === 'rejected'
      ? outboundRejected(document, set, `the interchange: ${reason}`, [inIsa])
      : null
    return [{
      outgoingSetId, kind: 'TA1' as const, outcome, rejected,
      says: said === 'accepted' ? null : reason,
      contradicts: { fault: contradicts, owner: 'partner-manager' as const },
    }]
  })
}

/** What was rejected holds no document of ours, so no document can show it. */
function answerRejected(control: string, reason: string, { at }: Ta1): Park {
  return {
    fault: faultView('ANSWER_REJECTED', { control, reason }, at),
    owner: 'partner-manager',
  }
}

/** As we store ISA13: nine digits. */
function numberOf({ control }: Ta1): string {
  return /^\d{1,9}$/.test(control) ? control.padStart(9, '0') : shown(control, 9)
}
