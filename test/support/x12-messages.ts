import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { limits } from '#config/limits.ts'
import { readX12 } from '#core/codecs/x12/reader.ts'
import type { ReadOptions, X12Report } from '#core/codecs/x12/reader.ts'
import type { SetReport, X12Fault } from '#core/codecs/x12/types.ts'

/** One of our own X12 files, by its name below test/fixtures/x12. */
export function fixture(name: string): string {
  return readFileSync(join(import.meta.dirname, '..', 'fixtures', 'x12', name), 'utf8')
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Reads a text with the limits of the product. */
export function read(text: string | Uint8Array, options: Partial<ReadOptions> = {}): X12Report {
  const bytes = typeof text === 'string' ? bytesOf(text) : text
  return readX12(bytes, { limits: limits.codec, ...options })
}

/** Every fault of a report, from the outside in. */
export function faultsOf({ faults, interchanges }: X12Report): X12Fault[] {
  const inside = interchanges.flatMap((interchange) => [
    ...interchange.faults,
    ...interchange.groups.flatMap((group) => [
      ...group.faults, ...group.sets.flatMap((set) => set.faults),
    ]),
  ])
  return [...faults, ...inside]
}

/** The only set of a message. */
export function onlySet(report: X12Report): SetReport {
  const sets = report.interchanges.flatMap(({ groups }) => groups.flatMap((group) => group.sets))
  const [set, ...more] = sets
  if (set === undefined || more.length > 0) throw new Error(`${sets.length} sets, not one`)
  return set
}

export interface Envelope {
  /** ISA12, and GS08. */
  readonly version?: string
  readonly release?: string
  readonly functionalId?: string
}

/** A message of one set around those segments (without ST and SE), separators `* > ^ ~`. */
export function message(
  segments: readonly string[], envelope: Envelope = {}, type = '850',
): string {
  const { release = '004010', functionalId = 'PO' } = envelope
  const { version = release < '004020' ? '00401' : '00501' } = envelope
  const repetition = version < '00402' ? 'U' : '^'
  return [
    'ISA*00*          *00*          *ZZ*SANDBOXBUYER   *ZZ*SANDBOXSELLER  '
      + `*261122*0930*${repetition}*${version}*000000007*0*T*>`,
    `GS*${functionalId}*SANDBOXBUYER*SANDBOXSELLER*20261122*0930*7*X*${release}`,
    `ST*${type}*0001`,
    ...segments,
    `SE*${segments.length + 2}*0001`,
    'GE*1*7',
    'IEA*1*000000007',
  ].map((segment) => `${segment}~`).join('')
}
