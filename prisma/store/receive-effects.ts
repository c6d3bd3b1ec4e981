import type { PoolClient } from 'pg'

import type { NewDocument } from '#core/exchange/outcome.ts'
import type { SetStatus } from '#core/exchange/status.ts'
import type { Stream } from '#core/exchange/stream.ts'
import { newId } from './ids.ts'
import type { Row } from './pool.ts'
import { partnerOf } from './receive-rows.ts'
import type { MarkedMessage, RowGatherer, SetContext } from './receive-rows.ts'
import { burn, burntBefore, seenId } from './seen.ts'
import type { SeenRow } from './seen.ts'

/** Contexts of the sets that effects speak of, by message and position. */
export type SetContexts = ReadonlyMap<string, SetContext>

const dayMs = 86_400_000

/** From what was just judged where it was, else from the rows of an earlier commit. */
export async function setContexts(
  client: PoolClient,
  messages: readonly MarkedMessage[],
): Promise<SetContexts> {
  const contexts = new Map<string, SetContext>()
  for (const message of messages) {
    for (const { judged, ids } of message.marked) {
      const { standard, stream, relationshipId, partnerId } = judged
      if (stream === null || (standard !== 'json' && relationshipId === null)) continue
      for (const set of judged.groups.flatMap((group) => group.sets)) {
        const context = { setId: ids.ofSet(set.position), stream, relationshipId, partnerId }
        contexts.set(contextKey(message.messageId, set.position), context)
      }
    }
  }
  for (const [key, context] of await storedContexts(client, messages)) contexts.set(key, context)
  return contexts
}

/**
 * Turns effects into rows. Two sets that carry the same business key meet here: the first burns it,
 * the other is parked or called a duplicate, as it said beforehand.
 */
export async function gatherEffects(
  client: PoolClient,
  messages: readonly MarkedMessage[],
  contexts: SetContexts,
  gather: RowGatherer,
  now: Date,
): Promise<SetStatuses> {
  const statuses = new SetStatuses()
  const wanted = newDocuments(messages, contexts)
  const first = new Map<string, WantedDocument>()
  const rows = wanted.map((document) => [document, businessKey(document, now)] as const)
  for (const [document, row] of rows) {
    if (!first.has(seenId(row))) first.set(seenId(row), document)
  }
  const free = await burn(client, rows.filter(([document, row]) =>
    first.get(seenId(row)) === document).map(([, row]) => row))
  for (const [document, row] of rows) {
    const { messageId, position, made, context } = document
    if (first.get(seenId(row)) === document && free.has(seenId(row))) {
      gather.document(messageId, document.documentId, made, context)
      statuses.set(messageId, position, 'applied')
    } else {
      gather.park(messageId, 'set', made.whenSeen, parkedSet(context))
      statuses.set(messageId, position, 'parked')
    }
  }
  await gatherParked(client, messages, contexts, gather, statuses)
  gatherAnew(messages, contexts, gather, statuses)
  return statuses
}

/**
 * Sets that are parked; one that says it repeats what was burnt before is a duplicate and no work.
 */
async function gatherParked(
  client: PoolClient,
  messages: readonly MarkedMessage[],
  contexts: SetContexts,
  gather: RowGatherer,
  statuses: SetStatuses,
): Promise<void> {
  const parked = messages.flatMap(({ messageId, effects }) =>
    effects.flatMap((effect) => {
      const context = contexts.get(contextKey(messageId, effect.position))
      return effect.do === 'park' && context !== undefined ? [{ messageId, effect, context }] : []
    }))
  const keys = parked.flatMap(({ effect: { duplicateOf: key }, context }) => {
    const { relationshipId: relationship_id } = context
    if (key === null || relationship_id === null) return []
    return [{ relationship_id, kind: 'business' as const, key }]
  })
  const burnt = await burntBefore(client, keys)
  for (const { messageId, effect, context } of parked) {
    const { relationshipId: relationship_id } = context
    const key = effect.duplicateOf
    const repeats = key !== null && relationship_id !== null
      && burnt.has(seenId({ relationship_id, kind: 'business', key }))
    if (repeats) {
      statuses.set(messageId, effect.position, 'duplicate')
    } else {
      gather.park(messageId, 'set', effect.park, parkedSet(context))
      statuses.set(messageId, effect.position, 'parked')
    }
  }
}

