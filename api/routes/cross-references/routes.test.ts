import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { crossReferenceKey } from '#core/exchange/outcome.ts'
import { needing } from '#core/exchange/known.ts'
import { loadKnown } from '#prisma/store/receive-known.ts'
import { startTestApi } from '#test/support/api.ts'
import type { TestApi } from '#test/support/api.ts'

let api: TestApi
let partnerId: string
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(async () => api.stop())
beforeEach(async () => {
  await api.store.prisma.crossReference.deleteMany()
  await api.store.prisma.partner.deleteMany()
  partnerId = await api.makePartner('Acme & Co')
})

const url = '/v1/cross-references/Acme%20%26%20Co/items'

async function putCsv(payload: string | Buffer, query = '') {
  const headers = { 'content-type': 'text/csv' }
  return api.ask({ method: 'PUT', url: `${url}?stream=test${query}`, payload, headers })
}

async function readCsv(): Promise<string> {
  return (await api.ask({ url: `${url}?stream=test`, headers: { accept: 'text/csv' } })).body
}

const table = `key,product,unit,valid_from,valid_to
VP:1,WIDGET-01,EA,,
VP:2,"WIDGET, blue",,2026-01-01,2026-06-30
VP:2,WIDGET-02,,2026-07-01,
`

test('CSV goes in and comes out the same, as JSON too, and once', async () => {
  expect((await putCsv(table)).statusCode).toBe(200)
  expect(await readCsv()).toBe(table)
  expect((await putCsv(table)).json()).toEqual({ dryRun: false, changes: [] })
  const read = await api.ask({ url: `${url}?stream=test` })
  expect(read.json()).toEqual({ entries: [
    { key: 'VP:1', value: { product: 'WIDGET-01', unit: 'EA' } },
    {
      key: 'VP:2', value: { product: 'WIDGET, blue' }, validFrom: '2026-01-01',
      validTo: '2026-06-30',
    },
    { key: 'VP:2', value: { product: 'WIDGET-02' }, validFrom: '2026-07-01' },
  ] })
  const again = await api.ask({
    method: 'PUT', url: `/v1/cross-references/${partnerId}/items?stream=test`,
    payload: read.json<object>(),
  })
  expect(again.json()).toEqual({ dryRun: false, changes: [] })
  expect((await api.ask({ url: `${url}?stream=live` })).statusCode).toBe(404)
})

test('merge adds and changes, replace leaves no others, a dry run changes nothing', async () => {
  await putCsv(table)
  const change = 'key,product\r\nVP:1,WIDGET-09\r\nVP:3,WIDGET-03\r\n'
  const dry = await putCsv(change, '&dryRun=true')
  expect(dry.json()).toMatchObject({ dryRun: true, changes: [{ fields: expect.arrayContaining([
    { field: 'entries.VP:1.product', from: 'WIDGET-01', to: 'WIDGET-09' },
    { field: 'entries.VP:1.unit', from: 'EA' },
    { field: 'entries.VP:3', to: { product: 'WIDGET-03' } },
  ]) as object }] })
  expect(await readCsv()).toBe(table)
  await putCsv(change)
  expect((await readCsv()).split('\n')).toHaveLength(6)
  await putCsv(change, '&mode=replace')
  expect((await readCsv()).split('\n')).toEqual(
    ['key,product,valid_from,valid_to', 'VP:1,WIDGET-09,,', 'VP:3,WIDGET-03,,', ''])
})

test('names that every object has are keys and fields like others', async () => {
  await putCsv('key,product\nVP:1,a\n')
  const odd = 'key,__proto__,constructor,valid_from,valid_to\n__proto__,a,b,,\ntoString,a,b,,\n'
  const changed = await putCsv(odd)
  expect(changed.body).not.toContain('"from"')
  expect(changed.json<{ changes: { fields: { field: string }[] }[] }>().changes[0]?.fields
    .map(({ field }) => field).toSorted()).toEqual(['entries.__proto__', 'entries.toString'])
  expect((await putCsv(odd)).json()).toEqual({ dryRun: false, changes: [] })
  await putCsv(odd, '&mode=replace')
  expect(await readCsv()).toBe(odd)
})

test('of a large table what changes is written, and nothing else', async () => {
  const row = (key: number, product: string) => `VP:${key},${product},,\n`
  const header = 'key,product,valid_from,valid_to\n'
  const rows = Array.from({ length: 70_000 }, (_, key) => row(key, 'a')).join('')
  await putCsv(header + rows)
  const written = async () => api.store.prisma.$queryRaw<{ key: string }[]>`
    SELECT key FROM cross_reference_entries WHERE xmin::text::bigint =
      (SELECT max(xmin::text::bigint) FROM cross_reference_entries) ORDER BY key`
  expect(await written()).toHaveLength(70_000)
  await putCsv(header + row(7, 'b') + row(70_001, 'new'))
  expect(await written()).toEqual([{ key: 'VP:7' }, { key: 'VP:70001' }])
  const table = await api.store.prisma.crossReference.findFirstOrThrow()
  expect(table.version).toBe(2)
  await putCsv(header + rows, '&mode=replace')
  expect(await written()).toEqual([{ key: 'VP:7' }])
  expect(await api.store.prisma.crossReferenceEntry.count()).toBe(70_000)
}, 60_000)

