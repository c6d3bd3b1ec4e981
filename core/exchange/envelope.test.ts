import { describe, expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { readX12 } from '#core/codecs/x12/reader.ts'
import { sandboxRelationship } from '#test/support/exchange.ts'
import { envelope, groupsOf } from './envelope.ts'
import { relationshipSettings } from './relationship.ts'
import type { OutgoingBody } from './outcome.ts'

function answer(control: string, release = '004010', functionalId = 'FA'): OutgoingBody {
  const segments = [['AK1', 'PO', control], ['AK9', 'A', '1', '1', '1']] as const
  return { type: '997', functionalId, release, segments }
}

const at = new Date('2026-01-01T00:30:00Z')

test.each<[name: string, sets: OutgoingBody[], groups: number[]]>([
  ['one set', [answer('1')], [1]],
  ['neighbours of one kind share a group', [answer('1'), answer('2')], [2]],
  ['another release is another group', [answer('1'), answer('2', '005010')], [1, 1]],
  ['order is kept', [answer('1'), answer('2', '005010'), answer('3')], [1, 1, 1]],
])('%s', (_, sets, groups) => {
  expect(groupsOf({ sets }).map(({ length }) => length)).toEqual(groups)
})

describe('an envelope', () => {
  const bundle = { sets: [answer('1'), answer('2'), answer('3', '005010')] }
  const made = envelope(bundle, sandboxRelationship, { interchange: 42, groups: [7, 8] }, at)
  const { interchanges } = readX12(made.bytes, { limits: limits.codec })

  test('is from us to them, asks for no TA1 and is read without a fault', () => {
    expect(interchanges).toHaveLength(1)
    expect(interchanges[0]).toMatchObject({
      control: '000000042', senderId: 'SANDBOXSELLER', receiverId: 'SANDBOXBUYER', usage: 'T',
      acknowledgementRequested: false, verdict: 'accepted', faults: [],
    })
  })

  test('numbers its groups and sets, and says which set got which', () => {
    expect(interchanges[0]?.groups.map(({ control, release, sets }) =>
      [control, release, sets.map((set) => set.control)]))
      .toEqual([['7', '004010', ['0001', '0002']], ['8', '005010', ['0001']]])
    expect(made.control).toBe('000000042')
    expect(made.sets).toEqual([
      { groupControl: '7', control: '0001' }, { groupControl: '7', control: '0002' },
      { groupControl: '8', control: '0001' },
    ])
  })

  test('bears the date and time of the relationship\'s own clock', () => {
    const settings = relationshipSettings({ timeZone: 'America/New_York' })
    const { bytes } = envelope(
      { sets: [answer('1')] }, { ...sandboxRelationship, settings },
      { interchange: 1, groups: [1] }, at,
    )
    const [read] = readX12(bytes, { limits: limits.codec }).interchanges
    expect([read?.date, read?.time, read?.groups[0]?.date]).toEqual(['251231', '1930', '20251231'])
  })

  test('keeps the relationship\'s separators and line ends', () => {
    const delimiters = {
      element: '|', component: ':', repetition: '^', segment: '\'', lineEnd: '\n' as const,
    }
    const settings = relationshipSettings({ delimiters })
    const { bytes } = envelope(
      { sets: [answer('1')] }, { ...sandboxRelationship, settings },
      { interchange: 1, groups: [1] }, at,
    )
    expect(Buffer.from(bytes).toString()).toMatch(/^ISA\|.*:'\nGS\|FA\|.*'\nIEA\|1\|000000001'\n$/s)
  })

  test('is live only for a live relationship', () => {
    const live = { ...sandboxRelationship, stream: 'live' as const }
    const { bytes } = envelope({ sets: [answer('1')] }, live, { interchange: 1, groups: [1] }, at)
    expect(readX12(bytes, { limits: limits.codec }).interchanges[0]?.usage).toBe('P')
  })
})
