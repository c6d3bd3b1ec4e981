import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'
import { limits } from '#config/limits.ts'
import { openStore } from '#prisma/store/index.ts'
import type { Store } from '#prisma/store/index.ts'
import { findTestServer, templateName } from './test-server.ts'

export interface TestDatabase {
  readonly url: string
  stop(): Promise<void>
}

/** A fresh, migrated database of its own on the server that the test files of one run share. */
export async function startTestDatabase(): Promise<TestDatabase> {
  return await startDatabase(templateName)
}

/** One without a table. */
export async function startEmptyDatabase(): Promise<TestDatabase> {
  return await startDatabase('template1')
}

async function startDatabase(template: string): Promise<TestDatabase> {
  const server = await findTestServer(inject('databaseDirectory'))
  const name = `test_${randomBytes(6).toString('hex')}`
  const url = server.url.replace(/\/crossdock\?/, `/${name}?`)
  await inServer(server.url, `CREATE DATABASE ${name} TEMPLATE ${template}`)
  return {
    url,
    stop: () => inServer(server.url, `DROP DATABASE ${name} WITH (FORCE)`),
  }
}

/** A store on a fresh database; `stop` closes both. */
export async function startTestStore(): Promise<TestDatabase & { readonly store: Store }> {
  const database = await startTestDatabase()
  const store = openStore({ url: database.url, secretsKey: randomBytes(32), limits: limits.store })
  const stop = async () => {
    await store.close()
    await database.stop()
  }
  return { url: database.url, store, stop }
}

async function inServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url.replace(/\/crossdock\?/, '/postgres?'))
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
