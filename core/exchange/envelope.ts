import type { SeverityTable } from '#core/codecs/x12/severity.ts'
import type { CodecLimits } from '#core/codecs/x12/types.ts'
import { checkOutgoing } from '#core/codecs/x12/writer-check.ts'
import { encodeInterchange, interchangeVersion } from '#core/codecs/x12/writer.ts'
import type { OutgoingGroup } from '#core/codecs/x12/writer.ts'
import { faultView, isFault } from '#core/errors/fault.ts'
import type { FaultView } from '#core/errors/fault.ts'
import type { OutgoingBody, Park } from './outcome.ts'
import { delimiterBytes, textPolicy } from './relationship.ts'
import type { Relationship } from './relationship.ts'

/** Sets that leave in one interchange, in order. */
export interface Bundle {
  readonly sets: readonly OutgoingBody[]
}

/** Numbers taken for one interchange: ISA13, and one GS06 per group of it. */
export interface EnvelopeNumbers {
  readonly interchange: number
  readonly groups: readonly number[]
}

/** The interchange that was made, and what each set was numbered. */
export interface Enveloped {
  readonly bytes: Uint8Array
  readonly control: string
  readonly sets: readonly SetNumbers[]
}

/** GS06 and ST02; null of a TA1, which stands in no group. */
interface SetNumbers {
  readonly groupControl: string | null
  readonly control: string | null
}

/**
 * Neighbouring sets of one kind and release share a group (X12.6 §3.9). The answer says how many
 * GS06 numbers the bundle needs, and from which series each comes: all of them from (GS02, GS03).
 */
export function groupsOf(bundle: Bundle): readonly (readonly OutgoingBody[])[] {
  const groups: OutgoingBody[][] = []
  for (const set of bundle.sets) {
    if (isTa1(set)) continue
    const last = groups.at(-1)
    const [first] = last ?? []
    const alike = first?.functionalId === set.functionalId && first.release === set.release
    if (last !== undefined && alike) {
      last.push(set)
    } else {
      groups.push([set])
    }
  }
  return groups
}

/** Wraps one bundle: the envelope step of DESIGN §3. `at` is the time of the envelope. */
export function envelope(
  bundle: Bundle,
  relationship: Relationship,
  numbers: EnvelopeNumbers,
  at: Date,
): Enveloped {
  const { settings } = relationship
  const { century, date, time } = localDateTime(at, settings.timeZone)
  const numbered = new Map<OutgoingBody, SetNumbers>()
  const groups = groupsOf(bundle).map((sets, index): OutgoingGroup => {
    const groupControl = String(numbers.groups[index])
    const [first] = sets
    if (first === undefined) throw new Error('a group without sets')
    return {
      header: {
        functionalId: first.functionalId,
        senderId: relationship.ourGroupId,
        receiverId: relationship.theirGroupId,
        date: `${century}${date}`,
        time,
        control: groupControl,
        release: first.release,
      },
      sets: sets.map((set, within) => {
        const control = String(within + 1).padStart(4, '0')
        numbered.set(set, { groupControl, control })
        const guide = guideOf(set.release)
        const implementation = guide === undefined ? {} : { implementation: guide }
        return { type: set.type, control, ...implementation, segments: set.segments }
      }),
    }
  })
  const release = bundle.sets[0]?.release ?? '004010'
  const control = String(numbers.interchange).padStart(9, '0')
  const bytes = encodeInterchange({
    header: {
      senderQualifier: relationship.ourQualifier,
      senderId: relationship.ourId,
      receiverQualifier: relationship.theirQualifier,
      receiverId: relationship.theirId,
      date,
      time,
      version: interchangeVersion(release),
      control,
      // Our own acknowledgements must not ask for one (DESIGN §5).
      acknowledgementRequested: settings.requestTa1 && isBusiness(bundle),
      usage: relationship.stream === 'live' ? 'P' : 'T',
    },
    delimiters: delimiterBytes(settings.delimiters),
    lineEnd: settings.delimiters.lineEnd,
    text: textPolicy(settings.charset),
    ta1s: bundle.sets.filter(isTa1).flatMap(({ segments }) => segments),
    groups,
  })
  const none = { groupControl: null, control: null }
  return { bytes, control, sets: bundle.sets.map((set) => numbered.get(set) ?? none) }
}

/** Whether it holds sets that await an answer: more than acknowledgements. */
function isBusiness({ sets }: Bundle): boolean {
  return sets.some((set) => !isTa1(set) && set.functionalId !== 'FA')
}

function isTa1({ type }: OutgoingBody): boolean {
  return type === 'TA1'
}

/** ST03 names the guide that GS08 names where it is one of X12's own (TR3), as those demand. */
function guideOf(release: string): string | undefined {
  return /^00[5-9]\d{3}X\d{3}/.test(release) ? release : undefined
}

/**
 * Why a bundle cannot leave: it cannot be written, or our own reader would not let it pass. Null
 * where nothing stands against it. The numbers it will bear change nothing about that.
 */
export function findUnfit(
  bundle: Bundle,
  relationship: Relationship,
  at: Date,
  limits: CodecLimits,
): Park | null {
  const owner = isBusiness(bundle) ? 'mapping-analyst' : 'partner-manager'
  const numbers = { interchange: 1, groups: groupsOf(bundle).map((_, index) => index + 1) }
  try {
    const { bytes } = envelope(bundle, relationship, numbers, at)
    const others = isBusiness(bundle) ? faultsIn(bytes, relationship, limits) : []
    const [first] = others
    if (first === undefined) return null
    return { fault: faultView('OUTBOUND_INVALID', { reason: first.says }), others, owner }
  } catch (error) {
    if (!isFault(error)) throw error
    return { fault: withoutPlace(error.view()), owner }
  }
}

/** An agreement may let pass of ours what its receiver is known to take. */
function faultsIn(
  bytes: Uint8Array,
  { agreements }: Relationship,
  limits: CodecLimits,
): readonly FaultView[] {
  const agreed = (type: string, release: string): SeverityTable =>
    agreements.find((agreement) => agreement.direction === 'out' &&
      agreement.setType === type && agreement.release === release.slice(0, 6))
      ?.settings.severities ?? {}
  const faults = checkOutgoing(bytes, {
    limits,
    profile: ({ group, set }) => ({ severities: agreed(set.type, group.release) }),
  })
  return faults.map(({ at, ...fault }) => {
    const element = at.element === undefined ? '' : String(at.element).padStart(2, '0')
    const says = `${at.tag}${element} in segment ${at.segment}: ${fault.says}`
    return withoutPlace({ ...fault, says })
  })
}

/** A place in bytes that are thrown away would point into another message. */
function withoutPlace({ code, says, remedy }: FaultView): FaultView {
  return { code, says, remedy }
}

/** YYMMDD and HHMM where the relationship keeps its clock, and the century before them. */
function localDateTime(
  at: Date,
  timeZone: string,
): { century: string; date: string; time: string } {
  const parts = clockOf(timeZone).formatToParts(at)
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((candidate) => candidate.type === type)?.value ?? ''
  const year = part('year').padStart(4, '0')
  return {
    century: year.slice(0, 2),
    date: `${year.slice(2)}${part('month')}${part('day')}`,
    time: `${part('hour')}${part('minute')}`,
  }
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** Kept by time zone: making one takes longer than enveloping a 997. */
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const kept = clocks.get(timeZone)
  if (kept !== undefined) return kept
  const clock = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  })
  clocks.set(timeZone, clock)
  return clock
}
