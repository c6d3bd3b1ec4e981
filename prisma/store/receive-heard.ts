import type { PoolClient } from 'pg'

import type { Verdict } from '#core/codecs/x12/types.ts'
import { weigh } from '#core/exchange/heard.ts'
import type { HeardAnswer, Park } from '#core/exchange/outcome.ts'
import { newId } from './ids.ts'
import type { Row } from './pool.ts'
import { contextKey } from './receive-effects.ts'
import type { SetContexts, SetStatuses } from './receive-effects.ts'
import type { MarkedMessage, RowGatherer, SetContext } from './receive-rows.ts'
import { arrays, unnest } from './rows.ts'

/** Their word on one set of ours, and where they said it. */
interface Word {
  readonly messageId: string
  readonly answer: HeardAnswer
  readonly insisted: boolean
  /** Null where a TA1 says it. */
  readonly set: { readonly position: number; readonly context: SetContext } | null
  readonly interchange: Row
}

/**
 * What acknowledgements that came in say of sets of ours (DESIGN §5): each set's and document's
 * outcome, the work a rejection opens, and what waits no longer. The rows of the sets are locked in
 * the order of their ids, before any other that is changed for them.
 */
export async function gatherHeard(
  client: PoolClient,
  messages: readonly MarkedMessage[],
  contexts: SetContexts,
  statuses: SetStatuses,
  gather: RowGatherer,
): Promise<void> {
  const words = messages.flatMap((message) => wordsOf(message, contexts))
  const contradictions = await new Hearing(client, words, gather).hear()
  for (const { messageId, effects } of messages) {
    for (const effect of effects) {
      const context = contexts.get(contextKey(messageId, effect.position))
      if (effect.do !== 'acknowledge' || context === undefined) continue
      const { parks } = effect.heard
      const said = contradictions.get(contextKey(messageId, effect.position)) ?? []
      const park = together([...parks, ...said])
      if (park !== null) {
        const { setId: set_id, stream, partnerId: partner_id } = context
        gather.park(messageId, 'set', park, { set_id, stream, partner_id })
      }
      statuses.set(messageId, effect.position, park === null ? 'applied' : 'parked')
    }
  }
}

/** One item for a set: the first leads, the others stand behind it. */
function together([first, ...others]: readonly Park[]): Park | null {
  if (first === undefined) return null
  const behind = others.flatMap(({ fault, others: more = [] }) => [fault, ...more])
  return { ...first, others: [...(first.others ?? []), ...behind] }
}

function wordsOf({ messageId, marked, effects }: MarkedMessage, contexts: SetContexts): Word[] {
  const ofInterchanges = marked.flatMap(({ judged, ids }) => {
    const { heard, stream, partnerId: partner_id } = judged
    const interchange = { stream, interchange_id: ids.id, partner_id }
    return heard.answers.map((answer) =>
      ({ messageId, answer, insisted: false, set: null, interchange }))
  })
  const ofSets = effects.flatMap((effect) => {
    const { position } = effect
    const context = contexts.get(contextKey(messageId, position))
    if (effect.do !== 'acknowledge' || context === undefined) return []
    const set = { position, context }
    const { heard, insisted } = effect
    return heard.answers.map((answer) => ({ messageId, answer, insisted, set, interchange: {} }))
  })
  return [...ofInterchanges, ...ofSets]
}

/** A set of ours as it stands, and as the words change it. */
interface Standing {
  readonly id: string
  readonly stream: string
  readonly messageId: string
  readonly documentId: string
  /** The message the document was made of. */
  readonly sourceId: string
  readonly partnerId: string
  /** Sets made of the document later count instead of this one. */
  readonly isNewest: boolean
  outcome: Verdict | null
  documentOutcome: string | null
  changed: boolean
}

class Hearing {
  readonly #client: PoolClient
  readonly #words: readonly Word[]
  readonly #gather: RowGatherer
  readonly #contradictions = new Map<string, Park[]>()
  /** Documents whose open work is over. */
  readonly #acknowledged = new Set<string>()
  readonly #accepted = new Set<string>()

  constructor(client: PoolClient, words: readonly Word[], gather: RowGatherer) {
    this.#client = client
    this.#words = words
    this.#gather = gather
  }

