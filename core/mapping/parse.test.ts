import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { Fault } from '#core/errors/fault.ts'
import { testMapping } from '#test/support/mapping.ts'
import { parseMapping } from './parse.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

function parse(text: string) {
  return parseMapping(text, { name: 'test', limits: limits.mapping, sha256 })
}

/** What is said of a mapping that is refused. */
function refusal(make: () => unknown): string {
  try {
    make()
  } catch (error) {
    if (error instanceof Fault) return `${error.code} ${error.message}`
    throw error
  }
  return 'accepted'
}

const order = `id: m
version: 3
from: [x12/004010/850, x12/005010/850]
to: canonical/order.v1
says: A mapping.
fields:
  number: BEG.BEG03
`

describe('a mapping file', () => {
  test('is read with its labels', () => {
    const { id, version, from, to, says } = parse(order)
    expect({ id, version, from, to, says }).toEqual({
      id: 'm',
      version: '3',
      from: ['x12/004010/850', 'x12/005010/850'],
      to: ['canonical/order.v1'],
      says: 'A mapping.',
    })
  })

  test('has one hash whatever its layout, comments and labels', () => {
    const { hash } = parse(order)
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(parse(`# A comment.\n${order}`).hash).toBe(hash)
    expect(parse(order.replace('version: 3', 'version: 4')).hash).toBe(hash)
    expect(parse(order.replace('A mapping.', 'The mapping.')).hash).toBe(hash)
    expect(parse(order.replace('number: BEG.BEG03', '"number": "BEG.BEG03"')).hash).toBe(hash)
    expect(parse(order.replace('BEG03', 'BEG04')).hash).not.toBe(hash)
    expect(parse(order.replace(', x12/005010/850', '')).hash).not.toBe(hash)
  })

  test.each([
    ['no map', 'just text', 'line 1: the file must be a map'],
    ['no YAML', 'id: [', 'line 1: Flow sequence'],
    ['a key twice', `${order}  number: BEG.BEG04\n`, 'line 8: Map keys must be unique'],
    ['a map for a key', `${order}  ? { a: b }\n`, 'line 8: With stringKeys, all keys must be'],
    ['no id', order.replace('id: m\n', ''), 'id is missing'],
    ['no from', order.replace(/from: .*\n/, ''), 'from names what the mapping reads'],
    ['a strange key', `${order}feilds: {}\n`, 'line 8: feilds is none of id, version'],
    ['a target nobody knows', order.replace('order.v1', 'order.v9'), 'line 4: there is no schema'],
    ['no fields', order.replace(/fields:[^]*/, 'let: {}\n'), 'fields is missing'],
    ['codes that are no list', `${order}codes: { a: b }\n`, 'line 8: a code list maps code'],
    ['a list for a let', `${order}let: { a: &a [x], b: [*a] }\n`, 'an expression is one'],
  ])('%s is refused', (_, text, reason) => {
    const said = refusal(() => parse(text))
    expect(said).toContain('MAPPING_INVALID Mapping test, line ')
    expect(said).toContain(reason)
  })

  test('that expands without end is refused', () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const inner = level === 0 ? '{ value: x }' : `[${Array(9).fill(`*l${level - 1}`).join(', ')}]`
      return `l${level}: &l${level} ${inner}`
    })
    expect(refusal(() => parse(`${order}codes: { ${levels.join(', ')} }\n`))).toContain('alias')
  })
})

