import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { At } from '#core/errors/fault.ts'
import { bytesOf, faultsOf, fixture, read } from '#test/support/x12-messages.ts'
import { excerptAt } from './excerpt.ts'
import type { Excerpt } from './excerpt.ts'

const delimiters = { element: 0x2a, component: 0x3e, segment: 0x7e, repetition: 0x5e }

/** The excerpt at the first `|` of the text, which is taken out. */
function excerpt(text: string, at: Omit<At, 'byte' | 'segment'>, widthMax?: number): Excerpt {
  const bytes = bytesOf(text.replace('|', ''))
  const place = { byte: bytesOf(text.slice(0, text.indexOf('|'))).length, segment: 1, ...at }
  const slice = (position: number, length: number): Uint8Array =>
    bytes.subarray(position, position + length)
  return excerptAt(slice, place, delimiters, widthMax)!
}

test.each<[string, string, Omit<At, 'byte' | 'segment'>, string, string]>([
  ['an element', 'A*1~BEG*00*|SA*PO~', { tag: 'BEG', element: 2 }, 'BEG*00*SA*PO', '       ^^'],
  ['a missing element', 'BEG*00*|*PO~', { tag: 'BEG', element: 2 }, 'BEG*00**PO', '       ^'],
  ['an element past the end', 'BEG*00|~', { tag: 'BEG', element: 9 }, 'BEG*00', '      ^'],
  ['a segment', 'A*1~\r\n|BEG*00~', { tag: 'BEG' }, 'BEG*00', '^^^'],
  ['a missing segment', 'A*1~\n|CUR*BY~', { tag: 'BEG' }, 'CUR*BY', '^'],
  ['a component', 'SVC*HC>|99>1*5~', { tag: 'SVC', element: 1, component: 2 }, 'SVC*HC>99>1*5',
    '       ^^'],
  ['a repetition', 'EB*1*30^|35^4~', { tag: 'EB', element: 2, repetition: 2 }, 'EB*1*30^35^4',
    '        ^^'],
  ['text beyond ASCII', 'N1*ST*Müller*|é9~', { tag: 'N1', element: 3 }, 'N1*ST*Müller*é9',
    '             ^^'],
  ['control characters', 'N1*\u0007*|\u0000\u001b~', { tag: 'N1', element: 2 }, 'N1*·*··',
    '     ^^'],
])('%s is marked', (_, text, at, line, caret) => {
  expect(excerpt(text, at)).toEqual({ line, caret })
})

test('a long segment is cut to the neighbourhood of the place', () => {
  const text = `N1*${'a'.repeat(200)}*|BAD*${'b'.repeat(200)}~`
  expect(excerpt(text, { tag: 'N1', element: 2 }, 40)).toEqual({
    line: `…${'a'.repeat(16)}*BAD*${'b'.repeat(17)}…`,
    caret: `${' '.repeat(18)}^^^`,
  })
})

test('of a long element the beginning is shown', () => {
  const { line, caret } = excerpt(`MSG*|${'x'.repeat(300)}~`, { tag: 'MSG', element: 1 }, 40)
  expect(line).toBe(`MSG*${'x'.repeat(19)}…`)
  expect(caret).toBe(`    ${'^'.repeat(20)}`)
})

test('past the end of the message there is nothing to show', () => {
  const at = { byte: 500, segment: 9, tag: 'IEA' }
  expect(excerptAt(() => new Uint8Array(0), at, delimiters)).toBeUndefined()
})

test('whatever was damaged, every fault can be shown', () => {
  const good = bytesOf(fixture('850-004010.edi'))
  const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 12 })
  fc.assert(fc.property(damage, fc.nat(good.length), (changes, length) => {
    const bytes = good.slice(0, length)
    for (const [place, byte] of changes) if (place < length) bytes[place] = byte
    const slice = (position: number, count: number): Uint8Array =>
      bytes.subarray(position, position + count)
    for (const { at } of faultsOf(read(bytes))) {
      const shown = excerptAt(slice, at, delimiters)
      if (shown === undefined) continue
      expect(shown.line.length).toBeLessThanOrEqual(96)
      expect(shown.caret.trim()).toMatch(/^\^+$/)
      expect(shown.caret.length).toBeLessThanOrEqual(shown.line.length + 1)
    }
  }))
})
