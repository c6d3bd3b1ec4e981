import { AcknowledgementReader } from '#core/codecs/x12/acknowledge-read.ts'
import type { ReadAcknowledgement } from '#core/codecs/x12/acknowledge-read.ts'
import { decodeX12 } from '#core/codecs/x12/reader.ts'
import type { CodecLimits, X12Fault } from '#core/codecs/x12/types.ts'
import { faultView } from '#core/errors/fault.ts'
import type { At } from '#core/errors/fault.ts'
import { hearGroup, unmatched } from './heard.ts'
import { needing, sentGroupKey } from './known.ts'
import type { Applied, Known, SentSet } from './known.ts'
import { nothingHeard } from './outcome.ts'
import type { Heard, Park } from './outcome.ts'
import { SentPlaces } from './sent-place.ts'
import type { SetSlice } from './set-slice.ts'

/** A 997 or 999 cut out of its message, as `sliceSet` does. */
export interface AcknowledgementSlice
  extends Omit<SetSlice, 'type' | 'release' | 'pair' | 'stream'> {
  readonly type: ReadAcknowledgement['kind']
}

/**
 * Pass 2 for a 997 or 999: which sets of ours it speaks of, and what it says. One that its own
 * verdict rejects is parked, for nobody is told of it: an acknowledgement is never acknowledged.
 */
export function applyAcknowledgement(
  slice: AcknowledgementSlice,
  relationshipId: string,
  known: Known,
  limits: CodecLimits,
): Applied {
  const { read, faults } = readSlice(slice, limits)
  const { verdict, type: kind } = slice
  if (verdict === 'rejected' || read === undefined) {
    const rejecting = faults.find(({ severity }) => severity === 'reject')
    return heard(slice, { ...nothingHeard, parks: [unreadable(kind, slice, rejecting)] })
  }
  const { functionalId, groupControl, at } = read
  // What is never acknowledged is not awaited either.
  if (functionalId === 'FA') return heard(slice, nothingHeard)
  const key = { relationshipId, functionalId, groupControl }
  const sent = known.sentGroups.get(sentGroupKey(key))
  if (sent === undefined) return { done: false, needs: needing({ sentGroups: [key] }) }
  if (sent.length === 0) {
    const parks = [unmatched(kind, `group ${functionalId} ${groupControl}`, at)]
    return heard(slice, { ...nothingHeard, parks })
  }
  const contents = contentsNeeded(read, sent).filter((id) => !known.contents.has(id))
  if (contents.length > 0) return { done: false, needs: needing({ contents }) }
  return heard(slice, hearGroup(read, sent, placesFrom(read, known, limits)))
}

function readSlice(
  { bytes, type, shiftBytes }: AcknowledgementSlice,
  limits: CodecLimits,
): { read: ReadAcknowledgement | undefined; faults: readonly X12Fault[] } {
  const reader = new AcknowledgementReader(type, limits.faultsPerSetMax)
  let faults: readonly X12Fault[] = []
  const decoder = decodeX12({
    segment: (view, { segment }) => reader.segment(view, segment),
    setEnd: (report) => { ({ faults } = report) },
  }, { limits })
  decoder.push(bytes)
  decoder.end()
  const read = reader.acknowledgement()
  const moved = (at: At): At => ({ ...at, byte: at.byte + shiftBytes })
  return {
    faults: faults.map((fault) => ({ ...fault, at: moved(fault.at) })),
    read: read && {
      ...read, at: moved(read.at), sets: read.sets.map((set) => ({ ...set, at: moved(set.at) })),
    },
  }
}

/** Only notes point into what we sent. */
function contentsNeeded(read: ReadAcknowledgement, sent: readonly SentSet[]): readonly string[] {
  const noted = new Set(read.sets.filter(({ notes }) => notes.length > 0)
    .map(({ control }) => control))
  return [...new Set(sent.filter(({ control }) => noted.has(control))
    .map(({ messageId }) => messageId))]
}

function placesFrom(read: ReadAcknowledgement, known: Known, limits: CodecLimits) {
  const places = new Map<SentSet, SentPlaces>()
  return (set: SentSet, note: Parameters<SentPlaces['of']>[0]): At | undefined => {
    const bytes = known.contents.get(set.messageId)
    if (bytes === undefined) return undefined
    const kept = places.get(set)
    if (kept !== undefined) return kept.of(note)
    const notes = read.sets.filter(({ control }) => control === set.control)
      .flatMap((response) => response.notes)
    const found = new SentPlaces(bytes, set, notes, limits)
    places.set(set, found)
    return found.of(note)
  }
}

function unreadable(
  kind: string,
  { byte }: AcknowledgementSlice,
  rejecting: X12Fault | undefined,
): Park {
  const reason = rejecting?.says ?? 'the group it stands in is rejected, or it names no group.'
  const at = rejecting?.at ?? { byte, segment: 1, tag: 'ST' }
  return {
    fault: faultView('ACKNOWLEDGEMENT_UNREADABLE', { kind, reason }, at),
    owner: 'partner-manager',
  }
}

function heard(
  { position, insisted }: AcknowledgementSlice,
  said: Heard,
): Applied {
  return { done: true, effect: { position, do: 'acknowledge', heard: said, insisted } }
}
