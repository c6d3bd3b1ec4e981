import { encodeInterchange, interchangeVersion } from '#core/codecs/x12/writer.ts'
import type { OutgoingGroup } from '#core/codecs/x12/writer.ts'
import type { OutgoingBody } from './outcome.ts'
import { delimiterBytes } from './relationship.ts'
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
  readonly sets: readonly { readonly groupControl: string; readonly control: string }[]
}

/**
 * Neighbouring sets of one kind and release share a group (X12.6 §3.9). The answer says how many
 * GS06 numbers the bundle needs, and from which series each comes: all of them from (GS02, GS03).
 */
export function groupsOf(bundle: Bundle): readonly (readonly OutgoingBody[])[] {
  const groups: OutgoingBody[][] = []
  for (const set of bundle.sets) {
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
  const numbered: { groupControl: string; control: string }[] = []
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
        numbered.push({ groupControl, control })
        return { type: set.type, control, segments: set.segments }
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
      // No TA1 is asked for; our own acknowledgements must not ask for one (DESIGN §5).
      acknowledgementRequested: false,
      usage: relationship.stream === 'live' ? 'P' : 'T',
    },
    delimiters: delimiterBytes(settings.delimiters),
    lineEnd: settings.delimiters.lineEnd,
    groups,
  })
  return { bytes, control, sets: numbered }
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
