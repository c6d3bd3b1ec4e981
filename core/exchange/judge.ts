import { createHash } from 'node:crypto'

import { readX12 } from '#core/codecs/x12/reader.ts'
import type {
  CodecLimits,
  GroupHeader,
  GroupReport,
  InterchangeHeader,
  InterchangeReport,
  SetReport,
} from '#core/codecs/x12/types.ts'
import type { SeverityTable } from '#core/codecs/x12/severity.ts'
import { faultView } from '#core/errors/fault.ts'
import { acknowledge997 } from '#core/codecs/x12/acknowledge.ts'
import { decideDuplicate } from './duplicates.ts'
import type { SeenInterchange } from './duplicates.ts'
import { delimiterBytes, pairKey } from './relationship.ts'
import type { Agreement, Pair, Relationship } from './relationship.ts'
import { seenKey } from './known.ts'
import type { Known, Needs, SeenKey } from './known.ts'
import { applyAgreements, rejectWhole, verdictOfGroups } from './verdict.ts'
import { recognise } from './recognise.ts'
import { routeInterchange } from './route.ts'
import type { JudgedGroup, JudgedInterchange, JudgedSet, Judgement, Park } from './outcome.ts'

/** A message as it is judged. */
export interface JudgeInput {
  readonly messageId: string
  readonly bytes: Uint8Array
  readonly receivedAtMs: number
  /** The partner whose key posted it; null where the poster may speak for any sender. */
  readonly senderPartnerId: string | null
  /** Positions of interchanges whose verdict stands already: they are left alone. */
  readonly settled: ReadonlySet<number>
  readonly limits: CodecLimits
}

export type Judged =
  | { readonly done: true; readonly judgement: Judgement }
  | { readonly done: false; readonly needs: Needs }

/**
 * Pass 1 of DESIGN §3: reads the whole message, finds each interchange's relationship, its envelope's verdict,
 * each set's agreement and verdict, whether it came before, and what is answered. Applies nothing.
 */
export function judge(input: JudgeInput, known: Known): Judged {
  const standard = recognise(input.bytes)
  if (standard === 'edifact') {
    const fault = faultView('STANDARD_NOT_SUPPORTED', { standard: 'EDIFACT' })
    return notOurs({ fault, owner: 'operator' })
  }
  const pairs = new Map<string, Pair>()
  const report = readX12(input.bytes, {
    limits: input.limits,
    profile: (at) => ({ severities: severitiesFor(at.interchange, at.group, at.set.type, known) }),
  })
  if (report.interchanges.length === 0) {
    return notOurs({ fault: faultView('MESSAGE_NOT_RECOGNISED', {}), owner: 'operator' })
  }
  const seen = new Map<string, SeenKey>()
  const judging = report.interchanges.map((interchange, position) => ({ interchange, position }))
  const open = judging.filter(({ position }) => !input.settled.has(position))
  for (const { interchange } of open) {
    const pair = pairOf(interchange)
    const relationships = known.relationships.get(pairKey(pair))
    if (relationships === undefined) pairs.set(pairKey(pair), pair)
    for (const { id } of relationships ?? []) {
      const key = { relationshipId: id, control: interchange.control }
      if (!known.seen.has(seenKey(key))) seen.set(seenKey(key), key)
    }
  }
  if (pairs.size + seen.size > 0) {
    const needs = { pairs: [...pairs.values()], seen: [...seen.values()], crossReferences: [] }
    return { done: false, needs }
  }
  const counter = new Counter()
  const sameMessage = new Map<string, SeenInterchange>()
  const interchanges = judging.flatMap(({ interchange, position }) => {
    const judged = judgeInterchange(input, known, interchange, position, counter, sameMessage)
    return input.settled.has(position) ? [] : [judged]
  })
  const judgement: Judgement = { standard: 'x12', interchanges, faults: report.faults, park: null }
  return { done: true, judgement }
}

export function pairOf(interchange: InterchangeHeader): Pair {
  return {
    standard: 'x12',
    theirQualifier: interchange.senderQualifier,
    theirId: interchange.senderId,
    ourQualifier: interchange.receiverQualifier,
    ourId: interchange.receiverId,
  }
}

/** The agreement for one inbound set; GS08's first six characters choose it, its suffix does not. */
export function agreementFor(
  relationship: Relationship,
  setType: string,
  release: string,
): Agreement | undefined {
  return relationship.agreements.find(
    (agreement) =>
      agreement.direction === 'in' &&
      agreement.setType === setType &&
      agreement.release === release.slice(0, 6),
  )
}

/** Groups and sets count over the whole message, settled interchanges included. */
class Counter {
  groups = 0
  sets = 0
}

function notOurs(park: Park): Judged {
  return { done: true, judgement: { standard: null, interchanges: [], faults: [], park } }
}

/** Test and live may differ in severities; where it is open which stream is meant, the stricter default rules. */
function severitiesFor(
  interchange: InterchangeHeader,
  group: GroupHeader,
  setType: string,
  known: Known,
): SeverityTable {
  const relationships = known.relationships.get(pairKey(pairOf(interchange))) ?? []
  const stream = interchange.usage === 'P' ? 'live' : 'test'
  const relationship = relationships.find((candidate) => candidate.stream === stream)
  if (relationship === undefined) return {}
  return agreementFor(relationship, setType, group.release)?.settings.severities ?? {}
}

