import type { GroupReport, SetReport, Verdict, X12Fault } from '#core/codecs/x12/types.ts'
import { faultView } from '#core/errors/fault.ts'
import { isAcknowledgement } from './heard.ts'
import type { Relationship } from './relationship.ts'

/** Where an element of the segment at that byte starts. */
export type ByteOf = (segmentByte: number, element: number) => number

/**
 * A group as the relationship sees it: an unagreed group or set is answered as unsupported (AK905 =
 * 1, AK502 = 1), whatever its syntax.
 */
export function applyAgreements(
  group: GroupReport,
  relationship: Relationship,
  byteOf: ByteOf,
): GroupReport {
  const { theirGroupId, ourGroupId } = relationship
  const sets = group.sets.map((set) => applyAgreement(set, group, relationship, byteOf))
  if (group.senderId === theirGroupId && group.receiverId === ourGroupId) {
    return { ...group, sets, verdict: verdictOfSets(sets, group.faults) }
  }
  const facts = {
    control: group.control,
    sender: group.senderId,
    receiver: group.receiverId,
    theirs: theirGroupId,
    ours: ourGroupId,
  }
  const element = group.senderId === theirGroupId ? 3 : 2
  const at = { byte: byteOf(group.byte, element), segment: 2, tag: 'GS', element }
  const fault: X12Fault = {
    ...faultView('GROUP_NOT_AGREED', facts, at),
    at,
    level: 'group',
    severity: 'reject',
    ack: '1',
  }
  return rejectWhole({ ...group, faults: [...group.faults, fault] })
}

/** The same group with all that is in it rejected: what stands above it was. */
export function rejectWhole(group: GroupReport): GroupReport {
  const sets = group.sets.map((set): SetReport => ({ ...set, verdict: 'rejected' }))
  return { ...group, sets, verdict: 'rejected' }
}

/**
 * AK901: P when some sets were rejected, R when all were, E when some have errors (X12 data element
 * 715).
 */
function verdictOfSets(sets: readonly SetReport[], faults: readonly X12Fault[]): Verdict {
  if (faults.some(({ severity }) => severity === 'reject')) return 'rejected'
  return together(
    sets.map(({ verdict }) => verdict),
    faults,
  )
}

/** An interchange's verdict from its groups', where nothing of its own rejects it. */
export function verdictOfGroups(
  groups: readonly GroupReport[],
  faults: readonly X12Fault[],
): Verdict {
  return together(
    groups.map(({ verdict }) => verdict),
    faults,
  )
}

function together(verdicts: readonly Verdict[], faults: readonly X12Fault[]): Verdict {
  const rejected = verdicts.filter((verdict) => verdict === 'rejected').length
  if (rejected > 0 && rejected === verdicts.length) return 'rejected'
  if (rejected > 0 || verdicts.includes('partial')) return 'partial'
  const errors =
    verdicts.includes('accepted_with_errors') || faults.some(({ severity }) => severity === 'error')
  return errors ? 'accepted_with_errors' : 'accepted'
}

function applyAgreement(
  set: SetReport,
  group: GroupReport,
  relationship: Relationship,
  byteOf: ByteOf,
): SetReport {
  // Acknowledgements are part of every relationship.
  if (group.functionalId === 'FA' && isAcknowledgement(set.type)) return set
  const release = group.release.slice(0, 6)
  const agreed = relationship.agreements.some(
    (agreement) =>
      agreement.direction === 'in' &&
      agreement.setType === set.type &&
      agreement.release === release,
  )
  if (agreed) return set
  const at = { byte: byteOf(set.byte, 1), segment: 1, tag: 'ST', element: 1 }
  const fault: X12Fault = {
    ...faultView('SET_NOT_AGREED', { type: set.type, release }, at),
    at,
    level: 'set',
    severity: 'reject',
    ack: '1',
  }
  return { ...set, verdict: 'rejected', faults: [...set.faults, fault] }
}
