import { limits } from '#config/limits.ts'
import {
  claimDeliveries,
  letGoOfDeliveries,
  recordFailed,
  renewDeliveryLeases,
} from '#prisma/store/deliver.ts'
import type { AttemptRecord, ClaimedDelivery, DeliveryNext } from '#prisma/store/deliver.ts'
import { recordDelivered } from '#prisma/store/delivered.ts'
import type { Delivered } from '#prisma/store/delivered.ts'
import { placeInMailboxes } from '#prisma/store/place.ts'
import type { Store } from '#prisma/store/index.ts'
import { nowMs, patiently, random } from '#workers/effects/clock.ts'
import type { CallEffects } from '#workers/calls/caller.ts'
import type { HttpClient } from '#workers/effects/http.ts'
import { together } from '#workers/effects/together.ts'

/** All that delivering does to the world; the crash tests die at each. */
export interface DeliverEffects extends CallEffects {
  /** Answers how many were placed. */
  placeInMailboxes(): Promise<number>
  claim(deliveriesMax: number): Promise<readonly ClaimedDelivery[]>
  renew(deliveries: readonly ClaimedDelivery[]): Promise<void>
  letGo(deliveries: readonly ClaimedDelivery[]): Promise<void>
  /** False where the delivery was taken out of this hand meanwhile. */
  record(attempt: AttemptRecord, next: DeliveryNext): Promise<boolean>
  /** From 0 up to 1. */
  draw(): number
}

export function deliverEffects(store: Store, http: HttpClient, hub: string): DeliverEffects {
  const bounds = limits.workers
  const delivered = together(
    (arrived: readonly Delivered[]) => recordDelivered(store, arrived),
    bounds.deliverInFlightMax,
  )
  const record = (attempt: AttemptRecord, next: DeliveryNext): Promise<boolean> =>
    next.status === 'delivered'
      ? delivered({ attempt, result: next.result })
      : recordFailed(store, attempt, next)
  return {
    placeInMailboxes: () => placeInMailboxes(store, bounds.mailboxItemsMax),
    claim: (deliveriesMax) => claimDeliveries(store, { deliveriesMax, leaseMs: bounds.leaseMs }),
    renew: (deliveries) => renewDeliveryLeases(store, deliveries, bounds.leaseMs),
    letGo: (deliveries) => letGoOfDeliveries(store, deliveries),
    openSecrets: (endpoint) => {
      if (endpoint.secrets === null || endpoint.secretsKeyId === null) return {}
      const sealed = { sealed: endpoint.secrets, keyId: endpoint.secretsKeyId }
      return store.secrets.open(sealed, { table: 'endpoints', id: endpoint.id })
    },
    call: (call) => http.call(call),
    // A fate that is known is worth waiting for the database, as long as the lease is ours.
    record: (attempt, next) => patiently(() => record(attempt, next), bounds.leaseMs),
    nowMs,
    draw: random,
    hub,
  }
}