function judgeInterchange(
  input: JudgeInput,
  known: Known,
  report: InterchangeReport,
  position: number,
  counter: Counter,
  sameMessage: Map<string, SeenInterchange>,
): JudgedInterchange {
  const bytes = input.bytes.subarray(report.byte, report.byte + report.length)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const candidates = known.relationships.get(pairKey(pairOf(report))) ?? []
  const route = routeInterchange(report, candidates, input.senderPartnerId)
  const relationship = route.relationship
  const base = {
    position,
    control: report.control,
    senderQualifier: report.senderQualifier,
    senderId: report.senderId,
    receiverQualifier: report.receiverQualifier,
    receiverId: report.receiverId,
    stream: route.stream,
    relationshipId: relationship?.id ?? null,
    partnerId: relationship?.partnerId ?? null,
    byte: report.byte,
    sha256,
  }
  const parkedWhole = (park: Park): JudgedInterchange => ({
    ...base,
    verdict: 'rejected',
    faults: [...report.faults, park.fault],
    groups: report.groups.map((group) => judgeGroup(group, null, 'parked', counter)),
    park,
    retransmissionOf: null,
    remember: null,
  })
  if (relationship === null) return parkedWhole(route.park)

  const key = seenKey({ relationshipId: relationship.id, control: report.control })
  const inMessage = sameMessage.get(key)
  const seen = inMessage ?? notOwn(known.seen.get(key) ?? null, input.messageId)
  const duplicate = decideDuplicate(seen, sha256, input.receivedAtMs)
  if (duplicate.is === 'conflict') {
    const facts = { control: report.control, messageId: duplicate.with.messageId }
    const fault = faultView('CONTROL_NUMBER_REUSED', facts, envelopePlace(report))
    return parkedWhole({ fault, owner: 'partner-manager' })
  }
  const whole = report.faults.find(({ level, severity }) =>
    level === 'interchange' && severity === 'reject')
  const groups = report.groups.map((group) =>
    whole === undefined ? applyAgreements(group, relationship) : rejectWhole(group))
  const verdict = whole === undefined ? verdictOfGroups(groups, report.faults) : 'rejected'
  if (duplicate.is === 'retransmission') {
    return {
      ...base,
      verdict,
      faults: report.faults,
      groups: groups.map((group) => judgeGroup(group, relationship, 'duplicate', counter)),
      park: null,
      retransmissionOf: duplicate.of,
      remember: null,
    }
  }
  const accepted = groups.some(({ sets }) => sets.some((set) => set.verdict !== 'rejected'))
  const { messageId } = input
  if (whole === undefined) {
    sameMessage.set(key, { messageId, interchangeId: null, sha256, accepted, untilMs: Infinity })
  }
  return {
    ...base,
    verdict,
    faults: report.faults,
    groups: groups.map((group) =>
      judgeGroup(group, relationship, 'due', counter, whole === undefined)),
    park: whole === undefined ? null : wholeRejected(report, whole.says),
    retransmissionOf: null,
    remember:
      whole === undefined
        ? { accepted, windowDays: relationship.settings.duplicateWindowDays }
        : null,
  }
}

/** What a message burnt itself in an earlier run that was not finished does not speak against it. */
function notOwn(seen: SeenInterchange | null, messageId: string): SeenInterchange | null {
  return seen?.messageId === messageId ? null : seen
}

/** A TA1 would say so; until the hub writes one, a person is told (docs/decisions). */
function wholeRejected(report: InterchangeReport, reason: string): Park {
  const facts = { control: report.control, reason }
  const fault = faultView('INTERCHANGE_REJECTED', facts, envelopePlace(report))
  return { fault, owner: 'partner-manager' }
}

function envelopePlace(report: InterchangeReport): { byte: number; segment: number; tag: string } {
  return { byte: report.byte, segment: 1, tag: 'ISA' }
}

function judgeGroup(
  group: GroupReport,
  relationship: Relationship | null,
  fate: 'due' | 'parked' | 'duplicate',
  counter: Counter,
  answer = false,
): JudgedGroup {
  return {
    position: counter.groups++,
    functionalId: group.functionalId,
    control: group.control,
    release: group.release,
    verdict: group.verdict,
    faults: group.faults,
    byte: group.byte,
    sets: group.sets.map((set) => judgeSet(set, group, relationship, fate, counter)),
    acknowledgement:
      answer && relationship?.settings.acknowledge === true
        ? (acknowledge997(group, delimiterBytes(relationship.settings.delimiters)) ?? null)
        : null,
  }
}

function judgeSet(
  set: SetReport,
  group: GroupReport,
  relationship: Relationship | null,
  fate: 'due' | 'parked' | 'duplicate',
  counter: Counter,
): JudgedSet {
  const agreement =
    relationship === null ? undefined : agreementFor(relationship, set.type, group.release)
  return {
    position: counter.sets++,
    type: set.type,
    control: set.control,
    agreementId: agreement?.id ?? null,
    verdict: set.verdict,
    status: fate === 'due' && set.verdict === 'rejected' ? 'rejected' : fate,
    faults: set.faults,
    byte: set.byte,
    length: set.length,
  }
}
