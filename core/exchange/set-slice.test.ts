import { expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { readX12 } from '#core/codecs/x12/reader.ts'
import { interchange, orderMessage, orderSet } from '#test/support/edi.ts'
import { sliceSet } from './set-slice.ts'

const plain = orderMessage(1, 'PO-1')
/** Its group once more, under another number. */
const group = /GS.*GE\*1\*1~/.exec(plain)![0].replace('*1*X', '*2*X').replace('GE*1*1', 'GE*1*2')
const sets = [orderSet({ number: 'PO-1' }), orderSet({ number: 'PO-2' })]

/** Every set of a text, cut out and read again by itself. */
function slices(text: string) {
  const bytes = Buffer.from(text, 'latin1')
  const { interchanges } = readX12(bytes, { limits: limits.codec })
  return interchanges.flatMap(({ byte: interchangeByte, groups }) =>
    groups.flatMap(({ byte: groupByte, sets }) => sets.map(({ byte, length, type }) => {
      const slice = sliceSet(bytes, {
        position: 0, type, verdict: 'accepted', insisted: false, release: '004010', stream: 'test',
        byte, length, groupByte,
        interchangeByte,
        pair: { standard: 'x12', theirQualifier: '', theirId: '', ourQualifier: '', ourId: '' },
      })
      const again = readX12(slice.bytes, { limits: limits.codec }).interchanges[0]!
      return { slice, was: { byte, length }, again: again.groups[0]!.sets[0]! }
    })))
}

test.each<[name: string, text: string, count: number]>([
  ['plain', plain, 1],
  ['two sets', interchange({ control: 1, sets }), 2],
  ['a line per segment', interchange({ control: 1, sets, lineEnd: '\r\n' }), 2],
  ['other separators', interchange({ control: 1, sets, element: '|' }), 2],
  ['a line end as terminator', plain.replaceAll('~', '\n'), 1],
  ['after a byte order mark', `ï»¿${plain}`, 1],
  ['after blank lines', `\r\n\r\n${plain}`, 1],
  ['a second interchange', `${plain}\n${orderMessage(2, 'PO-2')}`, 2],
  ['an ISA without its padding', plain.replace('SANDBOXBUYER   ', 'SANDBOXBUYER'), 1],
  ['two groups', plain.replace('IEA*1', `${group}IEA*2`), 2],
])('%s: each set is read by itself as it was read in its place', (_, text, count) => {
  const all = slices(text)
  expect(all).toHaveLength(count)
  for (const { slice, was, again } of all) {
    expect(again).toMatchObject({ faults: [], length: was.length })
    expect(again.byte + slice.shiftBytes).toBe(was.byte)
    expect(slice.byte).toBe(was.byte)
  }
})
