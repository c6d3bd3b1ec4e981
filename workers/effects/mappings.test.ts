import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { MappingShelf } from './mappings.ts'

const shelf = new MappingShelf()
const folder = mkdtempSync(join(tmpdir(), 'crossdock-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the mappings folder', () => {
  test('lists what holds a mapping', () =>
    expect(shelf.names()).toEqual(expect.arrayContaining([
      'order-to-sandbox-sale', 'x12/850-to-order', 'x12/order-response-to-855',
    ])))

  test.each(shelf.names().map((name) => [name]))('%s compiles, and once', (name) => {
    const mapping = shelf.get(name)
    expect(mapping.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(shelf.get(name)).toBe(mapping)
  })

  test.each([
    '', 'x12', 'x12/851-to-order', '../mappings/x12/850-to-order', '/x12/850-to-order',
    'x12//850-to-order', 'x12/850-to-order/', 'X12/850-to-order', 'x12/850-to-order\0',
  ])('there is no mapping "%s"', (name) =>
    expect(() => shelf.get(name)).toThrow(`There is no mapping ${name}.`))

  test('names a mapping that is wrong, and its line', () => {
    cpSync(shelf.folder('order-to-sandbox-sale'), join(folder, 'sale'), { recursive: true })
    const head = 'id: sale\nversion: 1\nfrom: x\nto: sandbox/sale.v1\nsays: s\n'
    writeFileSync(join(folder, 'sale', 'mapping.yaml'), `${head}fields: { a: $b }\n`)
    expect(() => new MappingShelf(folder).get('sale')).toThrow('Mapping sale, line 6')
  })
})
