import type { SeverityTable } from '#core/codecs/x12/severity.ts'
import type { GroupHeader, InterchangeHeader } from '#core/codecs/x12/types.ts'
import type { Known } from './known.ts'
import { pairKey } from './relationship.ts'
import type { Agreement, Pair, Relationship } from './relationship.ts'

/** Who an interchange is from and to, in the relationship's words. */
export function pairOf(interchange: InterchangeHeader): Pair {
  return {
    standard: 'x12',
    theirQualifier: interchange.senderQualifier,
    theirId: interchange.senderId,
    ourQualifier: interchange.receiverQualifier,
    ourId: interchange.receiverId,
  }
}

/**
 * The agreement for one inbound set; GS08's first six characters choose it, its suffix does not.
 */
export function agreementFor(
  relationship: Relationship,
  setType: string,
  release: string,
): Agreement | undefined {
  return relationship.agreements.find(
    (agreement) =>
      agreement.direction === 'in' &&
      agreement.setType === setType &&
      agreement.release === release.slice(0, 6),
  )
}

/** What is agreed of severities for one set; the defaults where nobody agreed on anything. */
export function severitiesOfSet(
  interchange: InterchangeHeader,
  group: GroupHeader,
  setType: string,
  known: Known,
): SeverityTable {
  const relationship = relationshipOf(interchange, known)
  if (relationship === undefined) return {}
  return agreementFor(relationship, setType, group.release)?.settings.severities ?? {}
}

/** What the relationship lets pass of an interchange's and its groups' envelopes. */
export function severitiesOfEnvelope(interchange: InterchangeHeader, known: Known): SeverityTable {
  return relationshipOf(interchange, known)?.settings.severities ?? {}
}

function relationshipOf(interchange: InterchangeHeader, known: Known): Relationship | undefined {
  const relationships = known.relationships.get(pairKey(pairOf(interchange))) ?? []
  const stream = interchange.usage === 'P' ? 'live' : 'test'
  return relationships.find((candidate) => candidate.stream === stream)
}
