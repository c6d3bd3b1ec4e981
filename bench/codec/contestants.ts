import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { X12Parser } from 'node-x12'

import { limits } from '#config/limits.ts'
import { acknowledge997 } from '#core/codecs/x12/acknowledge.ts'
import { decodeX12 } from '#core/codecs/x12/reader.ts'
import { Tokenizer } from '#core/codecs/x12/tokenizer.ts'
import type { Delimiters } from '#core/codecs/x12/types.ts'

/** Reads one interchange, a chunk at a time. Throws where it finds not what is in it. */
export type Contestant = (chunks: Iterable<Uint8Array>) => Promise<void> | void

const delimiters: Delimiters = { element: 0x2a, component: 0x3e, segment: 0x7e }
const classes = new Uint8Array(256)
classes.set([1], delimiters.element)
classes.set([1], delimiters.component)
classes.set([1], delimiters.segment)
const offsets = new Int32Array(65_536)

export const contestants = {
  /** The bare scan: every byte classed by a table, the offset of every separator written. */
  'scan': (chunks) => {
    let found = 0
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at++) {
        if (classes[chunk[at] ?? 0] !== 0) offsets[found++ & 0xffff] = at
      }
    }
    expectSome(found)
  },

  'tokenise': (chunks) => {
    let segments = 0
    const none = (): void => undefined
    const tokenizer = new Tokenizer(limits.codec, {
      interchange: none, overlong: none, junk: none, unreadable: none,
      segment: () => {
        segments += 1
      },
    })
    for (const chunk of chunks) tokenizer.push(chunk)
    tokenizer.end()
    expectSome(segments)
  },

  /** Dictionary, verdicts and the 997's segments. */
  'validate and 997': (chunks) => {
    let answers = 0
    const decoder = decodeX12({
      interchangeEnd: ({ groups, verdict }) => {
        if (verdict !== 'accepted') throw new Error(`the input is ${verdict}`)
        for (const group of groups) {
          answers += acknowledge997(group, delimiters)?.body.segments.length ?? 0
        }
      },
    }, { limits: limits.codec })
    for (const chunk of chunks) decoder.push(chunk)
    decoder.end()
    expectSome(answers)
  },

  'node-x12 stream': async (chunks) => {
    let segments = 0
    const parser = new X12Parser()
    parser.on('data', () => {
      segments += 1
    })
    await pipeline(Readable.from(chunks, { objectMode: false }), parser)
    expectSome(segments)
  },

  'node-x12 parse()': (chunks) => {
    const text = Buffer.concat([...chunks]).toString('latin1')
    const parsed = new X12Parser().parse(text)
    expectSome('functionalGroups' in parsed ? parsed.functionalGroups.length : parsed.length)
  },
} satisfies Record<string, Contestant>

export type ContestantName = keyof typeof contestants

function expectSome(count: number): void {
  if (count === 0) throw new Error('it read nothing')
}
