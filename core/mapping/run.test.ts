import { describe, expect, test } from 'vitest'
import { codesOf, mappedTest, runTest, saysOf } from '#test/support/mapping.ts'

describe('fields', () => {
  test('one expression each; null leaves a field out', async () => {
    const body = "fields:\n  a: BEG.BEG03\n  b: BEG.BEG04 ?? null\n  c: BEG.BEG05 ?? 'none'\n"
    expect(await mappedTest(body, { BEG: { BEG03: '1' } })).toEqual({ a: '1', c: 'none' })
  })

  test('objects nest, and one with nothing in it is left out', async () => {
    const body = `
fields:
  a: { fields: { b: { fields: { c: x } } } }
  d: { fields: { e: y ?? null, f: { fields: { g: y ?? null } } } }
`
    expect(await mappedTest(body, { x: '1' })).toEqual({ a: { b: { c: '1' } } })
  })

  test('when says whether', async () => {
    const body = `
fields:
  a: { when: x = '1', value: x }
  b: { when: x = '2', value: x }
  c: { when: y = '1', fields: { d: x } }
`
    expect(await mappedTest(body, { x: '1' })).toEqual({ a: '1' })
  })

  test('a when that is neither true nor false is a slip', async () => {
    const result = await runTest('fields:\n  a: { when: x, value: x }\n', { x: 'yes' })
    expect(codesOf(result)).toEqual(['MAPPING_EXPRESSION_FAILED'])
  })

  test('JSONata lists of one stay lists', async () => {
    expect(await mappedTest('fields:\n  a: x[].y[]\n', { x: [{ y: '1' }] })).toEqual({ a: ['1'] })
  })

  test.each(['function($x) { $x }', '$date', '$sum', "{ 'a': $sum }"])(
    '%s is no value',
    async (expression) => {
      const [says] = saysOf(await runTest(`fields:\n  a: "${expression}"\n`, {}))
      expect(says).toContain('it gives a function')
    },
  )

  test('what is too deep is no value', async () => {
    let x: object = {}
    for (let depth = 0; depth < 40; depth++) x = { x }
    expect(codesOf(await runTest('fields: { a: $ }\n', x))).toEqual(['MAPPING_EXPRESSION_FAILED'])
  })
})

describe('lists', () => {
  test('one thing is a list of one, nothing is left out', async () => {
    const body = 'fields:\n  a: { each: "x[]", value: $ }\n  b: { each: "y[]", value: $ }\n'
    expect(await mappedTest(body, { x: '1' })).toEqual({ a: ['1'] })
  })

  test('$position counts what each finds; $parent and $root are reachable', async () => {
    const body = `
fields:
  name: name
  a:
    each: outer[]
    fields:
      n: $position
      b:
        each: inner[]
        when: $ != 'skip'
        value: $string($position) & $ & $parent.name & $root.name
`
    const source = {
      name: 'R',
      outer: [{ name: 'P', inner: ['i', 'skip', 'k'] }, { name: 'Q', inner: ['l'] }],
    }
    expect(await mappedTest(body, source)).toEqual({
      name: 'R',
      a: [{ n: 1, b: ['1iPR', '3kPR'] }, { n: 2, b: ['1lQR'] }],
    })
  })

  test('unlike parts follow one another', async () => {
    const body = `
fields:
  a:
    - when: x = '1'
      fields: { v: "'first'" }
    - when: x = '2'
      fields: { v: "'never'" }
    - each: y[]
      fields: { v: $ }
    - value: "'last'"
`
    const a = [{ v: 'first' }, { v: 'b' }, { v: 'c' }, 'last']
    expect(await mappedTest(body, { x: '1', y: ['b', 'c'] })).toEqual({ a })
  })

  test('aliases of YAML share a part', async () => {
    const body = `
fields:
  a: { each: x, fields: &part { v: $ } }
  b: { each: y, fields: *part }
`
    const result = await mappedTest(body, { x: '1', y: ['2', '3'] })
    expect(result).toEqual({ a: [{ v: '1' }], b: [{ v: '2' }, { v: '3' }] })
  })
})

