import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'

import type { At } from '#core/errors/fault.ts'
import { World } from '#test/support/world.ts'

/** Faults of mapping and business point at the element they name, in the bytes as they came. */
let world: World
const order = readFileSync(new URL('../../docs/first-order.edi', import.meta.url), 'latin1')

beforeAll(async () => {
  world = await World.open()
})
afterAll(() => world.close())

let control = 100

async function parkedOf(change: (text: string) => string): Promise<readonly [string, string]> {
  control += 1
  const isa13 = String(control).padStart(9, '0')
  const text = change(order.replaceAll('000000001', isa13).replace('4500000001', `N${control}`))
  const messageId = await world.post(text)
  await world.live()
  const { rows } = await world.store.pool.query<{ code: string; at: At }>(
    'SELECT code, at FROM parked WHERE message_id = $1', [messageId],
  )
  const [{ code, at }] = rows as [{ code: string; at: At }]
  return [code, text.slice(at.byte).split(/[*~]/)[0] ?? '']
}

test.each([
  ['an unlisted unit', 'CROSS_REFERENCE_MISSING', 'ZZ', '3*CA', '3*ZZ'],
  ['a missing quantity', 'MAPPING_FIELD_MISSING', '', 'PO1*2*3*CA', 'PO1*2**CA'],
  ['a purpose that creates nothing', 'PURPOSE_DOES_NOT_CREATE', '04', 'BEG*00', 'BEG*04'],
  ['an unknown ship-to', 'CROSS_REFERENCE_MISSING', '9999', '92*0014', '92*9999'],
  ['a wrong count of lines', 'ORDER_CONTROL_TOTAL_WRONG', '3', 'CTT*2', 'CTT*3'],
])('%s', async (_, code, at, from, to) => {
  expect(await parkedOf((text) => text.replace(from, to))).toEqual([code, at])
})

test('a second order under one number, at its number', async () => {
  const again = (text: string): string => text.replace(/NE\*N\d+/, 'NE*AGAIN')
  await parkedOf(again).catch(() => undefined)
  expect(await parkedOf(again)).toEqual(['BUSINESS_DUPLICATE', 'AGAIN'])
})
