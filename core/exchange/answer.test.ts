import { describe, expect, test } from 'vitest'
import { interchange, orderMessage, orderSet } from '#test/support/edi.ts'
import { judged, knowing, sandboxRelationship } from '#test/support/exchange.ts'
import type { WireElement } from '#core/codecs/x12/writer.ts'
import { relationshipSettings } from './relationship.ts'
import type { RelationshipSettings, Ta1Policy } from './relationship.ts'

/** An element that is plain text. */
function textOf(element: WireElement): string {
  if (typeof element !== 'string') throw new Error('a composite')
  return element
}

function judgedBy(text: string, settings: Partial<RelationshipSettings>) {
  const relationship = { ...sandboxRelationship, settings: relationshipSettings(settings) }
  return judged(text, knowing([relationship])).interchanges[0]!
}

describe('when a TA1 goes', () => {
  const plain = orderMessage(7, 'PO-7')
  const asking = (text: string): string => text.replace('*0*T*', '*1*T*')
  const erring = (text: string): string => text.replace('*260105*0930*U', '*260199*0930*U')
  const rejected = (text: string): string => text.replace('IEA*1', 'IEA*2')

  test.each<[policy: Ta1Policy, plain: string, asked: string, erring: string, rejected: string]>([
    ['never', '', '', '', ''],
    ['as_asked', '', 'A 000', '', ''],
    ['on_error', '', '', 'E 014', 'R 021'],
    ['asked_or_error', '', 'A 000', 'E 014', 'R 021'],
    ['always', 'A 000', 'A 000', 'E 014', 'R 021'],
  ])('%s', (ta1, ...expected) => {
    const texts = [plain, asking(plain), erring(plain), rejected(plain)]
    expect(texts.map((text) => {
      const segment = judgedBy(text, { ta1 }).acknowledgement?.body.segments[0]
      return segment?.slice(4).map((element) => textOf(element)).join(' ') ?? ''
    })).toEqual(expected)
  })

  test('what is asked for is said of a rejected interchange too', () => {
    const { acknowledgement, park } = judgedBy(asking(rejected(plain)), { ta1: 'as_asked' })
    expect(acknowledgement?.body.segments).toEqual([
      ['TA1', '000000007', '260105', '0930', 'R', '021'],
    ])
    expect(park).toBeNull()
  })

  test('never for an interchange of TA1s, however it asks', () => {
    const ta1s = asking(plain).replace(/GS.*(?=IEA)/s, 'TA1*000000001*260105*0930*A*000~')
      .replace('IEA*1', 'IEA*0')
    expect(judgedBy(ta1s, { ta1: 'always' }).acknowledgement).toBeNull()
    expect(judgedBy(ta1s.replace('IEA*0', 'IEA*1'), { ta1: 'always' })).toMatchObject({
      acknowledgement: null, park: { fault: { code: 'INTERCHANGE_REJECTED' } },
    })
  })

  test('in the version of what it answers', () => {
    const later = interchange({ control: 1, release: '005010', sets: [orderSet({ number: '1' })] })
    expect(judgedBy(later, { ta1: 'always' }).acknowledgement?.body.release).toBe('005010')
    expect(judgedBy(plain, { ta1: 'always' }).acknowledgement?.body.release).toBe('004010')
  })
})

describe('997 or 999', () => {
  const sets = [orderSet({ number: '1' })]
  const earlier = interchange({ control: 1, sets })
  const later = interchange({ control: 1, release: '005010', sets })
  const bodyOf = (text: string, settings: Partial<RelationshipSettings>) =>
    judgedBy(text, settings).groups[0]?.acknowledgement?.body

  test.each<[name: string, text: string, settings: Partial<RelationshipSettings>, as: object]>([
    ['997 of 004010', earlier, {}, { type: '997', release: '004010' }],
    ['997 of 005010', later, {}, { type: '997', release: '005010' }],
    ['999, but the group is of 004010', earlier, { acknowledgement: '999' },
      { type: '997', release: '004010' }],
    ['999', later, { acknowledgement: '999' }, { type: '999', release: '005010' }],
    ['999 by a guide', later, { acknowledgement: '999', acknowledgementGuide: '005010X231A1' },
      { type: '999', release: '005010X231A1' }],
  ])('%s', (_, text, settings, as) => {
    expect(bodyOf(text, settings)).toMatchObject(as)
  })

  test('a copy of bad data keeps to the charset of the relationship', () => {
    const bad = earlier.replace('*EA*', '*ea*')
    const copies = (settings: Partial<RelationshipSettings>) =>
      bodyOf(bad, settings)?.segments.filter(([tag]) => tag === 'AK4')
        .map((segment) => segment.at(-1))
    const charset = { set: 'basic', unfit: 'refuse', replacement: ' ' } as const
    expect(copies({})).toEqual(['ea'])
    expect(copies({ charset })).toEqual([''])
  })
})