describe('a part of a list or object', () => {
  test.each([
    ['{ a: { each: x } }', 'fields is missing'],
    ['{ a: { each: x, value: y, fields: { b: z } } }', 'fields is none of when, value'],
    ['{ ? a }', 'the expression of a is refused'],
    ['{ a: { each: } }', 'the expression of a is refused'],
    ['{ a: { when: x } }', 'fields is missing'],
    ['{ a: [x] }', 'a part of a list is a map'],
    ['{ a: { value: [x] } }', 'an expression is one text'],
    ['{ a: { fileds: {} } }', 'fileds is none of when, let, fields'],
    ['{ a: { let: { 1x: y }, fields: { b: z } } }', '1x is no name for a let'],
    ['{ a: { let: { sum: y }, fields: { b: z } } }', 'sum is no name for a let'],
    ['{ a: { let: { root: y }, fields: { b: z } } }', 'root is no name for a let'],
    ['{ a: { let: { lookup: y }, fields: { b: z } } }', 'lookup is no name for a let'],
  ])('%s is refused', (fields, reason) =>
    expect(refusal(() => testMapping(`fields: ${fields}\n`))).toContain(reason))

  test('has limits', () => {
    const fields = Array.from({ length: 20 }, (_, index) => `f${index}: x`).join(', ')
    const nested = `${'{ a: { fields: '.repeat(10)}{ a: x }${' } }'.repeat(10)}`
    const bounded = (body: string, bounds: object) => refusal(() => testMapping(body, bounds))
    expect(bounded(`fields: { ${fields} }\n`, { fieldsMax: 19 })).toContain('more than 19 fields')
    expect(bounded(`fields: ${nested}\n`, { depthMax: 5 })).toContain('deeper than 5')
    expect(bounded('fields: { a: xxxx }\n', { expressionCharsMax: 3 })).toContain('longer than 3')
    expect(bounded('fields: { a: xxxx }\n', { fileCharsMax: 10 })).toContain('longer than 10')
  })
})

describe('an expression', () => {
  test.each([
    ['x.', 'Unexpected end of expression'],
    ['$now()', '$now is not allowed: a mapping gives the same tomorrow'],
    ['$millis()', '$millis is not allowed'],
    ['$random()', '$random is not allowed'],
    ['$shuffle(x)', '$shuffle is not allowed'],
    ["$eval('1')", '$eval is not allowed'],
    ["$pad('x', 1000000000)", '$pad is not allowed'],
    ['($f := $now; $f())', '$now is not allowed'],
    ['$map(x, $random)', '$random is not allowed'],
    ['x ~> $shuffle', '$shuffle is not allowed'],
    ['$partnr.currency', 'nothing is called $partnr here'],
    ['$lokup(x, y)', 'nothing is called $lokup here'],
    ['$map(x, function($v) { $w })', 'nothing is called $w here'],
    ['$match(x, /(a+)+$/)', 'regular expressions are not checked'],
    ['$count([1..9])', 'a range has no bound'],
  ])('%s is refused', (expression, reason) => {
    const body = `fields:\n  a:\n    fields:\n      b: ${JSON.stringify(expression)}\n`
    const said = refusal(() => testMapping(body))
    expect(said).toContain('MAPPING_EXPRESSION_INVALID Mapping test, line 9: the expression of a.b')
    expect(said).toContain(reason)
  })

  test.each([
    '$map(x, function($v, $i) { $v & $i })',
    '($a := 1; $b := $a; $b)',
    'x@$v.{ "a": $v }',
    'x#$i.{ "a": $i }',
    '$sum(x.y) + $position',
    '$$.x = $root.x ? $parent.x : a.(%.x)',
    "$partner.name ?? 'none'",
  ])('%s is taken', (expression) => {
    const body = `fields: { a: { each: x, value: ${JSON.stringify(expression)} } }\n`
    expect(refusal(() => testMapping(body))).toBe('accepted')
  })

  test('knows lets around it, and not those after it or elsewhere', () => {
    const said = (body: string) => refusal(() => testMapping(body))
    expect(said('let: { a: x, b: $a }\nfields: { c: { fields: { d: $b } } }\n')).toBe('accepted')
    expect(said('let: { a: $b, b: x }\nfields: { c: $a }\n')).toContain('nothing is called $b')
    expect(said('fields: { a: { let: { b: x }, fields: { c: $b } }, d: $b }\n'))
      .toContain('nothing is called $b')
  })
})