describe('lets', () => {
  test('see those before them, and the inner one hides the outer', async () => {
    const body = `
let:
  a: x
  b: $a & '!'
fields:
  b: $b
  c:
    each: y[]
    let: { b: "$b & $" }
    fields: { d: $b }
  e: $b
`
    const result = await mappedTest(body, { x: 'X', y: ['1', '2'] })
    expect(result).toEqual({ b: 'X!', c: [{ d: 'X!1' }, { d: 'X!2' }], e: 'X!' })
  })

  test('a let without a value is no fault until a field needs it, and then one', async () => {
    const body = 'let: { a: x, b: "$a" }\nfields: { c: "$b ?? null", d: "$b", e: "$b", f: "$a" }\n'
    expect(saysOf(await runTest(body, {}))).toEqual([
      'The message has no value for d, which mapping test takes from: $b',
    ])
  })
})

describe('what the source lacks or holds wrongly', () => {
  test('all faults come at once, each naming its field and expression', async () => {
    const body = 'fields:\n  a: x.y\n  b: { each: "z[]", fields: { c: d, e: $decimal(f) } }\n'
    expect(saysOf(await runTest(body, { z: [{ d: '1', f: '1,5' }, { f: '2' }] }))).toEqual([
      'The message has no value for a, which mapping test takes from: x.y',
      'b[1].e cannot be "1,5": it is no decimal number',
      'The message has no value for b[2].c, which mapping test takes from: d',
    ])
  })

  test('another kind of source is refused', async () => {
    const result = await runTest('fields: { a: x }\n', { x: '1' }, { sourceKind: 'x12/004010/810' })
    expect(saysOf(result)).toEqual(['Mapping test reads test/source, not x12/004010/810.'])
  })

  test('what JSONata cannot do is a fault with its reason', async () => {
    const [says] = saysOf(await runTest('fields: { a: x * 2 }\n', { x: 'two' }))
    expect(says).toContain('could not work out a from x * 2: ')
  })

  test('faults are kept up to a limit', async () => {
    const body = 'fields: { a: { each: "x", fields: { b: y } } }\n'
    const result = await runTest(body, { x: Array(50).fill({}) }, { limits: { faultsMax: 7 } })
    expect(codesOf(result)).toHaveLength(7)
  })

  test('what does not fit the target is placed by what made it', async () => {
    const body = 'fields: { a: { each: "x", fields: { wrong: y, n: y } } }\n'
    const targets = {
      type: 'object',
      properties: {
        a: {
          type: 'array',
          items: {
            type: 'object',
            properties: { n: { type: 'string', pattern: '^[0-9]$' }, m: { type: 'string' } },
            required: ['m'],
          },
        },
      },
    }
    const x = [{ y: '1', m: 1 }, { y: 'two' }]
    const places = new Map<unknown, number>(x.map((node, index) => [node, index + 1]))
    const placeOf = (node: object) => {
      const segment = places.get(node)
      return segment === undefined ? undefined : { byte: 0, segment, tag: 'X' }
    }
    const result = await runTest(body, { x }, { placeOf }, targets)
    const faults = result.outcome === 'faults' ? result.faults : []
    expect(faults.map(({ says, at }) => [says, at?.segment])).toEqual([
      ['What mapping test made is no test/target: a[1].m is required.', 1],
      ['What mapping test made is no test/target: a[2].m is required.', 2],
      ['What mapping test made is no test/target: a[2].n must match pattern "^[0-9]$".', 2],
    ])
  })
})

describe('limits end a run', () => {
  test.each([
    ['expressionTimeMs', '($f := function($x) { $f($x + 1) }; $f(1))', { expressionTimeMs: 50 }],
    ['expressionDepthMax', '($f := function($x) { 1 + $f($x) }; $f(1))', { expressionDepthMax: 9 }],
    ['sequenceMax', 'x.x.x', { sequenceMax: 10 }],
    ['evaluationsMax', 'x[0].x[0]', { evaluationsMax: 0 }],
  ])('%s', async (limit, expression, limits) => {
    const x = Array.from({ length: 5 }, () => ({ x: [{ x: 1 }, { x: 2 }, { x: 3 }] }))
    const body = `fields:\n  a: "${expression}"\n  b: "${expression}"\n`
    const result = await runTest(body, { x }, { limits })
    expect(codesOf(result)).toEqual(['MAPPING_LIMIT'])
    expect(saysOf(result)[0]).toContain(limit)
  })
})
