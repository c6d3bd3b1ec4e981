import { limits } from '#config/limits.ts'
import type { SeenInterchange } from '#core/exchange/duplicates.ts'
import { judge } from '#core/exchange/judge.ts'
import type { JudgeInput } from '#core/exchange/judge.ts'
import { nothingKnown } from '#core/exchange/known.ts'
import type { Known } from '#core/exchange/known.ts'
import type { Judgement } from '#core/exchange/outcome.ts'
import { agreementSettings, pairKey, relationshipSettings } from '#core/exchange/relationship.ts'
import type { Relationship } from '#core/exchange/relationship.ts'
import { seenKey } from '#core/exchange/known.ts'

/** The sandbox's relationship as the exchange knows it. */
export const sandboxRelationship: Relationship = {
  id: 'relationship',
  stream: 'test',
  partnerId: 'buyer',
  standard: 'x12',
  theirQualifier: 'ZZ',
  theirId: 'SANDBOXBUYER',
  ourQualifier: 'ZZ',
  ourId: 'SANDBOXSELLER',
  theirGroupId: 'SANDBOXBUYER',
  ourGroupId: 'SANDBOXSELLER',
  endpointId: 'mailbox',
  settings: relationshipSettings({}),
  agreements: ['004010', '005010'].map((release) => ({
    id: `850 in ${release}`,
    direction: 'in',
    documentKind: 'order',
    setType: '850',
    release,
    mapping: 'x12/850-to-order',
    settings: agreementSettings({}),
  })),
}

/** What is known when these relationships are all there are, and these numbers were seen. */
export function knowing(
  relationships: readonly Relationship[] = [sandboxRelationship],
  seen: Readonly<Record<string, SeenInterchange>> = {},
): Known {
  const [first = sandboxRelationship] = relationships
  return {
    ...nothingKnown,
    relationships: new Map([[pairKey(first), relationships]]),
    seen: new Map(Object.entries(seen).map(([control, one]) =>
      [seenKey({ relationshipId: first.id, control }), one])),
  }
}

/** Judges a text; what is asked for and not known is told as absent. */
export function judged(
  text: string,
  known: Known = knowing(),
  input: Partial<JudgeInput> = {},
): Judgement {
  const whole = {
    messageId: 'message', bytes: Buffer.from(text, 'latin1'), receivedAtMs: 1_000,
    senderPartnerId: null, settled: new Set<number>(), limits: limits.codec, ...input,
  }
  let told = known
  for (let round = 0; round < 5; round++) {
    const outcome = judge(whole, told)
    if (outcome.done) return outcome.judgement
    const { pairs, seen, sentInterchanges } = outcome.needs
    told = {
      ...told,
      relationships: new Map([...pairs.map((pair) => [pairKey(pair), []] as const),
        ...told.relationships]),
      seen: new Map([...seen.map((key) => [seenKey(key), null] as const), ...told.seen]),
      sentInterchanges: new Map([
        ...sentInterchanges.map((key) => [seenKey(key), []] as const), ...told.sentInterchanges,
      ]),
    }
  }
  throw new Error('it asks for the same again and again')
}
