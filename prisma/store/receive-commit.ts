import type { PoolClient } from 'pg'

import * as columns from './columns.ts'
import { gatherEffects, setContexts } from './receive-effects.ts'
import { gatherHeard } from './receive-heard.ts'
import { refreshMessageStatus } from './message-status.ts'
import { inTransaction } from './pool.ts'
import type { Row } from './pool.ts'
import { answerAgain, earlierAnswers } from './receive-resend.ts'
import type { EarlierAnswer, Repeated } from './receive-resend.ts'
import { InterchangeIds, RowGatherer } from './receive-rows.ts'
import type { DecidedMessage, MarkedMessage } from './receive-rows.ts'
import { arrays, insertRows, unnest } from './rows.ts'
import { burn, seenId } from './seen.ts'
import type { SeenRow } from './seen.ts'
import type { Store } from './index.ts'

export interface CommitResult {
  /** Written. */
  readonly committed: readonly string[]
  /** Of those, the ones with due sets left: they stay in hand under the same token. */
  readonly unfinished: readonly string[]
  /** The ground moved under the decision (a control number was seen meanwhile): decide again. */
  readonly stale: readonly string[]
  /** A repeat that came before the first answer was enveloped: try again in a moment. */
  readonly early: readonly string[]
}

const dayMs = 86_400_000

/**
 * Commits what was decided of several messages in one transaction under the token of their claim:
 * verdicts, answers, set rows and effects. A message whose claim was lost meanwhile is left out
 * without a word: its new holder decides. Locks are taken in the order of the keys: control numbers
 * first, then business keys.
 */
export async function commitDecisions(
  store: Store,
  token: string,
  decided: readonly DecidedMessage[],
  options: { readonly attemptsMax: number; readonly now: Date },
): Promise<CommitResult> {
  return inTransaction(store.pool, async (client) => {
    const { now } = options
    const held = (await onlyHeld(client, token, decided)).map(mark)
    const answers = await earlierAnswers(client, held.flatMap(repeats))
    const ready = held.filter((message) => !isEarly(message, answers))
    const settled = await burnControlNumbers(client, ready, now)
    const partners = await endpointPartners(client, settled)
    const gather = new RowGatherer(now, options.attemptsMax, partners)
    await dropUnsettled(client, settled)
    const contexts = await setContexts(client, settled)
    const statuses = await gatherEffects(client, settled, contexts, gather, now)
    await gatherHeard(client, settled, contexts, statuses, gather)
    for (const message of settled) {
      gatherVerdicts(message, statuses.of(message.messageId), gather)
      for (const repeated of repeats(message)) answerAgain(repeated, answers, gather, now)
    }
    await write(client, gather)
    await statuses.updateStored(client, settled)
    const unfinished = await finish(client, token, settled)
    const ids = (messages: readonly DecidedMessage[]): string[] =>
      messages.map(({ messageId }) => messageId)
    return {
      committed: ids(settled),
      unfinished,
      stale: ids(ready.filter((message) => !settled.includes(message))),
      early: ids(held.filter((message) => !ready.includes(message))),
    }
  })
}

async function onlyHeld(
  client: PoolClient,
  token: string,
  decided: readonly DecidedMessage[],
): Promise<readonly DecidedMessage[]> {
  const { rows } = await client.query<Row>({
    name: 'lock-held',
    text: `SELECT message_id FROM message_work
      WHERE message_id = ANY($1::uuid[]) AND token = $2 ORDER BY message_id FOR UPDATE`,
    values: [decided.map(({ messageId }) => messageId), token],
  })
  const held = new Set(rows.map((row) => row['message_id']))
  return decided.filter(({ messageId }) => held.has(messageId))
}

function mark(message: DecidedMessage): MarkedMessage {
  const interchanges = message.judgement?.interchanges ?? []
  const marked = interchanges.map((judged) => ({
    judged,
    ids: new InterchangeIds(message.messageId, judged.stream),
  }))
  return { ...message, marked }
}

function repeats(message: MarkedMessage): Repeated[] {
  return message.marked.flatMap(({ judged }) => {
    const interchangeId = judged.retransmissionOf?.interchangeId ?? null
    const { relationshipId } = judged
    if (interchangeId === null || relationshipId === null) return []
    return [{ messageId: message.messageId, relationshipId, interchangeId }]
  })
}

