import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { X12Interchange, X12Parser } from 'node-x12'
import { expect, test } from 'vitest'
import { crossdock } from '#test/support/cli.ts'
import { interchange } from '#test/support/edi.ts'
import { sentAndRead } from '#test/support/outbound.ts'
import { MappingShelf } from '#workers/effects/mappings.ts'

/** The sets that the mappings to X12 make, held against those who would receive them. */
const shelf = new MappingShelf()
const functionalIds: Readonly<Record<string, string>> = { 855: 'PR', 856: 'SH', 810: 'IN' }

interface Made {
  readonly file: string
  readonly release: string
  readonly type: string
  readonly segments: readonly string[]
  readonly text: string
}

/** Every accepted output of a case that is a set, not faults, in an interchange of its own. */
const made: readonly Made[] = shelf.names().flatMap((name) => {
  const cases = join(shelf.folder(name), 'cases')
  return readdirSync(cases).flatMap((file, index) => {
    const [, release] = /-(\d{6})\.out\.edi$/.exec(file) ?? []
    const lines = readFileSync(join(cases, file), 'utf8').trim().split('\n')
    if (release === undefined || !lines.every((line) => line.endsWith('~'))) return []
    const segments = lines.map((line) => line.slice(0, -1))
    const type = name.slice(-3)
    const functionalId = functionalIds[type]
    if (functionalId === undefined) throw new Error(`no functional id for ${type}`)
    const text = interchange({
      control: index + 1, sender: 'SENDER', functionalId, release, sets: [{ type, segments }],
    })
    return [{ file, release, type, segments, text }]
  })
})

test('each set type has some in each release', () => {
  const kinds = new Set(made.map(({ type, release }) => `${release}/${type}`))
  expect([...kinds].toSorted()).toEqual([
    '004010/810', '004010/855', '004010/856', '005010/810', '005010/855', '005010/856',
  ])
})

test('crossdock validate has nothing worse than a note to say of any', () => {
  const { code, stdout } = crossdock(['validate', '--json', '-'], {
    input: made.map(({ text }) => text).join('\n'),
  })
  const { interchanges } = JSON.parse(stdout) as {
    interchanges: { verdict: string; groups: { sets: { verdict: string }[] }[] }[]
  }
  expect(interchanges.map(({ verdict }) => verdict)).toEqual(made.map(() => 'accepted'))
  expect(code).toBe(0)
})

/** Of the sandbox's ERP, as its own mappings' cases have them. */
const papers = [
  { from: 'sandbox-erp/sale-to-order-response', kind: 'order-response', type: '855' },
  { from: 'sandbox-erp/shipment-to-ship-notice', kind: 'ship-notice', type: '856' },
  { from: 'sandbox-erp/invoice-to-invoice', kind: 'invoice', type: '810' },
].flatMap((paper) => ['004010', '005010'].map((release) => ({ ...paper, release })))

test.each(papers)('what $from makes becomes a $type of $release', async (paper) => {
  const { from, kind, type, release } = paper
  const cases = join(shelf.folder(from), 'cases')
  const trials = readdirSync(cases).filter((file) => file.endsWith('.out.json')).flatMap((file) =>
    JSON.parse(readFileSync(join(cases, file), 'utf8')) as { outcome: string; output: object }[])
  const documents = trials.flatMap(({ outcome, output }) => outcome === 'mapped' ? [output] : [])
  expect(documents.length).toBeGreaterThan(0)
  for (const document of documents) {
    const set = await sentAndRead(document, {
      mapping: `x12/${kind}-to-${type}`, sourceKind: `canonical/${kind}.v1`, release, type,
    })
    expect(set).toHaveProperty(type === '855' ? 'BAK' : type === '856' ? 'BSN' : 'BIG')
  }
})

test.each(made)('node-x12 reads $release $type $file as it was made', (one) => {
  const { text, type, segments } = one
  const read = new X12Parser().parse(text)
  if (!(read instanceof X12Interchange)) throw new Error('it reads several interchanges')
  const [group] = read.functionalGroups
  const [set] = group?.transactions ?? []
  expect(set?.header.elements.map(({ value }) => value)).toEqual([type, '0001'])
  expect(set?.segments.map(({ tag, elements }) =>
    [tag, ...elements.map(({ value }) => value)].join('*'))).toEqual(segments)
})
