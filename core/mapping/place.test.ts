import { describe, expect, test } from 'vitest'
import { runTest } from '#test/support/mapping.ts'

describe('places', () => {
  const at = (segment: number, tag: string) => ({ byte: segment * 10, segment, tag })
  const places = new Map<object, ReturnType<typeof at>>()
  const placed = <Node extends object>(segment: number, tag: string, node: Node): Node => {
    places.set(node, at(segment, tag))
    return node
  }
  const placeOf = (node: object) => places.get(node)
  const source = placed(1, 'ST', {
    BEG: placed(2, 'BEG', { BEG01: '00' }),
    PO1Loop: [
      placed(3, 'PO1', { PO1: placed(3, 'PO1', { PO103: 'KG', PO106: 'VP', PO107: 'X' }) }),
      placed(4, 'PO1', { PO1: placed(4, 'PO1', {}) }),
    ],
  })

  async function placesOf(body: string) {
    const result = await runTest(body, source, { placeOf })
    return result.outcome === 'faults' ? result.faults.map((fault) => fault.at) : []
  }

  test.each([
    ['the element that should be there', 'a: BEG.BEG03', { ...at(2, 'BEG'), element: 3 }],
    ['the set where its segment is missing too', 'a: CUR.CUR02', at(1, 'ST')],
    [
      'the element that holds the wrong key',
      `a: { each: "PO1Loop[0]", value: "$lookup('t', PO1.PO106 & ':' & PO1.PO107)" }`,
      { ...at(3, 'PO1'), element: 7 },
    ],
    [
      'the element a let was taken from',
      `a: { each: "PO1Loop[0]", let: { u: PO1.PO103 }, fields: { b: "$lookup('t', $u)" } }`,
      { ...at(3, 'PO1'), element: 3 },
    ],
    [
      'the loop an expression without a path was asked in',
      `a: { each: "PO1Loop[1]", fields: { b: "$date('never')" } }`,
      at(4, 'PO1'),
    ],
    [
      'what is around a made object',
      `a: { each: "{ 'DTM02': PO1Loop[0].PO1.PO103 }", fields: { b: $date(DTM02) } }`,
      at(1, 'ST'),
    ],
  ])('%s', async (_, body, place) =>
    expect(await placesOf(`fields: { ${body} }\n`)).toEqual([place]))
})
