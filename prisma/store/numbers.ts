import { Fault } from '#core/errors/fault.ts'
import type { Prisma } from '../generated/client.ts'
import { newId } from './ids.ts'
import type { Store } from './index.ts'
import { lastNumber } from './number-series.ts'

/** A series of control numbers of a relationship, as an administrator sees it. */
export interface NumbersView {
  readonly kind: string
  /** Of groups: GS02 and GS03, with a slash. Of interchanges ''. */
  readonly scope: string
  readonly next: number
  readonly last: number
  /** Stretches that were passed over, newest first. */
  readonly voided: readonly {
    readonly first: number
    readonly last: number
    readonly reason: string
    readonly at: Date
  }[]
}

export interface NextNumber {
  readonly kind: 'interchange' | 'group'
  readonly scope: string
  readonly next: number
  readonly reason: string
  /** Also downwards: numbers that were sent may come again. */
  readonly force: boolean
}

/** Both series of a relationship, as they stand or as they will begin; null where it is none. */
export async function readNumbers(
  store: Store, relationshipId: string,
): Promise<readonly NumbersView[] | null> {
  const relationship = await store.prisma.relationship.findUnique({
    where: { id: relationshipId },
    include: { numberSeries: { orderBy: [{ kind: 'desc' }, { scope: 'asc' }] } },
  })
  if (relationship === null) return null
  const voided = await store.prisma.voidNumbers.findMany({
    where: { relationshipId }, orderBy: { id: 'desc' },
  })
  const { ourGroupId, theirGroupId, numberSeries } = relationship
  const begun = numberSeries.map(({ kind, scope, next, last }) =>
    ({ kind, scope, next: Number(next), last: Number(last) }))
  const toBegin = [
    { kind: 'interchange', scope: '' }, { kind: 'group', scope: `${ourGroupId}/${theirGroupId}` },
  ].filter(({ kind, scope }) => !begun.some((one) => one.kind === kind && one.scope === scope))
    .map((series) => ({ ...series, next: 1, last: lastNumber }))
  return [...begun, ...toBegin].map((series) => ({
    ...series,
    voided: voided.filter(({ kind, scope }) => kind === series.kind && scope === series.scope)
      .map(({ first, last, reason, at }) =>
        ({ first: Number(first), last: Number(last), reason, at })),
  }))
}

/**
 * Sets the number that a series goes on with and records what it passes over. Waits for an envelope
 * that takes numbers, as that waits for this. Throws NUMBERS_DOWNWARDS and NUMBERS_OUTSIDE.
 */
export async function setNextNumber(
  store: Store, relationshipId: string, wanted: NextNumber,
): Promise<void> {
  const { kind, scope, next, reason, force } = wanted
  await store.prisma.$transaction(async (tx) => {
    const series = await lockSeries(tx, relationshipId, kind, scope)
    if (next > series.last) throw new Fault('NUMBERS_OUTSIDE', { next, last: series.last })
    if (next < series.next && !force) {
      throw new Fault('NUMBERS_DOWNWARDS', { next, before: series.next })
    }
    await tx.numberSeries.update({
      where: { relationshipId_kind_scope: { relationshipId, kind, scope } }, data: { next },
    })
    if (next <= series.next) return
    await tx.voidNumbers.create({
      data: {
        id: newId(), relationshipId, kind, scope, reason, first: series.next, last: next - 1,
        at: series.now,
      },
    })
  })
}

interface Locked {
  readonly next: number
  readonly last: number
  readonly now: Date
}

/** One that nobody took a number of yet begins here. */
async function lockSeries(
  tx: Prisma.TransactionClient, relationshipId: string, kind: string, scope: string,
): Promise<Locked> {
  await tx.$executeRaw`
    INSERT INTO number_series (relationship_id, kind, scope, stream, next, last)
    SELECT id, ${kind}, ${scope}, stream, 1, ${lastNumber} FROM relationships
    WHERE id = ${relationshipId}::uuid
    ON CONFLICT DO NOTHING`
  const [row] = await tx.$queryRaw<{ next: bigint; last: bigint; now: Date }[]>`
    SELECT next, last, now() AS now FROM number_series
    WHERE relationship_id = ${relationshipId}::uuid AND kind = ${kind} AND scope = ${scope}
    FOR UPDATE`
  if (row === undefined) throw new Fault('NOT_FOUND', { what: 'relationship', id: relationshipId })
  return { next: Number(row.next), last: Number(row.last), now: row.now }
}
