import fc from 'fast-check'
import { expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { enveloped } from '#test/support/x12-trees.ts'
import { bytesOf, fixture, read } from '#test/support/x12-messages.ts'
import { acknowledge997 } from './acknowledge.ts'
import { checkOutgoing } from './writer-check.ts'

const delimiters = { element: 0x2a, component: 0x3e, repetition: 0x5e, segment: 0x7e }

/** AK101, AK103, AK201, AK202 and AK203 name what was sent, as it was sent. */
const asSent: ReadonlySet<string> = new Set(['AK1', 'AK2'])

test.each(['850-004010.edi', '850-005010.edi'])(
  'whatever was damaged in %s, the 997 is valid', (name) => {
    const good = bytesOf(fixture(name))
    const character = fc.constantFrom(...Array.from('*~>^:AZaz09 .-\n\u0000é'))
    const damage = fc.array(fc.tuple(fc.integer({ min: 106, max: good.length - 1 }), character),
      { minLength: 1, maxLength: 10 })
    fc.assert(fc.property(damage, (changes) => {
      const bytes = good.slice()
      for (const [place, byte] of changes) bytes[place] = byte.charCodeAt(0)
      for (const group of read(bytes).interchanges.flatMap(({ groups }) => groups)) {
        const acknowledgement = acknowledge997(group, delimiters)
        if (acknowledgement === undefined) continue
        const { release, segments } = acknowledgement.body
        const answer = enveloped(release, { type: '997', functionalId: 'FA' }, segments)
        const faults = checkOutgoing(answer, { limits: limits.codec })
        expect(faults.filter(({ at }) => !asSent.has(at.tag))).toEqual([])
      }
    }), { numRuns: 500 })
  })
