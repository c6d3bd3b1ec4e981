import type ts from 'typescript'
import { expect, test } from 'vitest'
import * as laws from './laws.ts'
import { parse } from './source.ts'
import type { Breach } from './source.ts'

type Law = (source: ts.SourceFile) => Breach[]

const longBody = `function f() {\n${'  g()\n'.repeat(70)}}\n`

test.each<[name: string, law: Law, code: string]>([
  ['a long line', laws.tooLong, `// ${'x'.repeat(98)}\n`],
  ['a long file', laws.tooLong, 'g()\n'.repeat(401)],
  ['a long function', laws.longFunctions, longBody],
  ['a long callback', laws.longFunctions, `test('x', () => {\n${'  g()\n'.repeat(70)}})\n`],
  ['a semicolon', laws.layout, 'g();\n'],
  ['a semicolon in a type', laws.layout, 'interface A {\n  b: string;\n}\n'],
  ['double quotes', laws.layout, 'g("x")\n'],
  ['a tab', laws.layout, '\tg()\n'],
  ['blanks at the end', laws.layout, 'g() \n'],
  ['no newline at the end', laws.layout, 'g()'],
  ['an empty word', laws.emptyNames, 'const orderData = g()\n'],
  ['an empty parameter', laws.emptyNames, 'function f(info: string) {}\n'],
  ['a default export', laws.defaultExports, 'export default function f() {}\n'],
  ['a default value', laws.defaultExports, 'export default { a: 1 }\n'],
  ['a banned call', laws.callsBanned, 'const n = parseFloat(text)\n'],
  ['a banned method', laws.callsBanned, 'names.sort((a, b) => a.localeCompare(b))\n'],
  ['an old statement', laws.commentedOutCode, '// const a = g(1)\n'],
  ['an old call', laws.commentedOutCode, '  // store.close()\n'],
])('%s is found', (_, law, code) => {
  expect(law(parse('core/a.ts', code))).toHaveLength(1)
})

test.each<[name: string, law: Law, code: string]>([
  ['a fault\'s sentence', laws.tooLong, `    says: '${'x'.repeat(110)}',\n`],
  ['a long describe', laws.longFunctions, `describe('x', () => {\n${'  g()\n'.repeat(70)}})\n`],
  ['a semicolon in SQL', laws.layout, 'const sql = `\n  COMMIT;\n`\n'],
  ['an inline type', laws.layout, 'type A = { b: string; c: string }\n'],
  ['quotes that save an escape', laws.layout, 'g("it\'s")\n'],
  ['an EDI data element', laws.emptyNames, 'const dataElement = 1\n'],
  ['a reason', laws.commentedOutCode, '// If the head is parked, the lane waits.\n'],
])('%s is left alone', (_, law, code) => {
  expect(law(parse('core/a.ts', code))).toEqual([])
})
