export type MessageStatus =
  | 'received'
  | 'working'
  | 'processed'
  | 'partial'
  | 'rejected'
  | 'waiting'
  | 'parked'
  | 'duplicate'

export type SetStatus = 'due' | 'applied' | 'waiting' | 'parked' | 'rejected' | 'duplicate'

const ofOneSet: Readonly<Record<SetStatus, MessageStatus>> = {
  due: 'working',
  applied: 'processed',
  waiting: 'waiting',
  parked: 'parked',
  rejected: 'rejected',
  duplicate: 'duplicate',
}

/**
 * The status of an inbound message from its sets (DESIGN §3). `parkedWhole` counts what is parked
 * above the sets: the message itself or whole interchanges of it.
 */
export function messageStatus(sets: readonly SetStatus[], parkedWhole: number): MessageStatus {
  const has = new Set(sets)
  if (has.has('due')) return 'working'
  if (parkedWhole > 0) return has.has('applied') && has.has('rejected') ? 'partial' : 'parked'
  if (has.size === 0) return 'processed'
  const [only] = has
  if (has.size === 1 && only !== undefined) return ofOneSet[only]
  if (has.has('rejected')) return 'partial'
  if (has.has('parked')) return 'parked'
  if (has.has('waiting')) return 'waiting'
  return 'processed'
}
