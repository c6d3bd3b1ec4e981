import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestStore } from '#test/support/database.ts'
import { checkPreset, createApiKey, findApiKey, makeFirstKey, presetAdminKey } from './api-keys.ts'

let hub: Awaited<ReturnType<typeof startTestStore>>
beforeAll(async () => { hub = await startTestStore() })
afterAll(() => hub.stop())
beforeEach(() => hub.store.prisma.apiKey.deleteMany())

const a = 'a'.repeat(32)
const b = 'b'.repeat(32)

test('a key is found by itself alone, and only its hash is kept', async () => {
  const { id, key } = await createApiKey(hub.store, { name: 'ops', role: 'operator' })
  expect(await findApiKey(hub.store, key)).toEqual(
    { id, name: 'ops', role: 'operator', partnerId: null },
  )
  expect(await findApiKey(hub.store, `${key} `)).toBeNull()
  const { rows } = await hub.store.pool.query('SELECT api_keys::text AS row FROM api_keys')
  expect(JSON.stringify(rows)).not.toContain(key.slice(3))
})

describe('the first admin key', () => {
  test('is made and shown once', async () => {
    const shown: string[] = []
    const show = async (key: string) => void shown.push(key)
    await Promise.all([1, 2, 3].map(() => makeFirstKey(hub.store, show)))
    await makeFirstKey(hub.store, show)
    expect(shown).toHaveLength(1)
    expect(await findApiKey(hub.store, shown[0]!)).toMatchObject({ role: 'admin' })
  })

  test('that could not be shown does not count, and the next start shows another', async () => {
    let lost = ''
    const closed = async (key: string) => {
      lost = key
      throw new Error('stdout is closed')
    }
    await expect(makeFirstKey(hub.store, closed)).rejects.toThrow('stdout is closed')
    expect(await findApiKey(hub.store, lost)).toBeNull()
    const shown: string[] = []
    await makeFirstKey(hub.store, async (key) => void shown.push(key))
    expect(shown).toHaveLength(1)
  })

  test('is not made where one was preset', async () => {
    await presetAdminKey(hub.store, a)
    await makeFirstKey(hub.store, async () => { throw new Error('shown') })
  })
})

describe('the preset admin key', () => {
  test('works, and the same value changes nothing', async () => {
    await presetAdminKey(hub.store, a)
    const before = await hub.store.prisma.apiKey.findMany()
    await presetAdminKey(hub.store, a)
    expect(await hub.store.prisma.apiKey.findMany()).toEqual(before)
    expect(await findApiKey(hub.store, a)).toMatchObject({ name: 'preset', role: 'admin' })
  })

  test('is replaced by another value, and can come back', async () => {
    await presetAdminKey(hub.store, a)
    await presetAdminKey(hub.store, b)
    expect(await findApiKey(hub.store, a)).toBeNull()
    expect(await findApiKey(hub.store, b)).not.toBeNull()
    await presetAdminKey(hub.store, a)
    expect(await findApiKey(hub.store, a)).not.toBeNull()
    expect(await findApiKey(hub.store, b)).toBeNull()
  })

  test('leaves keys made otherwise alone', async () => {
    const { key } = await createApiKey(hub.store, { name: 'other', role: 'admin' })
    await presetAdminKey(hub.store, a)
    await presetAdminKey(hub.store, b)
    expect(await findApiKey(hub.store, key)).not.toBeNull()
  })

  test('may not be a key of another role', async () => {
    const { key } = await createApiKey(hub.store, { name: 'ops', role: 'operator' })
    const preset = presetAdminKey(hub.store, key)
    await expect(preset).rejects.toMatchObject({ code: 'ADMIN_KEY_INVALID' })
  })

  test.each([
    ['x'.repeat(31), /31 characters/],
    ['', /0 characters/],
    [`${'x'.repeat(32)}\n`, /not printable/],
    [`${'x'.repeat(20)}\t${'x'.repeat(20)}`, /not printable/],
    [`${'x'.repeat(32)}é`, /not printable ASCII/],
    [` ${'x'.repeat(32)}`, /space/],
  ])('is refused: %j', (key, because) => {
    expect(() => checkPreset(key)).toThrow(because)
  })

  test.each([a, '~!"#$%&\'()*+,-./:;<=>?@[]^_`{|} pass phrase'])('may be %j', (key) => {
    expect(() => checkPreset(key)).not.toThrow()
  })
})
