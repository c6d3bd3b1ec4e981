import type { Connector } from '#connectors/_kit/contract.ts'
import { limits } from '#config/limits.ts'
import {
  claimDeliveries,
  letGoOfDeliveries,
  recordFailed,
  renewDeliveryLeases,
} from '#prisma/store/deliver.ts'
import type {
  AttemptRecord,
  ClaimedDeliveries,
  ClaimedDelivery,
  DeliveryNext,
} from '#prisma/store/deliver.ts'
import { recordDelivered } from '#prisma/store/delivered.ts'
import type { Delivered } from '#prisma/store/delivered.ts'
import { placeInMailboxes } from '#prisma/store/place.ts'
import type { Store } from '#prisma/store/index.ts'
import type { CallEffects } from '#workers/calls/effects.ts'
import { patiently, random } from '#workers/effects/clock.ts'
import { together } from '#workers/effects/together.ts'

/** All that delivering does to the world; the crash tests die at each. */
export interface DeliverEffects extends CallEffects {
  /** Answers how many were placed. */
  placeInMailboxes(): Promise<number>
  claim(deliveriesMax: number): Promise<ClaimedDeliveries>
  renew(deliveries: readonly ClaimedDelivery[]): Promise<void>
  letGo(deliveries: readonly ClaimedDelivery[]): Promise<void>
  /** False where the delivery was taken out of this hand meanwhile. */
  record(attempt: AttemptRecord, next: DeliveryNext): Promise<boolean>
  /** From 0 up to 1. */
  draw(): number
}

export function deliverEffects(
  store: Store,
  calls: CallEffects,
  connectors: ReadonlyMap<string, Connector>,
): DeliverEffects {
  const bounds = limits.workers
  const { leaseMs } = bounds
  const inFlightMax = new Map(
    [...connectors].map(([id, { limits: { inFlightMax: most } }]) => [id, most]))
  const delivered = together(
    (arrived: readonly Delivered[]) => recordDelivered(store, arrived),
    bounds.deliverInFlightMax,
  )
  const record = (attempt: AttemptRecord, next: DeliveryNext): Promise<boolean> =>
    next.status === 'delivered'
      ? delivered({ attempt, result: next.result })
      : recordFailed(store, attempt, next)
  return {
    ...calls,
    placeInMailboxes: () => placeInMailboxes(store, bounds.mailboxItemsMax),
    claim: (deliveriesMax) => claimDeliveries(store, { deliveriesMax, leaseMs, inFlightMax }),
    renew: (deliveries) => renewDeliveryLeases(store, deliveries, leaseMs),
    letGo: (deliveries) => letGoOfDeliveries(store, deliveries),
    // A fate that is known is worth waiting for the database, as long as the lease is ours.
    record: (attempt, next) => patiently(() => record(attempt, next), leaseMs),
    draw: random,
  }
}
