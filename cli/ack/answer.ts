import { acknowledge997 } from '#core/codecs/x12/acknowledge.ts'
import type { GroupAcknowledgement } from '#core/codecs/x12/acknowledge.ts'
import type { Delimiters, GroupReport, InterchangeReport } from '#core/codecs/x12/types.ts'
import { encodeInterchange, interchangeVersion } from '#core/codecs/x12/writer.ts'
import type { OutgoingGroup } from '#core/codecs/x12/writer.ts'

/** The next number of each series. */
export interface Numbers {
  interchange: number
  group: number
  set: number
}

export interface EnvelopeTime {
  /** CCYYMMDD and HHMM. */
  readonly date: string
  readonly time: string
}

export interface Answer {
  readonly to: InterchangeReport
  readonly responses: readonly Response[]
}

export interface Response {
  readonly group: GroupReport
  readonly acknowledgement: GroupAcknowledgement
}

/** What a relationship uses unless it says otherwise. */
export const delimiters: Delimiters = {
  element: 0x2a, component: 0x3e, repetition: 0x5e, segment: 0x7e,
}

/** The 997s that answer one interchange; none for groups of acknowledgements. */
export function answerTo(to: InterchangeReport): Answer {
  const responses = to.groups.flatMap((group) => {
    const acknowledgement = acknowledge997(group, delimiters)
    return acknowledgement === undefined ? [] : [{ group, acknowledgement }]
  })
  return { to, responses }
}

/** One group for each release and pair of application ids among the groups answered. */
export function encodeAnswer(
  { to, responses }: Answer,
  numbers: Numbers,
  time: EnvelopeTime,
): Uint8Array {
  const { date, time: hours } = time
  const byKind = Map.groupBy(responses, ({ group, acknowledgement }) =>
    JSON.stringify([acknowledgement.body.release, group.senderId, group.receiverId]))
  const groups = [...byKind.values()].flatMap((alike): OutgoingGroup[] => {
    const [first] = alike
    if (first === undefined) return []
    const sets = alike.map(({ acknowledgement: { body } }) =>
      ({ type: body.type, control: String(numbers.set++), segments: body.segments }))
    const { release, functionalId } = first.acknowledgement.body
    return [{
      header: {
        functionalId, release, date, time: hours, control: String(numbers.group++),
        senderId: first.group.receiverId, receiverId: first.group.senderId,
      },
      sets,
    }]
  })
  const releases = groups.map(({ header }) => header.release).toSorted()
  return encodeInterchange({
    header: {
      senderQualifier: to.receiverQualifier, senderId: to.receiverId,
      receiverQualifier: to.senderQualifier, receiverId: to.senderId,
      date: date.slice(2), time: hours, version: interchangeVersion(releases.at(-1) ?? '004010'),
      control: String(numbers.interchange++), acknowledgementRequested: false, usage: to.usage,
    },
    delimiters,
    groups,
  })
}

/**
 * A verdict of rejected may only sum up its groups; what rejects the interchange itself is a fault
 * of its own.
 */
export function isRejectedWhole({ faults }: InterchangeReport): boolean {
  return faults.some(({ severity }) => severity === 'reject')
}
