import fc from 'fast-check'
import { expect, test } from 'vitest'
import { limits } from '#config/limits.ts'
import { bytesOf, fixture, read } from '#test/support/x12-messages.ts'
import { decodeX12 } from './reader.ts'
import type { CodecLimits, X12Fault } from './types.ts'

/** The laws of a codec (STYLE §2). fast-check prints the seed of a run that fails. */
const sources = ['850-004010.edi', '850-005010.edi'].map(fixture)
const whole = bytesOf(`${sources.join('\n')}HELLO ${sources.join('')}`)

/** All that a visitor is told, one line each. */
function told(chunks: readonly Uint8Array[], codec: CodecLimits = limits.codec): string[] {
  const lines: string[] = []
  const tell = (...parts: unknown[]) => { lines.push(JSON.stringify(parts)) }
  const decoder = decodeX12({
    interchangeStart: (header, byte) => { tell('I', header, byte) },
    groupStart: (header, byte) => { tell('G', header, byte) },
    setStart: ({ set, byte }) => { tell('S', set, byte) },
    segment: (view, { segment, path, use }) => {
      const texts = Array.from({ length: view.elements }, (_, i) => view.text(i + 1))
      const steps = path.map(({ loop, iteration }) => [loop.name, iteration])
      tell(view.tag, view.byte, view.length, texts, segment, steps, use?.name)
    },
    setEnd: (report) => { tell('/S', report) },
    groupEnd: (report) => { tell('/G', report.verdict, report.faults) },
    interchangeEnd: (report) => { tell('/I', report.verdict, report.faults, report.length) },
    ta1: (view) => { tell('TA1', view.byte) },
    fault: (fault) => { tell('!', fault) },
  }, { limits: codec })
  for (const chunk of chunks) decoder.push(chunk)
  decoder.end()
  return lines
}

/** Cuts bytes at those places, which may repeat and lie outside. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length]
  const sorted = ends.toSorted((a, b) => a - b)
  return sorted.map((end, i) => bytes.slice(sorted[i - 1] ?? 0, end))
}

const places = fc.array(fc.nat(), { maxLength: 20 })

/** A message with some of its bytes replaced, removed or doubled. */
const mutated = fc.array(
  fc.record({
    at: fc.nat(whole.length - 1), byte: fc.nat(255), drop: fc.nat(3), keep: fc.boolean(),
  }),
  { maxLength: 12 },
).map((edits) => edits.reduce((bytes, { at, byte, drop, keep }) => {
  const place = at % Math.max(1, bytes.length)
  const kept = keep ? [bytes[place] ?? 0] : []
  return Uint8Array.from([
    ...bytes.subarray(0, place), ...kept, byte, ...bytes.subarray(place + drop),
  ])
}, whole))

/** Segments of an order, envelope and all, in any order and number. */
const shuffled = fc.array(
  fc.constantFrom(...sources.flatMap((text) => text.split('\n').filter((line) => line !== ''))),
  { maxLength: 40 },
).map((lines) => bytesOf(lines.join('\n')))

const small = {
  ...limits.codec, segmentBytesMax: 40, elementsPerSegmentMax: 16, faultsPerSetMax: 3,
}

test('any chunking tells the same', () => {
  fc.assert(fc.property(places, (cuts) => {
    expect(told(cut(whole, cuts))).toEqual(told([whole]))
  }), { numRuns: 30 })
})

test('any chunking of a damaged message tells the same, with small limits too', () => {
  fc.assert(fc.property(fc.oneof(mutated, shuffled), places, (bytes, cuts) => {
    expect(told(cut(bytes, cuts))).toEqual(told([bytes]))
    expect(told(cut(bytes, cuts), small)).toEqual(told([bytes], small))
  }), { numRuns: 60 })
})

test('any bytes are read to the end, with a fault where there is no interchange', () => {
  const anyBytes = fc.uint8Array({ maxLength: 400 })
  const afterIsa = anyBytes.map((bytes) => Uint8Array.from([...whole.subarray(0, 107), ...bytes]))
  fc.assert(fc.property(fc.oneof(anyBytes, afterIsa, mutated, shuffled), (bytes) => {
    const { interchanges, faults } = read(bytes)
    expect(interchanges.length + faults.length).toBeGreaterThan(0)
  }), { numRuns: 300 })
})

test('an order that lost any one segment is rejected', () => {
  for (const source of sources) {
    const lines = source.split('\n').slice(0, -1)
    lines.slice(1).forEach((line, i) => {
      const verdicts = read(lines.toSpliced(i + 1, 1).join('')).interchanges
        .map(({ verdict }) => verdict)
      expect([line, ...verdicts]).toEqual([line, 'rejected'])
    })
  }
})

test('every place of a fault lies in the message', () => {
  fc.assert(fc.property(fc.oneof(mutated, shuffled), (bytes) => {
    const seen: number[] = []
    const visitor = { fault: ({ at }: X12Fault) => { seen.push(at.byte) } }
    const decoder = decodeX12(visitor, { limits: limits.codec })
    decoder.push(bytes)
    decoder.end()
    for (const byte of seen) expect(byte >= 0 && byte <= bytes.length).toBe(true)
  }), { numRuns: 100 })
})
