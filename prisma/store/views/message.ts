import type { At, FaultView } from '#core/errors/fault.ts'
import type { Row } from '../pool.ts'
import type { Store } from '../index.ts'
import { deliveryStatus, messageSeenBy, messageStatus } from './status.ts'
import type { Viewer } from './viewer.ts'

export interface MessageView {
  readonly id: string
  readonly direction: string
  readonly stream: string | null
  readonly status: string
  readonly interchanges: readonly InterchangeView[]
  readonly documents: readonly { id: string; kind: string; number: string }[]
  readonly acknowledgements: readonly AcknowledgementView[]
  readonly deliveries: readonly DeliveryBrief[]
  readonly faults: readonly FaultView[]
  readonly duplicateOf?: string
  readonly waitsFor?: readonly { what: string; key: string; until: string }[]
}

export interface InterchangeView {
  readonly standard: string
  readonly control: string
  readonly verdict: string
  readonly groups: readonly GroupView[]
}

export interface GroupView {
  readonly control: string
  readonly release: string
  readonly verdict: string
  readonly sets: readonly { type: string; control: string; verdict: string; status: string }[]
}

export interface AcknowledgementView {
  readonly kind: string
  readonly direction: string
  readonly outcome: string
  /** Null until it is enveloped. */
  readonly messageId: string | null
}

export interface DeliveryBrief {
  readonly id: string
  readonly endpoint: string
  readonly status: string
  readonly attempts: number
}

export interface ViewLimits {
  /** Sets, documents and deliveries shown, each. */
  readonly messageViewItemsMax: number
  readonly messageViewFaultsMax: number
}

/** Rows of one message as JSON, in one list. */
function rowsOf(shape: string, from: string, order: string): string {
  return `(SELECT coalesce(jsonb_agg(to_jsonb(one)), '[]') FROM (
    SELECT ${shape} FROM ${from} ORDER BY ${order} LIMIT $3) AS one)`
}

/** Rows are shown to their partner alone. */
const theirs = '($2::uuid IS NULL OR partner_id = $2)'

/**
 * One statement, so one snapshot: a verdict is never seen without the acknowledgement and the
 * documents that were committed with it.
 */
const select = `
  SELECT m.id, m.direction, m.stream, ${messageStatus} AS status, m.duplicate_of,
    m.faults AS message_faults,
    ${rowsOf('id, standard, control, verdict, faults', 'interchanges WHERE message_id = m.id',
      'position')} AS interchanges,
    ${rowsOf('id, interchange_id, control, release, verdict, faults',
      'groups WHERE message_id = m.id', 'position')} AS groups,
    ${rowsOf('group_id, type, control, verdict, status, faults', 'sets WHERE message_id = m.id',
      'position')} AS sets,
    ${rowsOf('id, kind, number', `documents WHERE message_id = m.id AND ${theirs}`, 'id')}
      AS documents,
    ${rowsOf('a.kind, a.direction, a.outcome, coalesce(a.message_id, o.message_id) AS "messageId"',
      `acknowledgements a LEFT JOIN outgoing_sets o ON o.id = a.outgoing_set_id
       WHERE a.of_message_id = m.id`, 'a.id')} AS acknowledgements,
    ${rowsOf(`d.id, e.name AS endpoint, ${deliveryStatus} AS status,
        coalesce(w.attempts, d.attempts) AS attempts`,
      `deliveries d JOIN endpoints e ON e.id = d.endpoint_id
       LEFT JOIN delivery_work w ON w.delivery_id = d.id
       WHERE (d.source_message_id = m.id OR d.message_id = m.id)
         AND ($2::uuid IS NULL OR d.partner_id = $2)`, 'd.id')} AS deliveries,
    ${rowsOf('code, says, remedy, at, others', `parked
       WHERE status <> 'resumed' AND (${theirs} OR (kind = 'message' AND partner_id IS NULL))
       AND (message_id = m.id OR delivery_id IN (
         SELECT id FROM deliveries WHERE source_message_id = m.id))`, 'id')} AS parked,
    ${rowsOf('waits_for AS what, key, until',
      'waiting WHERE message_id = m.id AND ended_at IS NULL', 'until')} AS waits
  FROM messages m WHERE m.id = $1 AND ${messageSeenBy('$2')}`

