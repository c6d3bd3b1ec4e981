import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#prisma/store/ids.ts'
import { takeNumbers } from '#prisma/store/number-series.ts'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'

let api: TestApi
let id: string
beforeAll(async () => {
  api = await startTestApi()
  const { prisma } = api.store
  const partnerId = await api.makePartner('Acme')
  const endpoint = await prisma.endpoint.create({
    data: { id: newId(), stream: 'test', name: 'm', connector: 'mailbox' },
  })
  const relationship = await prisma.relationship.create({
    data: {
      id: newId(), stream: 'test', standard: 'x12', partnerId, hostId: partnerId,
      theirQualifier: 'ZZ', theirId: 'A', ourQualifier: 'ZZ', ourId: 'U', theirGroupId: 'AG',
      ourGroupId: 'UG', endpointId: endpoint.id,
    },
  })
  id = relationship.id
})
afterAll(async () => api.stop())

interface Numbers {
  readonly code?: string
  readonly items?: { kind: string; scope: string; next: number; voided: object[] }[]
}

const url = () => `/v1/relationships/${id}/numbers`
const set = async (payload: object): Promise<Numbers> =>
  (await api.ask({ method: 'PUT', url: url(), payload })).json<Numbers>()

async function take(count: number): Promise<readonly number[]> {
  const client = await api.store.pool.connect()
  try {
    const series = { relationshipId: id, stream: 'test', kind: 'interchange', scope: '' } as const
    return await takeNumbers(client, series, count)
  } finally {
    client.release()
  }
}

test('series are seen before they begin, set upwards, and say what they passed over', async () => {
  expect((await api.ask({ url: url() })).json()).toMatchObject({ items: [
    { kind: 'interchange', scope: '', next: 1, voided: [] },
    { kind: 'group', scope: 'UG/AG', next: 1, voided: [] },
  ] })
  expect(await take(3)).toEqual([1, 2, 3])
  const { items } = await set({ kind: 'interchange', next: 100, reason: 'moved from another hub' })
  expect(items?.[0]).toMatchObject({
    next: 100, voided: [{ first: 4, last: 99, reason: 'moved from another hub' }],
  })
  expect(await take(1)).toEqual([100])
  expect((await set({ kind: 'group', next: 5, reason: 'as well' })).items?.[1])
    .toMatchObject({ scope: 'UG/AG', next: 5, voided: [{ first: 1, last: 4 }] })
})

test('downwards only by force, and then nothing is void', async () => {
  const down = { kind: 'interchange', next: 50, reason: 'the partner lost them' }
  expect(await set(down)).toMatchObject({ code: 'NUMBERS_DOWNWARDS' })
  const { items } = await set({ ...down, force: true })
  expect(items?.find(({ kind }) => kind === 'interchange')).toMatchObject({ next: 50 })
  expect(await api.store.prisma.voidNumbers.count()).toBe(2)
  expect(await take(1)).toEqual([50])
})

test.each([
  { kind: 'interchange', next: 0, reason: 'x' }, { kind: 'interchange', next: 1e9, reason: 'x' },
  { kind: 'interchange', next: 1.5, reason: 'x' }, { kind: 'sscc', next: 5, reason: 'x' },
  { kind: 'group', next: 500 }, { kind: 'group', next: 500, reason: '' },
])('refuses %j', async (payload) => {
  expect(await set(payload)).toMatchObject({ code: 'REQUEST_INVALID' })
})

test('knows the series and the relationship it is asked for', async () => {
  expect(await set({ kind: 'group', scope: 'NO/SUCH', next: 9, reason: 'x' }))
    .toMatchObject({ code: 'NUMBERS_UNKNOWN' })
  const nobody = await api.ask({ url: `/v1/relationships/${newId()}/numbers` })
  expect(nobody.statusCode).toBe(404)
})
