import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { describeWithShared, shared } from '#test/support/shared.ts'
import { acknowledge997 } from './acknowledge.ts'
import { readX12 } from './reader.ts'
import { checkOutgoing } from './writer-check.ts'
import { encodeInterchange, interchangeVersion } from './writer.ts'
import type { GroupReport } from './types.ts'

const delimiters = { element: 0x2a, component: 0x3e, repetition: 0x5e, segment: 0x7e }

/** AK101, AK201 and AK202 name what was sent, as it was sent. */
const asSent: ReadonlySet<string> = new Set(['X12_CODE_UNLISTED', 'X12_ELEMENT_TOO_SHORT'])

/** The 997 of a group in an interchange of its own; undefined where it gets none. */
function answerTo(group: GroupReport): Uint8Array | undefined {
  const acknowledgement = acknowledge997(group, delimiters)
  if (acknowledgement === undefined) return undefined
  const { type, functionalId, release, segments } = acknowledgement.body
  return encodeInterchange({
    header: {
      senderQualifier: 'ZZ', senderId: 'US', receiverQualifier: 'ZZ', receiverId: 'THEM',
      date: '260131', time: '0915', version: interchangeVersion(release), control: '1',
      acknowledgementRequested: false, usage: 'T',
    },
    delimiters,
    groups: [{
      header: {
        functionalId, release, senderId: 'US', receiverId: 'THEM', date: '20260131', time: '0915',
        control: '1',
      },
      sets: [{ type, control: '1', segments }],
    }],
  })
}

describeWithShared('every group of the corpus', () => {
  const folder = shared('corpus/x12')
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

  test('gets a 997 that our own reader accepts, but for what it repeats as sent', () => {
    const wrong: string[] = []
    let answered = 0
    for (const file of files) {
      const { interchanges } = readX12(readFileSync(file), { limits: limits.codec })
      for (const group of interchanges.flatMap(({ groups }) => groups)) {
        const answer = answerTo(group)
        if (answer === undefined) continue
        answered += 1
        const faults = checkOutgoing(answer, { limits: limits.codec })
          .filter(({ at, code }) => !(['AK1', 'AK2'].includes(at.tag) && asSent.has(code)))
        wrong.push(...faults.map(({ says }) => `${file}: ${says}`))
      }
    }
    expect(wrong).toEqual([])
    expect(answered).toBeGreaterThan(300)
  })
})