/** The whole way of one message, or null where there is none for this viewer. */
export async function findMessage(
  store: Store,
  viewer: Viewer,
  id: string,
  limits: ViewLimits,
): Promise<MessageView | null> {
  const { rows } = await store.pool.query<Row>({
    name: 'find-message',
    text: select,
    values: [id, viewer.partnerId, limits.messageViewItemsMax],
  })
  const [row] = rows
  return row === undefined ? null : toView(row as unknown as MessageRow, limits)
}

interface MessageRow {
  readonly id: string
  readonly direction: string
  readonly stream: string | null
  readonly status: string
  readonly duplicate_of: string | null
  readonly message_faults: readonly FaultView[]
  readonly interchanges: readonly (Judged & { id: string; standard: string })[]
  readonly groups: readonly (Judged & { id: string; interchange_id: string; release: string })[]
  readonly sets: readonly (Judged & { group_id: string; type: string; status: string })[]
  readonly documents: MessageView['documents']
  readonly acknowledgements: readonly AcknowledgementView[]
  readonly deliveries: readonly DeliveryBrief[]
  readonly parked: readonly ParkedFault[]
  readonly waits: readonly { what: string; key: string; until: string }[]
}

/** What a row of `parked` says, and what else was found with it. */
type ParkedFault = NotedFault & { readonly others: readonly FaultView[] }
type NotedFault = Omit<FaultView, 'at'> & { readonly at?: At | null }

interface Judged {
  readonly control: string
  readonly verdict: string
  readonly faults: readonly FaultView[]
}

function toView(row: MessageRow, limits: ViewLimits): MessageView {
  const groups = Map.groupBy(row.groups, (group) => group.interchange_id)
  const sets = Map.groupBy(row.sets, (set) => set.group_id)
  return {
    id: row.id,
    direction: row.direction,
    stream: row.stream,
    status: row.status,
    interchanges: row.interchanges.map(({ id, standard, control, verdict }) => ({
      standard,
      control,
      verdict,
      groups: (groups.get(id) ?? []).map((group) => ({
        control: group.control,
        release: group.release,
        verdict: group.verdict,
        sets: (sets.get(group.id) ?? []).map(({ type, control, verdict, status }) =>
          ({ type, control, verdict, status })),
      })),
    })),
    documents: row.documents,
    acknowledgements: row.acknowledgements,
    deliveries: row.deliveries,
    faults: allFaults(row).slice(0, limits.messageViewFaultsMax),
    ...(row.duplicate_of === null ? {} : { duplicateOf: row.duplicate_of }),
    ...(row.waits.length === 0 ? {} : { waitsFor: row.waits }),
  }
}

/**
 * Faults of every level, each once, in the order of the message; those without a place come last.
 */
function allFaults(row: MessageRow): FaultView[] {
  const judged = [...row.interchanges, ...row.groups, ...row.sets]
  const once = new Map<string, FaultView>()
  const noted: readonly NotedFault[] = [
    ...row.message_faults,
    ...judged.flatMap(({ faults }) => faults),
    ...row.parked.flatMap((item) => [item, ...item.others]),
  ]
  for (const { code, says, remedy, at } of noted) {
    const place = at === undefined || at === null ? {} : { at }
    once.set(JSON.stringify([code, says, at?.byte, at?.element, at?.component]), {
      code, says, remedy, ...place,
    })
  }
  const byteOf = ({ at }: FaultView): number => at?.byte ?? Infinity
  return [...once.values()].sort((one, other) => {
    const [here, there] = [byteOf(one), byteOf(other)]
    return here === there ? 0 : here - there
  })
}