function isEarly(message: MarkedMessage, answers: readonly EarlierAnswer[]): boolean {
  const first = new Set(repeats(message).map(({ interchangeId }) => interchangeId))
  return answers.some((answer) => first.has(answer.interchangeId) && answer.messageId === null)
}

/**
 * Two messages that carry the same number meet here; the one that finds it taken is decided again.
 */
async function burnControlNumbers(
  client: PoolClient,
  messages: readonly MarkedMessage[],
  now: Date,
): Promise<readonly MarkedMessage[]> {
  const wanted = new Map<string, SeenRow>()
  const takenBy = (row: SeenRow): boolean => wanted.get(seenId(row)) === row
  const rows = new Map(
    messages.map((message) => [message, controlNumbers(message, now)] as const),
  )
  for (const list of rows.values()) {
    for (const row of list) if (!wanted.has(seenId(row))) wanted.set(seenId(row), row)
  }
  const free = await burn(client, [...wanted.values()])
  return messages.filter((message) =>
    (rows.get(message) ?? []).every((row) => takenBy(row) && free.has(seenId(row))))
}

function controlNumbers(message: MarkedMessage, now: Date): SeenRow[] {
  return message.marked.flatMap(({ judged, ids }) => {
    const { remember, relationshipId, stream } = judged
    if (remember === null || relationshipId === null) return []
    const row: SeenRow = {
      relationship_id: relationshipId,
      kind: 'interchange',
      key: judged.control,
      stream,
      sha256: Buffer.from(judged.sha256, 'hex'),
      accepted: remember.accepted,
      message_id: message.messageId,
      subject_id: ids.id,
      at: now,
      until: new Date(now.getTime() + remember.windowDays * dayMs),
    }
    return [row]
  })
}

async function endpointPartners(
  client: PoolClient,
  messages: readonly DecidedMessage[],
): Promise<ReadonlyMap<string, string | null>> {
  const endpoints = messages.flatMap(({ effects }) =>
    effects.flatMap((effect) =>
      effect.do === 'apply' ? effect.document.follow.map(({ endpointId }) => endpointId) : []))
  if (endpoints.length === 0) return new Map()
  const { rows } = await client.query<Row>({
    name: 'endpoint-partners',
    text: 'SELECT id, partner_id FROM endpoints WHERE id = ANY($1::uuid[])',
    values: [[...new Set(endpoints)]],
  })
  return new Map(rows.map((row) => [row['id'] as string, row['partner_id'] as string | null]))
}

/**
 * What was parked as a whole is judged anew when it is resumed: its old rows and their parking make
 * room.
 */
async function dropUnsettled(
  client: PoolClient,
  messages: readonly MarkedMessage[],
): Promise<void> {
  const ids = messages
    .filter(({ judgement }) => judgement !== null)
    .map(({ messageId }) => messageId)
  if (ids.length === 0) return
  await client.query({
    name: 'drop-unsettled',
    text: `
      WITH gone AS (
        DELETE FROM interchanges WHERE message_id = ANY($1::uuid[]) AND NOT settled RETURNING id
      ), gone_groups AS (
        DELETE FROM groups WHERE message_id = ANY($1::uuid[])
          AND interchange_id IN (SELECT id FROM gone) RETURNING id
      )
      DELETE FROM sets WHERE message_id = ANY($1::uuid[])
        AND group_id IN (SELECT id FROM gone_groups)`,
    values: [ids],
  })
  await client.query({
    name: 'close-parked-messages',
    text: `UPDATE parked SET status = 'resumed', ended_at = now()
      WHERE message_id = ANY($1::uuid[]) AND kind = 'message' AND status = 'open'
        AND NOT EXISTS (SELECT FROM interchanges i WHERE i.id = parked.interchange_id)`,
    values: [ids],
  })
}