/** Documents that stand, and are sent in a new set. */
function gatherAnew(
  messages: readonly MarkedMessage[],
  contexts: SetContexts,
  gather: RowGatherer,
  statuses: SetStatuses,
): void {
  for (const { messageId, effects } of messages) {
    for (const effect of effects) {
      const context = contexts.get(contextKey(messageId, effect.position))
      if (effect.do !== 'make_anew' || context === undefined) continue
      gather.outgoing(messageId, effect.documentId, effect.outgoing, context.stream)
      statuses.set(messageId, effect.position, 'applied')
    }
  }
}

/** The statuses sets got from their effects. */
export class SetStatuses {
  readonly #byMessage = new Map<string, Map<number, SetStatus>>()

  set(messageId: string, position: number, status: SetStatus): void {
    const positions = this.#byMessage.get(messageId) ?? new Map<number, SetStatus>()
    this.#byMessage.set(messageId, positions.set(position, status))
  }

  of(messageId: string): (position: number) => SetStatus | undefined {
    return (position) => this.#byMessage.get(messageId)?.get(position)
  }

  /** Writes them to sets whose rows stood before this commit. */
  async updateStored(client: PoolClient, messages: readonly MarkedMessage[]): Promise<void> {
    const rows = messages
      .filter(({ judgement }) => judgement === null)
      .flatMap(({ messageId }) =>
        [...(this.#byMessage.get(messageId) ?? [])].map(
          ([position, status]) => [messageId, position, status] as const,
        ))
    if (rows.length === 0) return
    await client.query({
      name: 'update-set-status',
      text: `UPDATE sets s SET status = n.status
        FROM unnest($1::uuid[], $2::integer[], $3::text[]) AS n (message_id, position, status)
        WHERE s.message_id = n.message_id AND s.position = n.position`,
      values: [rows.map(([id]) => id), rows.map(([, at]) => at), rows.map(([, , is]) => is)],
    })
  }
}

interface WantedDocument {
  readonly messageId: string
  readonly position: number
  readonly documentId: string
  readonly made: NewDocument
  readonly context: SetContext
}

function newDocuments(
  messages: readonly MarkedMessage[],
  contexts: SetContexts,
): readonly WantedDocument[] {
  return messages.flatMap(({ messageId, effects }) =>
    effects.flatMap((effect) => {
      const context = contexts.get(contextKey(messageId, effect.position))
      if (effect.do !== 'apply' || context === undefined) return []
      const { position, document: made } = effect
      return [{ messageId, position, documentId: newId(), made, context }]
    }))
}

function businessKey(document: WantedDocument, now: Date): SeenRow {
  const { made, context } = document
  return {
    relationship_id: (made.out ?? partnerOf(context)).relationshipId,
    kind: 'business',
    key: made.businessKey,
    stream: context.stream,
    sha256: Buffer.alloc(0),
    accepted: true,
    message_id: document.messageId,
    subject_id: document.documentId,
    at: now,
    until: new Date(now.getTime() + made.reuseWindowDays * dayMs),
  }
}

function parkedSet(context: SetContext): Row {
  return { set_id: context.setId, stream: context.stream, partner_id: context.partnerId }
}

async function storedContexts(
  client: PoolClient,
  messages: readonly MarkedMessage[],
): Promise<ReadonlyMap<string, SetContext>> {
  const wanted = messages
    .filter(({ judgement }) => judgement === null)
    .flatMap(({ messageId, effects }) =>
      effects.map(({ position }) => [messageId, position] as const))
  if (wanted.length === 0) return new Map()
  const { rows } = await client.query<Row>({
    name: 'set-contexts',
    text: `
      SELECT s.id, s.message_id, s.position, s.stream, r.id AS relationship_id, r.partner_id
      FROM unnest($1::uuid[], $2::integer[]) AS n (message_id, position)
      JOIN sets s ON s.message_id = n.message_id AND s.position = n.position
      JOIN groups g ON g.id = s.group_id
      JOIN interchanges i ON i.id = g.interchange_id
      LEFT JOIN relationships r ON r.id = i.relationship_id
      WHERE s.status = 'due'`,
    values: [wanted.map(([id]) => id), wanted.map(([, at]) => at)],
  })
  return new Map(
    rows.map((row) => [
      contextKey(row['message_id'] as string, row['position'] as number),
      {
        setId: row['id'] as string,
        stream: row['stream'] as Stream,
        relationshipId: row['relationship_id'] as string | null,
        partnerId: row['partner_id'] as string | null,
      },
    ]),
  )
}

/** A set in its message. */
export function contextKey(messageId: string, position: number): string {
  return `${messageId}/${position}`
}
