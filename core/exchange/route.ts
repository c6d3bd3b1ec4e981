import type { InterchangeReport } from '#core/codecs/x12/types.ts'
import { faultView } from '#core/errors/fault.ts'
import { placeOfIsa } from './element-byte.ts'
import type { Park } from './outcome.ts'
import type { Relationship } from './relationship.ts'
import type { Stream } from './stream.ts'

export type Route =
  | { readonly relationship: Relationship; readonly stream: Stream; readonly park: null }
  | { readonly relationship: null; readonly stream: Stream | null; readonly park: Park }

/**
 * Whose interchange this is (DESIGN §9): the pair must be set up, ISA15 must name the stream it is
 * set up in, and the poster must own the sender's id. Otherwise the interchange is parked and
 * nothing is sent back. `bytes` are the whole message's.
 */
export function routeInterchange(
  bytes: Uint8Array,
  report: InterchangeReport,
  candidates: readonly Relationship[],
  senderPartnerId: string | null,
): Route {
  const sender = `${report.senderQualifier}/${report.senderId}`
  const receiver = `${report.receiverQualifier}/${report.receiverId}`
  const stream = streamOf(report.usage)
  const stopped = (fault: Park['fault']): Route => ({
    relationship: null,
    stream,
    park: { fault, owner: 'partner-manager' },
  })
  const [first] = candidates
  if (first === undefined) {
    return stopped(
      faultView('SENDER_UNKNOWN', { sender, receiver }, placeOfIsa(bytes, report, 6)),
    )
  }
  if (stream === null) {
    const at = placeOfIsa(bytes, report, 15)
    return stopped(faultView('USAGE_UNKNOWN', { usage: report.usage }, at))
  }
  const relationship = candidates.find((candidate) => candidate.stream === stream)
  if (relationship === undefined) {
    const expected = first.stream === 'live' ? 'P' : 'T'
    const facts = { usage: report.usage, sender, receiver, stream: first.stream, expected }
    return stopped(faultView('STREAM_MISMATCH', facts, placeOfIsa(bytes, report, 15)))
  }
  if (senderPartnerId !== null && !speaksFor(senderPartnerId, relationship)) {
    return stopped(faultView('SENDER_NOT_OWNER', { sender }, placeOfIsa(bytes, report, 6)))
  }
  return { relationship, stream, park: null }
}

/** The partner itself, or a network that its relationship names. */
function speaksFor(posterId: string, { partnerId, settings }: Relationship): boolean {
  return posterId === partnerId || settings.networks.includes(posterId)
}

/** ISA15: P is production; T is test; I (information) belongs to neither. */
function streamOf(usage: string): Stream | null {
  if (usage === 'P') return 'live'
  return usage === 'T' ? 'test' : null
}
