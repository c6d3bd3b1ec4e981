import jsonata from 'jsonata'
import { describe, expect, test } from 'vitest'
import { builtins, refused } from './builtins.ts'
import { functionNames, mappingFunctions, ValueError } from './functions.ts'

const functions = mappingFunctions({
  code: (list, code) => `${list}/${code}`,
  codeIfListed: (list, code) => (code === 'listed' ? `${list}/${code}` : undefined),
  lookup: (table, keys) => `${table}/${keys.join('+')}`,
})

function call(name: string, ...values: unknown[]): unknown {
  return (functions[name] as (...values: unknown[]) => unknown)(...values)
}

const po1 = {
  PO101: '1', PO102: '5', PO106: 'VP', PO107: 'WID-01', PO108: 'BP',
  PO110: 'UP', PO111: '012345678905',
}

describe('mapping functions', () => {
  test.each<[string, unknown[], unknown]>([
    ['x12Date', ['2026-11-22'], '20261122'],
    ['x12Time', ['09:30'], '0930'],
    ['x12Time', ['09:30:15.5'], '0930155'],
    ['sscc', ['pack-1'], '$sscc/pack-1'],
    ['decimal', ['9.50'], '9.5'],
    ['decimal', [7], '7'],
    ['decimalSum', [['0.1', '0.2', 3]], '3.3'],
    ['decimalSum', ['5'], '5'],
    ['decimalSum', [[]], '0'],
    ['decimalDifference', ['1', '0.9'], '0.1'],
    ['decimalProduct', ['3', '0.1'], '0.3'],
    ['decimalQuotient', ['950', '100', 4], '9.5'],
    ['decimalRound', ['2.345', 2], '2.35'],
    ['decimalCompare', ['10', '9'], 1],
    ['minor', ['12.50', 'USD'], '1250'],
    ['major', ['1250', 'USD'], '12.5'],
    ['date', ['20260105'], '2026-01-05'],
    ['date', ['260105'], '2026-01-05'],
    ['time', ['0930'], '09:30'],
    ['item', [po1, ['UP', 'VP']], 'WID-01'],
    ['item', [po1, 'UP'], '012345678905'],
    ['item', [po1, ['BP']], undefined],
    ['items', [po1], [
      { qualifier: 'VP', value: 'WID-01' }, { qualifier: 'UP', value: '012345678905' },
    ]],
    ['items', [[po1, { LIN02: 'MG', LIN03: 'M' }]], [
      { qualifier: 'VP', value: 'WID-01' }, { qualifier: 'UP', value: '012345678905' },
      { qualifier: 'MG', value: 'M' },
    ]],
    ['items', [po1, undefined, [{ LIN02: 'MG', LIN03: 'M' }]], [
      { qualifier: 'VP', value: 'WID-01' }, { qualifier: 'UP', value: '012345678905' },
      { qualifier: 'MG', value: 'M' },
    ]],
    ['pieces', ['one two three', 7], ['one two', 'three']],
    ['pieces', ['one two three', 80], ['one two three']],
    ['pieces', ['abcdefgh', 3], ['abc', 'def', 'gh']],
    ['pieces', ['a  bcd', 4], ['a', 'bcd']],
    ['pieces', ['  first\r\n\nsecond  ', 80], ['first', 'second']],
    ['pieces', ['🙂🙂🙂', 2], ['🙂🙂', '🙂']],
    ['pieces', [' \n ', 80], []],
    ['items', [], []],
    ['items', [{ REF01: 'CO', REF02: '7' }], []],
    ['items', [{}], []],
    ['pairs', [{ PER01: 'BD', PER03: 'TE', PER04: '1', PER05: 'EM', PER06: 'a' }, 3], [
      { qualifier: 'TE', value: '1' }, { qualifier: 'EM', value: 'a' },
    ]],
    ['pairs', [{ REF0401: 'CO', REF0402: '7' }, 1], [{ qualifier: 'CO', value: '7' }]],
    ['code', ['l', 'c'], 'l/c'],
    ['codeOr', ['l', 'listed', 'other'], 'l/listed'],
    ['codeOr', ['l', 'unlisted', 'other'], 'other'],
    ['codeOr', ['l', 'unlisted', null], null],
    ['lookup', ['t', 'k'], 't/k'],
    ['lookup', [{ k: 'v' }, 'k'], 'v'],
    ['lookup', [{ k: 'v' }, 'constructor'], undefined],
    ['lookupAny', ['t', ['a', 'b']], 't/a+b'],
    ['lookupAny', ['t', 'a'], 't/a'],
  ])('$%s(%j) is %j', (name, values, result) => expect(call(name, ...values)).toEqual(result))

  test('nothing in, nothing out', () => {
    for (const name of [...functionNames].filter((one) => one !== 'items')) {
      expect(call(name), name).toBeUndefined()
      expect(call(name, undefined, undefined, undefined), name).toBeUndefined()
    }
  })

  test.each<[string, unknown[], string]>([
    ['decimal', ['1,5'], 'it is no decimal number'],
    ['decimal', [0.1], 'it is no decimal number'],
    ['decimal', [{}], 'it is no decimal number'],
    ['decimalSum', [['1', 'x']], 'it is no decimal number'],
    ['decimalQuotient', ['1', '0', 2], 'nothing is divided by zero'],
    ['decimalRound', ['1', 1.5], 'a whole number from 0 to 40'],
    ['decimalRound', ['1', 1e9], 'a whole number from 0 to 40'],
    ['minor', ['1.005', 'USD'], 'USD has no such small unit'],
    ['minor', ['1', 'XXX'], 'it is no currency'],
    ['major', ['1.5', 'USD'], 'it is no integer of minor units'],
    ['date', ['20260230'], 'there is no such day'],
    ['date', [20260105], 'a text is needed'],
    ['time', ['2460'], 'there is no such time'],
    ['pieces', ['text', 0], 'a number of characters'],
    ['pieces', [7, 80], 'a text is needed'],
    ['item', [[po1], ['VP']], 'one segment is needed'],
    ['items', ['PO1'], 'one segment is needed'],
    ['lookup', [1, 'k'], 'a text is needed'],
    ['code', ['l', 7], 'a text is needed'],
  ])('$%s(%j) is refused: %s', (name, values, reason) => {
    expect(() => call(name, ...values)).toThrow(ValueError)
    expect(() => call(name, ...values)).toThrow(reason)
  })

  test('are named as they are', () =>
    expect([...functionNames].toSorted()).toEqual(Object.keys(functions).toSorted()))
})

describe('built-in functions', () => {
  test.each([...builtins, ...refused.keys()])('JSONata has $%s', async (name) =>
    expect(await jsonata(`$type($${name})`).evaluate({})).toBe('function'))
})
