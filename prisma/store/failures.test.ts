import { expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { storeFault, wasUndone } from './failures.ts'
import { openStore } from './index.ts'

const coded = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code })

test.each([
  ['53100', 'DISK_FULL'], ['53200', 'DISK_FULL'], ['58030', 'DISK_FULL'],
  ['57014', 'DATABASE_BUSY'], ['55P03', 'DATABASE_BUSY'], ['40P01', 'DATABASE_BUSY'],
  ['53300', 'DATABASE_BUSY'],
  ['57P01', 'DATABASE_UNAVAILABLE'], ['57P03', 'DATABASE_UNAVAILABLE'],
  ['08006', 'DATABASE_UNAVAILABLE'], ['ECONNREFUSED', 'DATABASE_UNAVAILABLE'],
  ['ECONNRESET', 'DATABASE_UNAVAILABLE'], ['P1001', 'DATABASE_UNAVAILABLE'],
  ['23505', null], ['42P01', null], ['P2002', null], ['EINVAL', null],
])('%s means %s', (code, fault) => {
  expect(storeFault(coded(code))?.code ?? null).toBe(fault)
  expect(storeFault(new Error('wrapped', { cause: coded(code) }))?.code ?? null).toBe(fault)
})

test('what pg says without a code is known by its words', () => {
  for (const words of [
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Client has encountered a connection error and is not queryable',
    'Cannot use a pool after calling end on the pool',
  ]) expect(storeFault(new Error(words))?.code, words).toBe('DATABASE_UNAVAILABLE')
  expect(storeFault(new Error('something else'))).toBeNull()
  expect(storeFault('no error')).toBeNull()
})

test('only what the server surely undid may be tried in parts', () => {
  expect(['22021', '23514', '40001', '55P03'].map((code) => wasUndone(coded(code))))
    .toEqual([true, true, true, true])
  expect(['57P01', '08006', 'ECONNRESET', '53100'].map((code) => wasUndone(coded(code))))
    .toEqual([false, false, false, false])
})

test('a database that does not answer is told apart by both ways to it', async () => {
  const url = 'postgresql://nobody:nothing@127.0.0.1:1/none'
  const store = openStore({ url, secretsKey: new Uint8Array(32), limits: limits.store })
  const byPool = await store.pool.query('SELECT 1').catch(storeFault)
  const byPrisma = await store.prisma.partner.count().catch(storeFault)
  expect([byPool, byPrisma]).toMatchObject([
    { code: 'DATABASE_UNAVAILABLE' }, { code: 'DATABASE_UNAVAILABLE' },
  ])
  await store.close()
})
