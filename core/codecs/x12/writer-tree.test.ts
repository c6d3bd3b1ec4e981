import { expect, test } from 'vitest'
import { isFault } from '#core/errors/fault.ts'
import type { Fault } from '#core/errors/fault.ts'
import { dictionaryFor } from './dictionary.ts'
import { segmentsOf } from './writer-tree.ts'
import type { TreeInput } from './writer-tree.ts'

function written(type: string, tree: TreeInput, release = '004010'): string[] {
  const definition = dictionaryFor(release).dictionary.set(type)!
  return segmentsOf(tree, definition).map((segment) => segment
    .map((element) => typeof element === 'string' ? element : JSON.stringify(element)).join('*'))
}

function faultOf(type: string, tree: TreeInput): Fault {
  try {
    written(type, tree)
  } catch (error) {
    if (isFault(error)) return error
    throw error
  }
  throw new Error('it was written')
}

test('segments come in the order of the standard, whatever the order of the tree', () => {
  const tree = {
    CTTLoop: { CTT: {} },
    PO1Loop: [
      { PIDLoop: [{ PID: { PID01: 'F', PID05: 'Widget' } }], PO1: { PO101: '1', PO102: '2.5' } },
      { PO1: { PO101: '2', PO102: '10' } },
    ],
    N1Loop: [{ N4: [{ N401: 'Columbus' }], N1: { N101: 'ST', N104: '0014' } }],
    BEG: { BEG03: 'PO-1', BEG01: '00', BEG02: 'SA', BEG05: '20260131' },
  }
  expect(written('850', tree)).toEqual([
    'BEG*00*SA*PO-1**20260131', 'N1*ST***0014', 'N4*Columbus', 'PO1*1*2.5', 'PID*F****Widget',
    'PO1*2*10', 'CTT*2',
  ])
})

test('CTT is counted: lines always, the hash total where it is used', () => {
  const lines = ['1.25', '1000', '0.750'].map((PO102) => ({ PO1: { PO102 } }))
  const tree = { PO1Loop: lines, CTTLoop: { CTT: { CTT01: '99', CTT02: '1', CTT03: '5' } } }
  expect(written('850', tree).at(-1)).toBe('CTT*3*1002*5')
  expect(written('855', { PO1Loop: lines }).at(-1)).toBe('PO1**0.750')
})

test('a hash total is exact, with signs and as many decimals as are needed', () => {
  const hash = (quantities: string[]): string | undefined => {
    const lines = quantities.map((PO102) => ({ PO1: { PO102 } }))
    return written('850', { PO1Loop: lines, CTTLoop: { CTT: { CTT02: '0' } } }).at(-1)
  }
  expect(hash(['0.1', '0.2'])).toBe('CTT*2*0.3')
  expect(hash(['1', '-1.5'])).toBe('CTT*2*-0.5')
  expect(hash(['.5', '99999999999999999999'])).toBe('CTT*2*99999999999999999999.5')
  expect(hash(['-5', '5'])).toBe('CTT*2*0')
})

test('levels are numbered, named and joined; HL04 is corrected where it is used', () => {
  const tree = {
    BSN: { BSN01: '00', BSN02: 'S1', BSN03: '20260131', BSN04: '0915' },
    HL_S: [{
      HL: { HL01: '77', HL04: '0' },
      HL_O: [
        { PRF: { PRF01: 'PO-1' }, HL_I: [{ HL: { HL04: '1' }, SN1: { SN102: '5' } }, {}] },
        { HL: {}, PRF: { PRF01: 'PO-2' } },
      ],
    }],
    CTT: {},
  }
  expect(written('856', tree)).toEqual([
    'BSN*00*S1*20260131*0915', 'HL*1**S*1', 'HL*2*1*O', 'PRF*PO-1', 'HL*3*2*I*0', 'SN1**5',
    'HL*4*2*I', 'HL*5*1*O', 'PRF*PO-2', 'CTT*5',
  ])
})

test('LX counts its loop', () => {
  const tree = { LXLoop: [{ LX: { LX01: '7' } }, {}, {}] }
  expect(written('835', tree)).toEqual(['LX*1', 'LX*2', 'LX*3'])
})

test('Nn elements are scaled back, with zeros up to the least length', () => {
  const tree = { TDS: { TDS01: '12.3' }, ITD: [{ ITD07: '5', ITD08: '-0.05' }] }
  expect(written('810', tree)).toEqual(['ITD*******5*-5', 'TDS*1230'])
})

test('composites and repetitions are lists of the writer', () => {
  const service = { SVC: { SVC01: { SVC0101: 'HC', SVC0103: '' } } }
  const claim = { CLP: { CLP01: 'A' }, SVCLoop: [service] }
  expect(written('835', { LXLoop: [{ CLPLoop: [claim] }] })).toContain('SVC*["HC"]')
  const eligible = { NM1Loop: [{ EBLoop: [{ EB: { EB01: '1', EB03: ['30', '', '35'] } }] }] }
  expect(written('271', { HL_20: [eligible] }, '005010'))
    .toContain('EB*1**{"repetitions":["30","","35"]}')
})

test('a single value stands for a list of one, null and absent for nothing', () => {
  const tree = { REF: { REF01: 'DP', REF02: '1' }, CUR: null, N1Loop: undefined, DTM: [] }
  expect(written('850', tree)).toEqual(['REF*DP*1'])
})

test('empty segments are not written', () => {
  expect(written('850', { REF: [{}, { REF01: '' }] })).toEqual([])
})

test.each<[string, TreeInput, string, string]>([
  ['an unknown segment', { ZZZ: {} }, 'X12_NAME_UNKNOWN', 'ZZZ'],
  ['an unknown element', { BEG: { BEG03: 'x', BEG99: 'y' } }, 'X12_NAME_UNKNOWN', 'BEG.BEG99'],
  ['an element of another segment', { BEG: { CUR01: 'y' } }, 'X12_NAME_UNKNOWN', 'BEG.CUR01'],
  ['an unknown loop, deep', { PO1Loop: [{ XLoop: [] }] }, 'X12_NAME_UNKNOWN', 'PO1Loop.XLoop'],
  ['what the reader could not place', { Unplaced: [{}] }, 'X12_NAME_UNKNOWN', 'Unplaced'],
  ['a list for one', { BEG: [{ BEG01: '00' }] }, 'X12_SHAPE_UNFIT', 'BEG'],
  ['text for a segment', { BEG: 'text' }, 'X12_SHAPE_UNFIT', 'BEG'],
  ['a number for text', { BEG: { BEG03: 7 } }, 'X12_SHAPE_UNFIT', 'BEG.BEG03'],
  ['levels where there are none', { HL_S: [{}] }, 'X12_NAME_UNKNOWN', 'HL_S'],
  ['too many decimals', { ITD: [{}, { ITD08: '0.005' }] }, 'X12_DECIMALS_UNFIT', 'ITD[1].ITD08'],
])('%s is refused with its path', (_, tree, code, path) => {
  const fault = faultOf('850', tree)
  expect(fault.code).toBe(code)
  expect((fault.facts as { path: string }).path.startsWith(path)).toBe(true)
})
