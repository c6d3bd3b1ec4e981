import type { AttemptRecord, ClaimedDelivery, DeliveryNext } from '#prisma/store/deliver.ts'
import { CallMemory } from '#workers/calls/effects.ts'
import type { DeliverEffects } from '#workers/jobs/deliver/effects.ts'

/** What one attempt left behind. */
export interface Recorded {
  readonly attempt: AttemptRecord
  readonly next: DeliveryNext
}

/** Effects of an attempt without a store: calls go where `call` takes them, records are kept. */
export function attemptEffects(
  call: DeliverEffects['call'],
  changes: Partial<DeliverEffects> = {},
): DeliverEffects & { readonly records: readonly Recorded[] } {
  const unused = () => Promise.reject(new Error('not part of an attempt'))
  const records: Recorded[] = []
  return {
    placeInMailboxes: unused, claim: unused, renew: unused, letGo: unused, takeTurn: unused,
    wait: unused, loadToken: unused, saveToken: unused, memory: new CallMemory(), call,
    noteCall: async () => undefined,
    openSecrets: () => ({ token: 'secret' }),
    record: async (attempt, next) => records.push({ attempt, next }) > 0,
    nowMs: () => Date.now(),
    draw: () => 0.5,
    hub: 'http://127.0.0.1:8080',
    records,
    ...changes,
  }
}

/** A delivery in hand that was never tried. */
export function deliveryOf(connector: string, changes: Partial<ClaimedDelivery>): ClaimedDelivery {
  return {
    id: 'd', token: 't', before: 'due', attempts: 0, failures: 0, attemptsMax: 12,
    lastAttemptAt: null, operation: 'send', reference: 'ours', messageId: 'm',
    sourceMessageId: 's', contentType: 'application/json', body: Buffer.from('{}'),
    endpoint: {
      id: 'e', connector, settings: {}, secrets: null, secretsKeyId: null, failures: 0,
    },
    ...changes,
  }
}
