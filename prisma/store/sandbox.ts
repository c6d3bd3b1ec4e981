import { Fault } from '#core/errors/fault.ts'
import { newId } from './ids.ts'
import { inTransaction } from './pool.ts'
import { jsonText } from './rows.ts'
import { readSetting, writeSetting } from './settings.ts'
import type { Store } from './index.ts'
import { afterId, pageOf } from './views/page.ts'
import type { Page, PageWanted } from './views/page.ts'

/**
 * The books of the sandbox ERP: another company's system that happens to live in the hub's process.
 * It shares no transaction with the hub's own work, and it does not protect itself: a sale that is
 * created twice is two sales. What it offers against that is the look-up by reference.
 */
export interface Sale {
  readonly id: string
  /** The buyer's order number. Not unique, on purpose. */
  readonly reference: string
  /** The rest of the sale as it was sent. */
  readonly body: Readonly<Record<string, unknown>>
  readonly createdAt: Date
}

export interface SalesWanted extends PageWanted {
  readonly reference?: string | undefined
}

/** What keeps a create from taking effect long after its caller gave up. */
export interface CreateBounds {
  /** Asked once it has its connection, before anything is written. */
  readonly isLate: () => boolean
  readonly statementTimeoutMs: number
}

/**
 * Creates a sale; committed when it resolves. DATABASE_BUSY, and no sale, where it was late or took
 * too long.
 */
export async function createSale(
  store: Store,
  reference: string,
  body: Readonly<Record<string, unknown>>,
  bounds: CreateBounds,
): Promise<Sale> {
  const sale = { id: newId(), reference, body }
  const text = jsonText(body)
  return inTransaction(store.pool, async (client) => {
    await client.query(`SELECT set_config('statement_timeout', $1, true)`, [
      String(bounds.statementTimeoutMs),
    ])
    if (bounds.isLate()) throw new Fault('DATABASE_BUSY', {})
    const { rows } = await client.query<{ created_at: Date }>(
      `INSERT INTO sandbox_sales (id, reference, body, created_at)
       VALUES ($1, $2, $3::jsonb, now()) RETURNING created_at`,
      [sale.id, reference, text],
    )
    const [row] = rows
    if (row === undefined) throw new Error('an insert of one row answered none')
    return { ...sale, createdAt: row.created_at }
  })
}

/** Sales, newest first; with a reference, exactly those that bear it. */
export async function listSales(store: Store, wanted: SalesWanted): Promise<Page<Sale>> {
  const after = afterId(wanted)
  const rows = await store.prisma.sandboxSale.findMany({
    where: {
      ...(wanted.reference === undefined ? {} : { reference: wanted.reference }),
      ...(after === null ? {} : { id: { lt: after } }),
    },
    orderBy: { id: 'desc' },
    take: wanted.limit + 1,
  })
  return pageOf(rows, wanted, (row) => ({ ...row, body: row.body as Sale['body'] }))
}

/** How the sandbox ERP misbehaves; what is absent, or 0, is off. */
export interface Behaviour {
  /** How long each answer is held back, after the sale was committed. */
  readonly delayMs?: number
  /** Every n-th create answers 500 and creates nothing. */
  readonly failEvery?: number
  /** Every n-th create is committed, and then the connection breaks without an answer. */
  readonly dropAfterCreateEvery?: number
}

const behaviourName = 'sandbox-erp.behaviour'

/** Kept in the database, so that it outlives a restart and holds in every process. */
export async function readBehaviour(store: Store): Promise<Behaviour> {
  return (await readSetting(store.pool, behaviourName)) ?? {}
}

export async function writeBehaviour(store: Store, behaviour: Behaviour): Promise<void> {
  await writeSetting(store.pool, behaviourName, behaviour)
}
