import fc from 'fast-check'
import jsonata from 'jsonata'
import { describe, expect, test } from 'vitest'

import { askInterpreter, plainExpression } from './plain-expression.ts'

const expressions = [
  'a', 'a.b', 'a.b.c', '$', '$x', '$x.b', '$missing', '$missing.b', "'text'", '7', 'null', 'true',
  'a ?? b', 'a.b ?? $x.b ?? null', "a ?? 'none'", "a = 'one'", "a.b != 'one'", 'a = b',
  '$exists(a)',
  '$exists($x.b.c)', '$join2(a, b)', "$join2(a, 'one')", "$join2(a, b) ?? 'none'",
  '$nothing(a) ?? null', 'a[0]', 'a[]', "a[b = 'one']", 'a.(b)', '$exists(a) ? b : c', '$sum(a)',
  'a & b', "a & ':' & $x.b", 'a = b and b = c', 'a.b or $exists(c)', 'a ? b : c', 'a ? b',
  "a = 'one' ? $join2(b) : c.a", 'a[].b', 'a.b[]', 'a.b[0].c', 'a[b].c', 'a{b: c}', 'a^(b)',
  'a#$i.b',
  '$wrap(a).b', '$wrap(a).b.c', '$wrap(a)[0]', 'a.$join2(b, c)', '(a)', 'a.*', '**', 'a.b.$',
  '$join2($join2(a, b), c)', '$join2(a, b) ?? c', 'constructor', 'a.__proto__',
]

/** Values with the shapes that trip: lists of one, holes, null, texts, nested objects. */
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('one', 'two', '', 7, 0, true, false, null),
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value'), { maxKeys: 3 }),
  ),
}))

describe('a plain expression', () => {
  test.each(expressions)('%s answers as the interpreter does, or asks it', async (text) => {
    const interpreter = jsonata(text)
    const plain = plainExpression(interpreter.ast())
    if (plain === undefined) return
    await fc.assert(
      fc.asyncProperty(value, value, async (input, x) => {
        const join2 = (...parts: unknown[]): string => JSON.stringify(parts)
        const bindings = { x, join2, nothing: () => undefined, wrap: (b: unknown) => ({ b }) }
        const answer = plain(input, bindings)
        if (answer === askInterpreter) return
        expect(answer).toEqual(await interpreter.evaluate(input, bindings))
      }),
      { numRuns: 300 },
    )
  })

  test('is most of what mappings say', () => {
    const plain = ['a.b', "a ?? 'x'", '$x.b', "a = 'b'", '$exists(a)', '$date(a.b)']
    expect(plain.filter((text) => plainExpression(jsonata(text).ast()) === undefined)).toEqual([])
  })

  test('makes no call that the interpreter would make again', () => {
    const told: unknown[] = []
    const tell = (fact: unknown): undefined => {
      told.push(fact)
    }
    const risky = ['$tell(1) ?? a', '$join($tell(1), a)', '$tell(1) = a']
    for (const text of risky) {
      plainExpression(jsonata(text).ast())?.({ a: [1] }, { tell, join: () => 'x' })
    }
    expect(told).toEqual([])
  })
})