function gatherVerdicts(
  message: MarkedMessage,
  statusAt: (position: number) => string | undefined,
  gather: RowGatherer,
): void {
  const { judgement, messageId, marked } = message
  if (judgement === null) return
  for (const { judged, ids } of marked) {
    gather.interchange(messageId, judged, ids, (set) => statusAt(set.position) ?? set.status)
  }
  const [first] = marked
  const stream = first?.judged.stream ?? null
  if (judgement.park !== null) gather.park(messageId, 'message', judgement.park, { stream })
  const sets = marked.flatMap(({ judged }) => judged.groups.flatMap((group) => group.sets))
  const rejected = sets.filter(({ verdict }) => verdict === 'rejected').length
  gather.event(messageId, 'judged', { sets: sets.length, rejected }, { stream })
  gather.judgedMessages.push({
    id: messageId,
    stream,
    standard: judgement.standard,
    partner_id: first?.judged.partnerId ?? null,
    relationship_id: first?.judged.relationshipId ?? null,
    duplicate_of: first?.judged.retransmissionOf?.messageId ?? null,
    faults: judgement.faults,
  })
}

async function write(client: PoolClient, gather: RowGatherer): Promise<void> {
  await insertRows(client, 'interchanges', columns.interchangeColumns, gather.interchanges)
  await insertRows(client, 'groups', columns.groupColumns, gather.groups)
  await insertRows(client, 'sets', columns.setColumns, gather.sets)
  await insertRows(client, 'documents', columns.documentColumns, gather.documents)
  await insertRows(client, 'document_keys', columns.documentKeyColumns, gather.documentKeys)
  await insertRows(client, 'outgoing_sets', columns.outgoingSetColumns, gather.outgoingSets)
  await insertRows(client, 'outgoing_work', columns.outgoingWorkColumns, gather.outgoingWork)
  const { acknowledgements } = gather
  await insertRows(client, 'acknowledgements', columns.acknowledgementColumns, acknowledgements)
  await insertRows(client, 'messages', columns.messageColumns, gather.messages)
  await insertRows(client, 'deliveries', columns.deliveryColumns, gather.deliveries)
  await insertRows(client, 'delivery_work', columns.deliveryWorkColumns, gather.deliveryWork)
  await insertRows(client, 'parked', columns.parkedColumns, gather.parked)
  await insertRows(client, 'events', columns.eventColumns, gather.events)
  await updateJudged(client, gather.judgedMessages)
}

/**
 * What an inbound message turned out to be, once it was judged. Bytes of several partners are
 * nobody's to see but ours; interchanges that were settled before count too.
 */
async function updateJudged(client: PoolClient, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return
  const names = Object.keys(columns.judgedMessageColumns).join(', ')
  await client.query({
    name: 'update-judged',
    text: `
      UPDATE messages m SET stream = n.stream, standard = n.standard,
        partner_id = CASE WHEN n.standard = 'json' OR n.partner_id = ALL (
          SELECT r.partner_id FROM interchanges i LEFT JOIN relationships r
            ON r.id = i.relationship_id WHERE i.message_id = m.id) THEN n.partner_id END,
        relationship_id = CASE WHEN n.relationship_id = ALL (
          SELECT relationship_id FROM interchanges WHERE message_id = m.id)
          THEN n.relationship_id END,
        duplicate_of = n.duplicate_of, faults = n.faults
      FROM ${unnest(columns.judgedMessageColumns, 1)} AS n (${names}) WHERE m.id = n.id`,
    values: arrays(columns.judgedMessageColumns, rows),
  })
}

/**
 * Ends the work of messages with nothing due. The others, which it answers, made headway: their
 * count of ends starts anew.
 */
async function finish(
  client: PoolClient,
  token: string,
  messages: readonly DecidedMessage[],
): Promise<readonly string[]> {
  const ids = messages.map(({ messageId }) => messageId)
  await refreshMessageStatus(client, ids)
  await client.query({
    name: 'finish-work',
    text: `DELETE FROM message_work w WHERE token = $1 AND message_id = ANY($2::uuid[])
      AND NOT EXISTS (SELECT FROM sets s WHERE s.message_id = w.message_id AND s.status = 'due')`,
    values: [token, ids],
  })
  const { rows } = await client.query<Row>({
    name: 'made-headway',
    text: `UPDATE message_work SET attempts = 1 WHERE token = $1 AND message_id = ANY($2::uuid[])
      RETURNING message_id`,
    values: [token, ids],
  })
  return rows.map((row) => row['message_id'] as string)
}
