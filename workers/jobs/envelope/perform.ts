import { limits } from '#config/limits.ts'
import { attemptsMax } from '#config/retry.ts'
import type { Bell } from '#core/exchange/bell.ts'
import { envelopeRelationship, relationshipsToEnvelope } from '#prisma/store/envelope.ts'
import type { Store } from '#prisma/store/index.ts'
import { nowMs } from '#workers/effects/clock.ts'

/**
 * All that enveloping does to the world; each is one transaction, so there is nothing between them
 * to record.
 */
export interface EnvelopeEffects {
  relationships(): Promise<readonly string[]>
  /** Answers how many bundles were wrapped. */
  envelope(relationshipId: string): Promise<number>
  ring(bell: Bell): void
}

const bounds = limits.workers

export function envelopeEffects(store: Store, ring: (bell: Bell) => void): EnvelopeEffects {
  return {
    relationships: () => relationshipsToEnvelope(store, bounds.envelopeRelationshipsMax),
    envelope: (relationshipId) =>
      envelopeRelationship(store, relationshipId, {
        bundlesMax: bounds.envelopeBundlesMax,
        attemptsMax,
        now: new Date(nowMs()),
        codec: limits.codec,
      }),
    ring,
  }
}

/**
 * The envelope step (DESIGN §3) for every relationship that has sets waiting. One that fails does
 * not hold up the others. Answers whether more may be due; rejects with all failures once everyone
 * had their turn.
 */
export async function envelopeDue(effects: EnvelopeEffects): Promise<boolean> {
  let more = false
  const failures: unknown[] = []
  for (const relationshipId of await effects.relationships()) {
    try {
      const wrapped = await effects.envelope(relationshipId)
      if (wrapped > 0) effects.ring('deliver')
      more ||= wrapped === bounds.envelopeBundlesMax
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'some relationships failed')
  return more
}
