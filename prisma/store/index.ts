import { PrismaPg } from '@prisma/adapter-pg'
import type pg from 'pg'
import { PrismaClient } from '../generated/client.ts'
import { openPool } from './pool.ts'
import { makeSecrets } from './secrets.ts'
import type { Secrets } from './secrets.ts'

/**
 * The database as the rest of the hub knows it. Each table has one writer: configuration goes
 * through `prisma`, the document path through `pool`, and no transaction spans both.
 */
export interface Store {
  readonly pool: pg.Pool
  readonly prisma: PrismaClient
  readonly secrets: Secrets
  /** Waits for the queries in hand. */
  close(): Promise<void>
}

export interface StoreOptions {
  readonly url: string
  /** 32 bytes: loadSecretsKey. */
  readonly secretsKey: Uint8Array
  readonly limits: StoreLimits
}

export interface StoreLimits {
  readonly connectionsMax: number
  readonly prismaConnectionsMax: number
  readonly statementTimeoutMs: number
  readonly lockTimeoutMs: number
  readonly idleInTransactionTimeoutMs: number
}

/** Opens a migrated database; nothing connects before the first query. */
export function openStore({ url, secretsKey, limits }: StoreOptions): Store {
  const pool = openPool({ url, ...limits })
  const prisma = new PrismaClient({
    adapter: new PrismaPg({
      connectionString: url,
      application_name: 'crossdock prisma',
      max: limits.prismaConnectionsMax,
      statement_timeout: limits.statementTimeoutMs,
      lock_timeout: limits.lockTimeoutMs,
      idle_in_transaction_session_timeout: limits.idleInTransactionTimeoutMs,
      // The adapter reads and writes timestamptz as if the session's zone were UTC, so it has to
      // be.
      options: '-c TimeZone=UTC',
    }),
  })
  return {
    pool,
    prisma,
    secrets: makeSecrets(secretsKey),
    async close() {
      await Promise.all([pool.end(), prisma.$disconnect()])
    },
  }
}
