import { inTransaction } from './pool.ts'
import type { Row } from './pool.ts'
import { jsonText } from './rows.ts'
import type { Sale } from './sandbox.ts'
import type { Store } from './index.ts'

/** A confirmation, shipment or invoice of the sandbox's ERP, as it was written. */
export interface StoredPaper {
  readonly position: number
  readonly kind: string
  readonly saleId: string
  /** The ERP's own: S-000012, D-000013, I-000014. */
  readonly number: string
  readonly body: Readonly<Record<string, unknown>>
  readonly createdAt: Date
}

export async function findSale(store: Store, id: string): Promise<Sale | null> {
  const row = await store.prisma.sandboxSale.findUnique({ where: { id } })
  return row && { ...row, body: row.body as Sale['body'] }
}

const letters: Readonly<Record<string, string>> = { sale: 'S', shipment: 'D', invoice: 'I' }

/**
 * Adds a paper; committed when it resolves. One at a time: a position becomes visible only after
 * all before it.
 */
export async function addPaper(
  store: Store,
  saleId: string,
  paper: { readonly kind: string; readonly body: Readonly<Record<string, unknown>> },
): Promise<StoredPaper> {
  return inTransaction(store.pool, async (client) => {
    await client.query(`SELECT pg_advisory_xact_lock(hashtext('crossdock sandbox papers'))`)
    const { rows } = await client.query<Row>(
      `INSERT INTO sandbox_papers (kind, sale_id, number, body, created_at)
       VALUES ($1, $2, '', $3::jsonb, now()) RETURNING position, created_at`,
      [paper.kind, saleId, jsonText(paper.body)],
    )
    const position = Number(rows[0]?.['position'])
    const number = `${letters[paper.kind] ?? 'P'}-${String(position).padStart(6, '0')}`
    await client.query('UPDATE sandbox_papers SET number = $2 WHERE position = $1', [
      position, number,
    ])
    const createdAt = rows[0]?.['created_at'] as Date
    return { position, kind: paper.kind, saleId, number, body: paper.body, createdAt }
  })
}

/** Papers after a position, oldest first. */
export async function listPapers(
  store: Store,
  after: number,
  limit: number,
): Promise<readonly StoredPaper[]> {
  const rows = await store.prisma.sandboxPaper.findMany({
    where: { position: { gt: after } },
    orderBy: { position: 'asc' },
    take: limit,
  })
  return rows.map(({ position, kind, saleId, number, body, createdAt }) => ({
    position: Number(position), kind, saleId, number, createdAt, body: body as StoredPaper['body'],
  }))
}
