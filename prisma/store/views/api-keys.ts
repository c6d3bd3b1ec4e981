import type { Store } from '../index.ts'
import { afterId, pageOf } from './page.ts'
import type { Page, PageWanted } from './page.ts'

/** A key without the key: only its hash is kept. */
export interface ApiKeyView {
  readonly id: string
  readonly name: string
  readonly role: string
  /** Id of the partner whose documents it sees; of the role `partner` alone. */
  readonly partner: string | null
  /** Whether it is CROSSDOCK_ADMIN_KEY. */
  readonly preset: boolean
  readonly createdAt: Date
  readonly revokedAt: Date | null
}

const columns = {
  id: true, name: true, role: true, partnerId: true, preset: true, createdAt: true,
  revokedAt: true,
} as const

/** All keys, the newest first, revoked ones too. */
export async function listApiKeys(store: Store, wanted: PageWanted): Promise<Page<ApiKeyView>> {
  const after = afterId(wanted)
  const rows = await store.prisma.apiKey.findMany({
    where: after === null ? {} : { id: { lt: after } },
    select: columns,
    orderBy: { id: 'desc' },
    take: wanted.limit + 1,
  })
  return pageOf(rows, wanted, toView)
}

export async function findApiKeyView(store: Store, id: string): Promise<ApiKeyView | null> {
  const row = await store.prisma.apiKey.findUnique({ where: { id }, select: columns })
  return row === null ? null : toView(row)
}

function toView({ partnerId, ...row }: Omit<ApiKeyView, 'partner'> & {
  partnerId: string | null
}): ApiKeyView {
  return { ...row, partner: partnerId }
}
