import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { crossdock } from '#test/support/cli.ts'
import { MappingShelf } from '#workers/effects/mappings.ts'
import { actual, casesOf, expected } from '../map/cases.ts'
import { sandboxContext } from '../map/context.ts'
import { differences } from '../map/differences.ts'

const repository = join(import.meta.dirname, '..', '..')
const folder = mkdtempSync(join(tmpdir(), 'crossdock-'))
afterAll(() => rmSync(folder, { recursive: true }))

const cases = 'mappings/x12/850-to-order/cases'
const plain = join(repository, cases, 'plain-004010.in.edi')
const faulty = join(repository, cases, 'faults-004010.in.edi')

function map(...args: string[]) {
  return crossdock(['map', ...args])
}

function written(name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

describe('every mapping does what its cases say', () => {
  const shelf = new MappingShelf()
  const context = sandboxContext(shelf.root)
  const all = shelf.names().flatMap((name) =>
    casesOf(shelf.folder(name), shelf.get(name))
      .map((one) => ({ name, one, file: one.expectedFile })))

  test('and has cases', () => {
    const tried = new Set(all.map(({ name }) => name))
    expect(shelf.names().filter((name) => !tried.has(name))).toEqual([])
  })

  test.each(all)('$file', async ({ name, one }) =>
    expect(await actual(shelf.get(name), one, context)).toBe(expected(one)))
})

describe('crossdock map', () => {
  test('shows the document a file becomes', () => {
    const { code, stdout } = map('x12/850-to-order', plain)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Set 0001: mapped\n\{\n {2}"schema": "order.v1",\n/)
  })

  test('takes the id of a mapping, as faults name it, for its folder', () => {
    const byId = map('x12-850-to-order', plain)
    expect(byId).toEqual(map('x12/850-to-order', plain))
    expect(byId.code).toBe(0)
  })

  test('tells faults with place and remedy, and ends with 1', () => {
    const { code, stdout } = map('x12/850-to-order', faulty)
    expect(code).toBe(1)
    expect(stdout).toContain('Set 0003: not mapped\n  CROSS_REFERENCE_MISSING (segment 3, N104)\n')
    expect(stdout).toContain('    Add one of 92:0002 to table parties of this partner, then re')
    expect(stdout).toContain('Set 0006: rejected before mapping\n  X12_ELEMENT_MISSING')
  })

  test('--json is one array', () => {
    const { code, stdout } = map('x12/850-to-order', faulty, '--json')
    expect(code).toBe(1)
    const trials = JSON.parse(stdout) as { set: string; outcome: string }[]
    expect(trials.map(({ set, outcome }) => `${set} ${outcome}`)).toEqual([
      '0001 faults', '0002 faults', '0003 faults', '0004 faults', '0005 faults', '0006 rejected',
    ])
  })

  test('takes other tables and partners', () => {
    const tables = written('tables.yaml', 'units: { EA: { unit: H87 } }\n')
    const faults = map('x12/850-to-order', plain, '--lookups', tables)
    expect(faults.code).toBe(1)
    expect(faults.stdout).toContain('table items has no entry for VP:WID-01, BP:B00001')
    const partner = written('partner.yaml', 'currency: EUR\n')
    const any = map('x12/850-to-order', plain, '--any-lookup', '--partner', partner)
    expect(any.code).toBe(0)
    expect(any.stdout).toContain('"currency": "EUR"')
  })

  test('maps documents too', () => {
    const [trial] = JSON.parse(
      readFileSync(join(repository, cases, 'plain-004010.out.json'), 'utf8'),
    ) as { output: unknown }[]
    const order = written('order.json', JSON.stringify(trial?.output))
    const { code, stdout } = map('order-to-sandbox-sale', order)
    expect(code).toBe(0)
    expect(stdout).toContain('"reference": "PO-100001"')
  })

  test('reads files longer than one chunk', () => {
    const long = JSON.stringify({ note: 'x'.repeat(200_000), end: '€' })
    const { code, stdout } = map('order-to-sandbox-sale', written('long.json', long))
    expect(code).toBe(1)
    expect(stdout).toContain('DOCUMENT_INVALID')
  })

  test('writes a set in the release that is asked for', () => {
    const response = 'mappings/x12/order-response-to-855/cases/wide.in.json'
    const first = map('x12/order-response-to-855', join(repository, response))
    expect(first.code).toBe(0)
    expect(first.stdout).toMatch(/^mapped\nBAK\*05\*AC\*4500000002\*[^]*\nMSG\*Discontinued~\nCTT\*6~\n$/)
    const later = map('x12/order-response-to-855', join(repository, response), '--release', '005010')
    expect(later.stdout).toContain('\nMTX**Discontinued~\n')
  })

  test('the options of the agreement stand beside the file', () => {
    const notice = 'mappings/x12/ship-notice-to-856/cases/packs-first.in.json'
    expect(map('x12/ship-notice-to-856', join(repository, notice)).stdout).toContain('*0003~\n')
  })

  test.each([
    [['x12/850-to-order'], 'Name one mapping and one file.'],
    [['x12/850-to-order', 'no-such-file'], 'Cannot read no-such-file'],
    [['x12/850-to-order', plain, '--lookups', 'no-such-file'], 'Cannot read no-such-file'],
    [['x12/850-to-order', plain, '--lookups', 'a', '--any-lookup'], 'not both'],
    [['x12/850-to-order', plain, '--lookups', written('odd.yaml', 'units:\n')], 'table units must'],
    [['--check', '--accept'], 'not both'],
    [['x12/order-response-to-855', plain, '--release', '003040'], '--release names one of them'],
    [['x12/850-to-order', join(repository, 'package.json')], 'The file holds no X12 set'],
    [['order-to-sandbox-sale', plain], 'The file is no JSON'],
  ])('%j is wrong usage', (args, says) => {
    const { code, stderr } = map(...args)
    expect(code).toBe(2)
    expect(stderr).toContain(says)
  })

  test('a mapping nobody knows is a fault', () => {
    const { code, stderr } = map('x12/851-to-order', plain)
    expect(code).toBe(1)
    expect(stderr).toContain('MAPPING_UNKNOWN: There is no mapping x12/851-to-order.')
  })

  test('--check runs the cases', () => {
    const { code, stdout } = map('--check')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^x12\/850-to-order: \d+ cases, 0 wrong$/m)
  })
})

test('differences are shown with what is around them', () => {
  const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].join('\n')
  expect(differences(before, before.replace('e', 'E\nE2'))).toBe(
    ['  b', '  c', '  d', '- e', '+ E', '+ E2', '  f', '  g', '  h'].join('\n'),
  )
})