describe('what is looked up', () => {
  const look = async (key: string, day: string) => {
    const asked = { partnerId, stream: 'test' as const, table: 'items', key, day }
    const { crossReferences } = await loadKnown(api.store, needing({ crossReferences: [asked] }))
    return crossReferences.get(crossReferenceKey(asked))
  }

  test('is what holds on that day; of several, what began last', async () => {
    await putCsv(`${table}VP:2,WIDGET-X,,2026-09-01,2026-09-30\n`)
    expect(await look('VP:1', '2020-02-29')).toEqual({ product: 'WIDGET-01', unit: 'EA' })
    expect(await look('VP:2', '2025-12-31')).toBeNull()
    expect(await look('VP:2', '2026-01-01')).toEqual({ product: 'WIDGET, blue' })
    expect(await look('VP:2', '2026-06-30')).toEqual({ product: 'WIDGET, blue' })
    expect(await look('VP:2', '2026-07-01')).toEqual({ product: 'WIDGET-02' })
    expect(await look('VP:2', '2026-09-30')).toEqual({ product: 'WIDGET-X' })
    expect(await look('VP:2', '2026-10-01')).toEqual({ product: 'WIDGET-02' })
  })
})

describe('bad lines', () => {
  test('are told all at once with their numbers, and nothing is written', async () => {
    await putCsv(table)
    const answer = await putCsv([
      'key,product,valid_from,valid_to', 'VP:1,"two', 'lines",,\r', 'VP:2,a,2026-02-30,',
      ',no key,,', 'VP:4,short', 'VP:5,a,2026-02-02,2026-02-01', 'VP:6,a,,tomorrow', '',
    ].join('\n'))
    expect(answer.statusCode).toBe(422)
    expect(answer.json<{ problems: { line: number }[] }>().problems.map(({ line }) => line))
      .toEqual([4, 5, 6, 7, 8])
    expect(await readCsv()).toBe(table)
  })

  test.each([
    ['nothing at all', '', 1], ['no key', 'product\na\n', 1],
    ['a column twice', '\n\nkey,product,product\n', 3], ['a column without a name', 'key,\n', 1],
    ['a key twice', 'key,product\nVP:1,a\nVP:2,b\nVP:1,c\n', 4],
    ['an open quotation', 'key,product\nVP:1,"a\n', 2],
    ['a line behind cells of several lines', '\n\nkey,a,b\r\nA,"1\r\n2","3\r4\n"\r\n\r\n,x,y', 9],
    ['lines that end in CR', 'key,product\rVP:1,a\r,b\r', 3],
    ['a day before all days', 'key,valid_from\nA,2026-01-01\nB,1900-01-01\n', 3],
    ['a year 0', 'key,valid_from\nA,0000-02-02\n', 2],
    ['an end before all days', 'key,valid_to\nA,1899-12-31\n', 2],
    ['letters that are not UTF-8', Buffer.from('key,product\nA,a\nB,\xfc\nC,\xfc\n', 'latin1'), 3],
  ])('of %s', async (_name, csv, line) => {
    const answer = await putCsv(csv)
    expect(answer.statusCode).toBe(422)
    expect(answer.json()).toMatchObject({ problems: [{ line }] })
  })

  test('JSON is told by its fields, and what is no text is not exported as CSV', async () => {
    const put = async (payload: object) =>
      api.ask({ method: 'PUT', url: `${url}?stream=test`, payload })
    expect((await put({ entries: [{ key: '', value: {} }] })).json())
      .toMatchObject({ problems: [{ field: 'entries[1].key' }] })
    expect((await put({})).json()).toMatchObject({ problems: [{ field: 'entries' }] })
    await put({ entries: [{ key: 'A', value: { factor: 12 } }] })
    const read = await api.ask({ url: `${url}?stream=test`, headers: { accept: 'text/csv' } })
    expect(read.json()).toMatchObject({ code: 'CROSS_REFERENCE_NOT_TABULAR' })
  })

  test('nobody has such a table', async () => {
    for (const path of ['Nobody/items', '%00/items', 'Acme%20%26%20Co/none']) {
      expect((await api.ask({ url: `/v1/cross-references/${path}?stream=test` })).statusCode)
        .toBe(404)
    }
  })
})
