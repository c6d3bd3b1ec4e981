import { expect, test } from 'vitest'
import { Fault } from '#core/errors/fault.ts'
import { bytesOf, fixture } from '#test/support/x12-messages.ts'
import { enveloped, treesOf } from '#test/support/x12-trees.ts'
import { placeOf, rawOf } from './tree.ts'
import type { LoopNode, SegmentNode } from './tree.ts'
import type { WireElement, WireSegment } from './writer.ts'

/**
 * Segments as X12 text, without ST and SE: one a line, `>` between components, `^` between
 * repetitions.
 */
function treeOf(type: string, text: string, release = '004010'): LoopNode {
  const segments = text.trim().split('\n').map((line) => {
    const [tag = '', ...elements] = line.trim().split('*')
    return [tag, ...elements.map(element)] satisfies WireSegment
  })
  const functionalId = { '850': 'PO', '856': 'SH', '835': 'HP', '271': 'HB', '810': 'IN' }[type]!
  return treesOf(enveloped(release, { type, functionalId }, segments)).trees[0]!
}

function element(text: string): WireElement {
  const values = text.split('^').map((one) => one.includes('>') ? one.split('>') : one)
  return values.length > 1 ? { repetitions: values } : values[0]!
}

function segmentsAt(node: LoopNode, name: string): SegmentNode[] {
  return node[name] as SegmentNode[]
}

const order = `
  BEG*00*SA*PO-1**20260131
  CUR*BY*USD
  REF*DP*038
  ITD*01*3*2**30**31*1234
  N1*BY*Buyer*92*0001
  N3*1 Main Street*Dock 4
  N3*Back door
  N1*ST**92*0014
  PO1*1*10*EA*1.25**VP*WID-01
  PID*F****Widget
  SAC*C*D240***5
  PO1*2*5*CA*2**VP*WID-02
  N1*ST**92*0015
  CTT*2`

test('what may repeat is a list, what may not is an object, and empty elements are absent', () => {
  const tree = treeOf('850', order)
  expect(tree).toMatchObject({
    ST: { ST01: '850', ST02: '0001' },
    BEG: { BEG01: '00', BEG02: 'SA', BEG03: 'PO-1', BEG05: '20260131' },
    CUR: { CUR01: 'BY', CUR02: 'USD' },
    REF: [{ REF01: 'DP', REF02: '038' }],
    N1Loop: [
      {
        N1: { N101: 'BY' },
        N3: [{ N301: '1 Main Street', N302: 'Dock 4' }, { N301: 'Back door' }],
      },
      { N1: { N101: 'ST', N103: '92', N104: '0014' } },
    ],
    PO1Loop: [
      { PO1: { PO101: '1', PO107: 'WID-01' }, PIDLoop: [{ PID: { PID05: 'Widget' } }] },
      { PO1: { PO101: '2' }, N1Loop: [{ N1: { N104: '0015' } }] },
    ],
    CTTLoop: { CTT: { CTT01: '2' } },
    SE: { SE01: '16', SE02: '0001' },
  })
  expect(tree.BEG).not.toHaveProperty('BEG04')
})

test('a tree is plain JSON', () => {
  const tree = treeOf('850', order)
  expect(JSON.parse(JSON.stringify(tree))).toEqual(tree)
})

test('Nn elements are decimal text, and what was on the wire is kept', () => {
  const tree = treeOf('850', order)
  const [terms] = segmentsAt(tree, 'ITD')
  const [firstLine] = tree.PO1Loop as LoopNode[]
  const [charge] = firstLine!.SACLoop as LoopNode[]
  expect(terms!.ITD08).toBe('12.34')
  expect(rawOf(terms!, 'ITD08')).toBe('1234')
  expect(charge!.SAC).toMatchObject({ SAC05: '0.05' })
  expect(rawOf(charge!.SAC as SegmentNode, 'SAC05')).toBe('5')
  expect(rawOf(terms!, 'ITD01')).toBeUndefined()
})

test('every loop and segment knows where it stood', () => {
  const tree = treeOf('850', order)
  const [, secondLine] = tree.PO1Loop as LoopNode[]
  const [shipTo] = secondLine!.N1Loop as LoopNode[]
  expect(placeOf(tree.BEG as SegmentNode)).toMatchObject({ segment: 2, tag: 'BEG' })
  expect(placeOf(secondLine!)).toMatchObject({ segment: 13, tag: 'PO1', loop: 'PO1Loop' })
  expect(placeOf(shipTo!.N1 as SegmentNode)).toMatchObject({
    segment: 14, tag: 'N1', loop: 'PO1Loop/N1Loop',
  })
  expect(placeOf(tree)).toMatchObject({ segment: 1, tag: 'ST' })
  expect(placeOf({})).toBeUndefined()
})

