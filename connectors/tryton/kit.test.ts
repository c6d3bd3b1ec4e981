import { afterAll, beforeAll, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { connectors } from '#connectors/index.ts'
import type { AttemptRecord, ClaimedDelivery, DeliveryNext } from '#prisma/store/deliver.ts'
import { describeWithTryton, startTryton, trytonStartTimeoutMs } from '#test/support/tryton.ts'
import type { TestTryton } from '#test/support/tryton.ts'
import { CallMemory } from '#workers/calls/effects.ts'
import { openHttpClient } from '#workers/effects/http.ts'
import { attempt } from '#workers/jobs/deliver/perform.ts'

interface Changes {
  readonly settings?: object
  readonly password?: string
  readonly operation?: string
}

describeWithTryton('Tryton as the kit calls it', () => {
  let tryton: TestTryton
  const { answerBytesMax } = limits.workers
  const http = openHttpClient({ answerBytesMax, socketsMax: 4 })
  beforeAll(async () => {
    tryton = await startTryton()
  }, trytonStartTimeoutMs)
  afterAll(async () => {
    http.close()
    await tryton.stop()
  })

  /** One attempt at a delivery with this body. */
  async function deliver(body: object, reference: string, changes: Changes = {}) {
    const records: { attempt: AttemptRecord; next: DeliveryNext }[] = []
    const unused = () => Promise.reject(new Error('not part of an attempt'))
    const { settings, password = tryton.secrets.password, operation = 'createSale' } = changes
    const delivery: ClaimedDelivery = {
      id: 'd', token: 't', before: 'due', attempts: 0, failures: 0, attemptsMax: 12,
      lastAttemptAt: null, operation, reference, messageId: 'm', sourceMessageId: 's',
      contentType: 'application/json', body: Buffer.from(JSON.stringify(body)),
      endpoint: {
        id: 'e', connector: 'tryton', settings: { ...tryton.settings, ...settings },
        secrets: null, secretsKeyId: null, failures: 0,
      },
    }
    await attempt(delivery, connectors, {
      placeInMailboxes: unused, claim: unused, renew: unused, letGo: unused, takeTurn: unused,
      wait: unused, loadToken: unused, saveToken: unused, memory: new CallMemory(),
      nowMs: () => Date.now(), draw: () => 0.5, hub: 'http://127.0.0.1:1',
      noteCall: () => Promise.resolve(),
      openSecrets: () => ({ password }),
      call: (call) => http.call(call),
      record: (made, next) => Promise.resolve(records.push({ attempt: made, next }) > 0),
    })
    const [record] = records
    if (record === undefined) throw new Error('nothing was recorded')
    return record
  }

  const draft = (reference: string, product = 'WID-01') => ({
    reference, party: 'BUYER-01', orderedOn: '2026-01-05', currency: 'USD',
    lines: [{ position: 1, product, quantity: '2', unit: 'u', unitPrice: '1.25' }],
  })

  test('a sale is delivered once', async () => {
    const first = await deliver(draft('PO-1'), 'one')
    expect(first.next).toMatchObject({ status: 'delivered', result: { state: 'processing' } })
    expect((await deliver(draft('PO-1'), 'one')).next).toEqual(first.next)
    expect(await tryton.clerk.sales('PO-1')).toHaveLength(1)
  })

  test('the stock is read', async () => {
    const { next } = await deliver({ products: ['WID-02'] }, 'two', { operation: 'readStock' })
    const rows = [{ product: 'WID-02', quantity: '100000' }]
    expect(next).toMatchObject({ status: 'delivered', result: { rows } })
  })

  test.each<readonly [string, string, Changes, RegExp]>([
    ['a product it does not know', 'NO-SUCH', {}, /no product with the code NO-SUCH \(line 1\)/],
    ['a wrong password', 'WID-01', { password: 'wrong' }, /401/],
    ['a wrong database', 'WID-01', { settings: { database: 'elsewhere' } }, /elsewhere/],
    ['a setting that means nothing', 'WID-01', { settings: { confirm: 'maybe' } }, /confirm/],
    ['a host nobody allowed', 'WID-01', { settings: { allowedHosts: [] } }, /not allowed/],
  ])('%s parks it, saying so', async (_what, product, changes, says) => {
    const { next } = await deliver(draft('PO-2', product), 'three', changes)
    expect(next).toMatchObject({ status: 'parked', code: 'DELIVERY_REFUSED' })
    expect(JSON.stringify(next)).toMatch(says)
  })

  test('where it is down it is tried again', async () => {
    await tryton.kill()
    const { attempt: made, next } = await deliver(draft('PO-3'), 'four')
    expect([made.fate, next.status]).toEqual(['not_sent', 'due'])
  })
})
