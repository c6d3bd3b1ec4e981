import { expect, test } from 'vitest'
import { decideDuplicate } from './duplicates.ts'
import type { SeenInterchange } from './duplicates.ts'

const accepted: SeenInterchange = {
  messageId: 'first', interchangeId: 'i', sha256: 'same', accepted: true, untilMs: 100,
}
const rejected = { ...accepted, accepted: false }

test.each<[name: string, seen: SeenInterchange | null, sha256: string, atMs: number, is: string]>([
  ['never seen', null, 'same', 50, 'new'],
  ['same content', accepted, 'same', 50, 'retransmission'],
  ['same content, rejected', rejected, 'same', 50, 'retransmission'],
  ['other content, the earlier rejected', rejected, 'other', 50, 'new'],
  ['other content, the earlier accepted', accepted, 'other', 50, 'conflict'],
  ['other content, the window just over', accepted, 'other', 100, 'new'],
  ['other content, the window all but over', accepted, 'other', 99, 'conflict'],
  ['same content, outside the window', accepted, 'same', 101, 'new'],
])('%s', (_, seen, sha256, atMs, is) => {
  expect(decideDuplicate(seen, sha256, atMs).is).toBe(is)
})