  /** Answers what contradicts earlier words, by the set of theirs that said so. */
  async hear(): Promise<ReadonlyMap<string, readonly Park[]>> {
    if (this.#words.length === 0) return this.#contradictions
    const standing = await this.#lock()
    for (const word of this.#words) {
      const set = standing.get(word.answer.outgoingSetId)
      if (set !== undefined) this.#weigh(word, set)
    }
    await this.#write([...standing.values()].filter(({ changed }) => changed))
    return this.#contradictions
  }

  async #lock(): Promise<ReadonlyMap<string, Standing>> {
    const { rows } = await this.#client.query<Row>({
      name: 'lock-heard',
      text: `
        SELECT s.id, s.stream, s.message_id, s.document_id, s.outcome, d.message_id AS source_id,
          d.partner_id, d.outcome AS document_outcome, NOT EXISTS (
            SELECT FROM outgoing_sets n WHERE n.document_id = s.document_id AND n.id > s.id
          ) AS is_newest
        FROM outgoing_sets s JOIN documents d ON d.id = s.document_id
        WHERE s.id = ANY($1::uuid[]) ORDER BY s.id FOR UPDATE OF s`,
      values: [[...new Set(this.#words.map(({ answer }) => answer.outgoingSetId))]],
    })
    return new Map(rows.map((row) => [row['id'] as string, {
      id: row['id'] as string,
      stream: row['stream'] as string,
      messageId: row['message_id'] as string,
      documentId: row['document_id'] as string,
      sourceId: row['source_id'] as string,
      partnerId: row['partner_id'] as string,
      isNewest: row['is_newest'] as boolean,
      outcome: row['outcome'] as Verdict | null,
      documentOutcome: row['document_outcome'] as string | null,
      changed: false,
    }]))
  }

  #weigh({ messageId, answer, insisted, set, interchange }: Word, ours: Standing): void {
    const weight = insisted && answer.outcome !== ours.outcome
      ? 'take'
      : weigh(ours.outcome, answer.outcome)
    if (weight === 'take') this.#take(messageId, answer, ours)
    if (weight !== 'contradicts') return
    if (set === null) {
      this.#gather.park(messageId, 'message', answer.contradicts, interchange)
      return
    }
    const key = contextKey(messageId, set.position)
    this.#contradictions.set(key, [...(this.#contradictions.get(key) ?? []), answer.contradicts])
  }

  #take(messageId: string, answer: HeardAnswer, ours: Standing): void {
    const { kind, outcome, says, rejected } = answer
    const isReceipt = outcome === 'received'
    // A second receipt of the same envelope is no news.
    if (isReceipt && ours.documentOutcome === 'received') return
    ours.changed = true
    if (!isReceipt) ours.outcome = outcome
    if (ours.isNewest) {
      // What is overdue stays so: its content is not acknowledged yet.
      if (!isReceipt || ours.documentOutcome !== 'overdue') ours.documentOutcome = outcome
      if (!isReceipt) this.#acknowledged.add(ours.documentId)
      if (outcome === 'accepted' || outcome === 'accepted_with_errors') {
        this.#accepted.add(ours.documentId)
      }
    }
    this.#gather.acknowledgements.push({
      id: newId(), stream: ours.stream, kind, direction: 'in',
      outcome: isReceipt ? 'accepted' : outcome, of_message_id: ours.messageId,
      outgoing_set_id: ours.id, message_id: messageId, says, created_at: this.#gather.now,
    })
    const facts = { kind, outcome, messageId, ...(says === null ? {} : { says }) }
    const more = { stream: ours.stream, subject_id: ours.documentId }
    for (const about of new Set([ours.messageId, ours.sourceId])) {
      this.#gather.event(about, 'acknowledged', facts, more)
    }
    if (rejected !== null && ours.isNewest) this.#open(rejected, ours)
  }

  #open(park: Park, { messageId, stream, documentId, partnerId }: Standing): void {
    const more = { stream, document_id: documentId, partner_id: partnerId }
    this.#gather.park(messageId, 'document', park, { ...more, subject_id: documentId })
  }

  async #write(sets: readonly Standing[]): Promise<void> {
    if (sets.length === 0) return
    const columns = { id: 'uuid', outcome: 'text' } as const
    await this.#client.query({
      name: 'acknowledge-sets',
      text: `UPDATE outgoing_sets s SET outcome = n.outcome, acknowledged_at = now(),
          acknowledge_by = NULL
        FROM ${unnest(columns, 1)} AS n (id, outcome) WHERE s.id = n.id AND n.outcome IS NOT NULL`,
      values: arrays(columns, sets.map(({ id, outcome }) => ({ id, outcome }))),
    })
    await this.#client.query({
      name: 'acknowledge-documents',
      text: `UPDATE documents d SET outcome = n.outcome
        FROM ${unnest(columns, 1)} AS n (id, outcome) WHERE d.id = n.id`,
      values: arrays(columns, sets.filter(({ isNewest }) => isNewest)
        .map(({ documentId: id, documentOutcome: outcome }) => ({ id, outcome }))),
    })
    await this.#client.query({
      name: 'close-heard',
      text: `UPDATE parked SET status = 'resumed', ended_at = now()
        WHERE kind = 'document' AND status = 'open' AND (
          (code = 'ACKNOWLEDGEMENT_OVERDUE' AND document_id = ANY($1::uuid[]))
          OR (code = 'OUTBOUND_REJECTED' AND document_id = ANY($2::uuid[])))`,
      values: [[...this.#acknowledged], [...this.#accepted]],
    })
  }
}
