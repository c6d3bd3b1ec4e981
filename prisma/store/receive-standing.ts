import type { Verdict } from '#core/codecs/x12/types.ts'
import type { Pair } from '#core/exchange/relationship.ts'
import type { Stream } from '#core/exchange/stream.ts'
import type { Row } from './pool.ts'
import type { Store } from './index.ts'


/** Where a due set is in its message, and who sent it. */
export interface DueSet {
  readonly position: number
  readonly type: string
  readonly verdict: Verdict
  /** A person resumed it once it was parked. */
  readonly insisted: boolean
  readonly release: string
  readonly byte: number
  readonly length: number
  readonly groupByte: number
  readonly interchangeByte: number
  readonly pair: Pair
  readonly stream: Stream
}

/** Positions of the settled interchanges of these messages. */
export async function loadSettled(
  store: Store,
  messageIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const { rows } = await store.pool.query<Row>({
    name: 'load-settled',
    text: `SELECT message_id, array_agg(position) AS positions FROM interchanges
      WHERE message_id = ANY($1::uuid[]) AND settled GROUP BY message_id`,
    values: [messageIds],
  })
  return new Map(
    rows.map((row) => [row['message_id'] as string, new Set(row['positions'] as number[])]),
  )
}

/** The next due sets of one message. */
export async function loadDueSets(
  store: Store,
  messageId: string,
  setsMax: number,
): Promise<readonly DueSet[]> {
  const { rows } = await store.pool.query<Row>({
    name: 'load-due-sets',
    text: `
      SELECT s.position, s.type, s.verdict, EXISTS (
          SELECT FROM parked p WHERE p.message_id = s.message_id AND p.set_id = s.id
            AND p.status = 'resumed') AS insisted,
        s.byte, s.length, s.stream, g.release, g.byte AS group_byte,
        i.byte AS interchange_byte, i.sender_qualifier, i.sender_id,
        i.receiver_qualifier, i.receiver_id
      FROM sets s JOIN groups g ON g.id = s.group_id JOIN interchanges i ON i.id = g.interchange_id
      WHERE s.message_id = $1 AND s.status = 'due' ORDER BY s.position LIMIT $2`,
    values: [messageId, setsMax],
  })
  return rows.map((row) => ({
    position: row['position'] as number,
    type: row['type'] as string,
    verdict: row['verdict'] as Verdict,
    insisted: row['insisted'] as boolean,
    release: row['release'] as string,
    byte: Number(row['byte']),
    length: Number(row['length']),
    groupByte: Number(row['group_byte']),
    interchangeByte: Number(row['interchange_byte']),
    pair: {
      standard: 'x12',
      theirQualifier: row['sender_qualifier'] as string,
      theirId: row['sender_id'] as string,
      ourQualifier: row['receiver_qualifier'] as string,
      ourId: row['receiver_id'] as string,
    },
    stream: row['stream'] as Stream,
  }))
}
