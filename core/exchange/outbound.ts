import type { FaultView } from '#core/errors/fault.ts'
import { definitionOf, segmentsFrom } from '#core/mapping/x12-target.ts'
import type { Trade, Needs } from './known.ts'
import type { MappingRun } from './mapping-run.ts'
import type { NewOutgoing, OutboundPlace } from './outcome.ts'
import type { Agreement } from './relationship.ts'

export type Outbound =
  | { readonly outcome: 'made'; readonly outgoing: NewOutgoing | null }
  | { readonly outcome: 'needs'; readonly needs: Needs }
  | { readonly outcome: 'faults'; readonly faults: readonly FaultView[] }

/** Where documents of ours in this trade belong. */
export function placeIn({ tradeId, relationship }: Trade): OutboundPlace {
  return { tradeId, relationshipId: relationship.id, partnerId: relationship.partnerId }
}

/**
 * The agreement by which a document of ours goes to the partner: in the release its order came in,
 * else the first there is. Undefined where the partner wants none of that kind.
 */
export function agreementOut(
  { relationship, release }: Pick<Trade, 'relationship' | 'release'>,
  documentKind: string,
): Agreement | undefined {
  const agreed = relationship.agreements.filter((agreement) =>
    agreement.direction === 'out' && agreement.documentKind === documentKind)
  return agreed.find((agreement) => agreement.release === release) ?? agreed[0]
}

/** The set that is sent of a canonical document of ours; none where none is agreed. */
export async function outboundOf(
  run: MappingRun,
  trade: Trade,
  documentKind: string,
  body: unknown,
): Promise<Outbound> {
  const agreement = agreementOut(trade, documentKind)
  if (agreement === undefined) return { outcome: 'made', outgoing: null }
  const { mapping, release, setType: type, settings } = agreement
  const target = { release, type }
  const made = await run.map(mapping, {
    source: body,
    kind: `canonical/${documentKind}.v1`,
    agreement: settings.options,
    target: { kind: `x12/${release}/${type}`, severities: settings.severities },
  })
  if (made.outcome !== 'mapped') return made
  const functionalId = definitionOf(target)?.functionalId ?? ''
  const outgoing = {
    place: placeIn(trade),
    mapping,
    mappingHash: made.hash,
    body: { type, functionalId, release, segments: segmentsFrom(made.output, target) },
  }
  return { outcome: 'made', outgoing }
}
