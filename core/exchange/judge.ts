import { readX12 } from '#core/codecs/x12/reader.ts'
import type { X12Report } from '#core/codecs/x12/reader.ts'
import type { CodecLimits } from '#core/codecs/x12/types.ts'
import { faultView } from '#core/errors/fault.ts'
import { pairOf, severitiesOfEnvelope, severitiesOfSet } from './agreement.ts'
import { InterchangeJudge } from './judge-interchange.ts'
import type { JudgedMessage } from './judge-interchange.ts'
import { namedBy } from './heard-interchange.ts'
import { needing, seenKey } from './known.ts'
import type { Known, Needs, SeenKey } from './known.ts'
import type { Judgement, Park } from './outcome.ts'
import { recognise } from './recognise.ts'
import { pairKey } from './relationship.ts'
import type { Pair } from './relationship.ts'

/** A message as it is judged. */
export interface JudgeInput extends JudgedMessage {
  /** Positions of interchanges whose verdict stands already: they are left alone. */
  readonly settled: ReadonlySet<number>
  readonly limits: CodecLimits
}

export type Judged =
  | { readonly done: true; readonly judgement: Judgement }
  | { readonly done: false; readonly needs: Needs }

/**
 * Pass 1 of DESIGN §3: reads the whole message, finds each interchange's relationship, its
 * envelope's verdict, each set's agreement and verdict, whether it came before, and what is
 * answered. Applies nothing.
 */
export function judge(input: JudgeInput, known: Known): Judged {
  const start = { byte: 0, segment: 1, tag: 'ISA' }
  const standard = recognise(input.bytes)
  if (standard === 'edifact') {
    const fault = faultView('STANDARD_NOT_SUPPORTED', { standard: 'EDIFACT' }, start)
    return notOurs({ fault, owner: 'operator' })
  }
  const report = readX12(input.bytes, {
    limits: input.limits,
    profile: ({ interchange, group, set }) => ({
      severities: severitiesOfSet(interchange, group, set.type, known),
    }),
    envelope: (interchange) => ({ severities: severitiesOfEnvelope(interchange, known) }),
  })
  if (report.interchanges.length === 0) {
    const [unreadable] = standard === 'x12' ? report.faults : []
    const fault = unreadable ?? faultView('MESSAGE_NOT_RECOGNISED', {}, start)
    return notOurs({ fault, owner: 'operator' })
  }
  const needs = lacking(report, input.settled, known)
  if (needs !== null) return { done: false, needs }
  const judge = new InterchangeJudge(input, known)
  // Settled ones are passed through too: positions count over the whole message.
  const all = report.interchanges.map((interchange, position) => judge.judge(interchange, position))
  const interchanges = all.filter(({ position }) => !input.settled.has(position))
  const { faults } = report
  return { done: true, judgement: { standard: 'x12', interchanges, faults, park: null } }
}

function notOurs(park: Park): Judged {
  return { done: true, judgement: { standard: null, interchanges: [], faults: [], park } }
}

/** What must be looked up before the open interchanges can be judged; null when all is known. */
function lacking(report: X12Report, settled: ReadonlySet<number>, known: Known): Needs | null {
  const pairs = new Map<string, Pair>()
  const seen = new Map<string, SeenKey>()
  const sent = new Map<string, SeenKey>()
  for (const [position, interchange] of report.interchanges.entries()) {
    if (settled.has(position)) continue
    const pair = pairOf(interchange)
    const relationships = known.relationships.get(pairKey(pair))
    if (relationships === undefined) pairs.set(pairKey(pair), pair)
    for (const { id } of relationships ?? []) {
      const key = { relationshipId: id, control: interchange.control }
      if (!known.seen.has(seenKey(key))) seen.set(seenKey(key), key)
      for (const key of namedBy(interchange.ta1s, id)) {
        if (!known.sentInterchanges.has(seenKey(key))) sent.set(seenKey(key), key)
      }
    }
  }
  if (pairs.size + seen.size + sent.size === 0) return null
  return needing({
    pairs: [...pairs.values()], seen: [...seen.values()], sentInterchanges: [...sent.values()],
  })
}