test('composites are objects by component', () => {
  const tree = treeOf('835', `
    BPR*I*100*C*CHK************20260131
    TRN*1*12345*1512345678
    LX*1
    CLP*A1*1*100*100**12*X
    SVC*HC>99213>>25*100*100`)
  const [line] = tree.LXLoop as LoopNode[]
  const [claim] = line!.CLPLoop as LoopNode[]
  const [service] = claim!.SVCLoop as LoopNode[]
  expect(service!.SVC).toEqual({
    SVC01: { SVC0101: 'HC', SVC0102: '99213', SVC0104: '25' }, SVC02: '100', SVC03: '100',
  })
})

test('an element that may repeat is a list, holes kept', () => {
  const levels = (eb: string): LoopNode => treeOf('271', `
    BHT*0022*11*1*20260131*0915
    HL*1**20*1
    NM1*PR*2*PAYER
    ${eb}`, '005010')
  const benefit = (tree: LoopNode): unknown => {
    const [source] = tree.HL_20 as LoopNode[]
    const [name] = source!.NM1Loop as LoopNode[]
    const [found] = name!.EBLoop as LoopNode[]
    return (found!.EB as SegmentNode).EB03
  }
  expect(benefit(levels('EB*1**30'))).toEqual(['30'])
  expect(benefit(levels('EB*1**30^^35'))).toEqual(['30', '', '35'])
})

test.each([
  ['BEG*00^', '00'],
  ['BEG*00^^', '00'],
  ['BEG*00^05', ['00', '05']],
  ['BEG*^00', ['', '00']],
])('%s, where nothing may repeat, loses nothing and gains no list', (start, value) => {
  const [tree] = treesOf(bytesOf(fixture('850-005010.edi').replace('BEG*00', start))).trees
  expect((tree!.BEG as SegmentNode).BEG01).toEqual(value)
})

test('empty repetitions at the end are none', () => {
  const sales = fixture('850-005010.edi').replace('CUR*', 'REF*IA*1**ZZ>1^^~CUR*')
  const [tree] = treesOf(bytesOf(sales)).trees
  expect(segmentsAt(tree!, 'REF')[0]!.REF04).toEqual({ REF0401: 'ZZ', REF0402: '1' })
})

const shipment = `
  BSN*00*S1*20260131*0915
  HL*1**S
  TD1*CTN25*2
  HL*2*1*O
  PRF*PO-1
  HL*3*2*P
  MAN*GM*00100
  HL*4*3*I
  SN1**5*EA
  HL*5*2*P
  HL*6*1*O
  PRF*PO-2
  CTT*6`

test('HL levels nest below their parent', () => {
  const tree = treeOf('856', shipment)
  expect(tree).not.toHaveProperty('HLLoop')
  expect(tree.HL_S).toMatchObject([{
    HL: { HL01: '1', HL03: 'S' },
    TD1: [{ TD102: '2' }],
    HL_O: [
      {
        PRF: { PRF01: 'PO-1' },
        HL_P: [
          { MAN: [{ MAN02: '00100' }], HL_I: [{ SN1: { SN102: '5' } }] },
          { HL: { HL01: '5', HL02: '2' } },
        ],
      },
      { PRF: { PRF01: 'PO-2' } },
    ],
  }])
})

test.each([
  ['HL*1**S\nHL*2*9*O', 'X12_LEVEL_PARENT_UNKNOWN', { segment: 4, tag: 'HL', element: 2 }],
  ['HL*1*1*S', 'X12_LEVEL_PARENT_UNKNOWN', { segment: 3, element: 2 }],
  ['HL*1**S\nHL*1**O', 'X12_LEVEL_NUMBER_TWICE', { segment: 4, element: 1 }],
])('levels that cannot nest are a fault: %j', (levels, code, at) => {
  let fault: unknown
  try {
    treeOf('856', `BSN*00*S1*20260131*0915\n${levels}`)
  } catch (error) {
    fault = error
  }
  expect(fault).toBeInstanceOf(Fault)
  expect(fault).toMatchObject({ code, at })
})

test('what the set has no room for is kept where it stood', () => {
  const tree = treeOf('850', `
    BEG*00*SA*PO-1**20260131
    CUR*BY*USD
    CUR*BY*EUR
    ZZZ*1*two
    PO1*1*10*EA*1.25
    IT8*SC
    IT8*BK
    CTT*1`)
  expect(tree.CUR).toEqual({ CUR01: 'BY', CUR02: 'USD' })
  expect(tree.Unplaced).toEqual([
    { name: 'CUR', node: { CUR01: 'BY', CUR02: 'EUR' } },
    { name: 'ZZZ', node: { ZZZ01: '1', ZZZ02: 'two' } },
  ])
  const [line] = tree.PO1Loop as LoopNode[]
  expect(line!.Unplaced).toEqual([{ name: 'IT8', node: { IT801: 'BK' } }])
})

test('elements past the definition keep their position', () => {
  const tree = treeOf('850', 'BEG*00*SA*PO-1**20260131\nCUR*BY*USD' + '*'.repeat(30) + 'X\nPO1*1')
  expect(tree.CUR).toEqual({ CUR01: 'BY', CUR02: 'USD', CUR32: 'X' })
})
