import type { FaultView } from '#core/errors/fault.ts'
import type { KindRules } from './kind-rules.ts'
import type { Needs } from './known.ts'
import type { MappingRun } from './mapping-run.ts'
import type { NewDelivery } from './outcome.ts'
import type { Agreement } from './relationship.ts'

export type FollowOutcome =
  | { readonly outcome: 'made'; readonly deliveries: readonly NewDelivery[] }
  | { readonly outcome: 'needs'; readonly needs: Needs }
  | { readonly outcome: 'faults'; readonly faults: readonly FaultView[] }

/** What follows from a canonical document by its agreement, each delivery with its content. */
export async function followUps(
  run: MappingRun,
  agreement: Agreement | undefined,
  { sourceKind }: KindRules,
  body: unknown,
): Promise<FollowOutcome> {
  const deliveries: NewDelivery[] = []
  for (const { endpoint, mapping, operation } of agreement?.settings.follow ?? []) {
    let content = body
    if (mapping !== null) {
      const source = { source: body, kind: sourceKind }
      const options = agreement?.settings.options ?? {}
      const made = await run.map(mapping, { ...source, agreement: options })
      if (made.outcome !== 'mapped') return made
      content = made.output
    }
    deliveries.push({
      endpointId: endpoint,
      operation,
      contentType: 'application/json',
      body: JSON.stringify(content),
    })
  }
  return { outcome: 'made', deliveries }
}
