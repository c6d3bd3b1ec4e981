import { expect, test } from 'vitest'
import { contentOf } from './content.ts'

const plan = { method: 'POST', path: '' } as const

test('JSON and bytes are sent as what they are, and nothing as nothing', () => {
  const bytes = Buffer.from([0xff, 0x00])
  const body = { contentType: 'application/edi-x12', bytes }
  expect(contentOf({ ...plan, body })).toBe(body)
  expect(contentOf(plan)).toBeNull()
  const content = contentOf({ ...plan, json: { name: 'Ä' } })
  expect(content?.contentType).toBe('application/json')
  expect(new TextDecoder().decode(content?.bytes)).toBe('{"name":"Ä"}')
})
