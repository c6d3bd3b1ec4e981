import { FaultList } from './reader-faults.ts'
import { OpenInterchange } from './reader-interchange.ts'
import type { ReadOptions } from './reader-reading.ts'
import type { SegmentTape } from './tokenizer-tape.ts'
import { Tokenizer } from './tokenizer.ts'
import type { TokenSink } from './tokenizer.ts'
import type { Delimiters, InterchangeReport, X12Fault, X12Visitor } from './types.ts'

export type { ReadOptions } from './reader-reading.ts'

/** Bytes in, calls to the visitor out. After `end` it takes no more. */
export interface X12Decoder {
  push(chunk: Uint8Array): void
  end(): void
}

export interface X12Report {
  readonly interchanges: readonly InterchangeReport[]
  /** What stands outside any interchange. */
  readonly faults: readonly X12Fault[]
}

/**
 * Reads X12 as it comes and tells the visitor: envelope (X12.5, X12.6), sets and their faults
 * against the dictionary of the release, judged. Any chunking tells the same; no bytes make it
 * throw. It keeps one segment and one report per set, whatever the message's length.
 */
export function decodeX12(visitor: X12Visitor, options: ReadOptions): X12Decoder {
  const reader = new Reader(visitor, options)
  const tokenizer = new Tokenizer(options.limits, reader)
  let bytes = 0
  return {
    push: (chunk) => {
      bytes += chunk.length
      tokenizer.push(chunk)
    },
    end: () => {
      tokenizer.end()
      reader.end(bytes)
    },
  }
}

/** Reads a whole message and gives its reports. */
export function readX12(bytes: Uint8Array, options: ReadOptions): X12Report {
  const interchanges: InterchangeReport[] = []
  let open = false
  const faults: X12Fault[] = []
  const decoder = decodeX12({
    interchangeStart: () => { open = true },
    interchangeEnd: (report) => {
      open = false
      interchanges.push(report)
    },
    fault: (fault) => { if (!open) faults.push(fault) },
  }, options)
  decoder.push(bytes)
  decoder.end()
  return { interchanges, faults }
}

interface TextOutside { readonly byte: number; readonly bytes: number; readonly begins: string }

/** The level above interchanges: what belongs to none, and where one is cut short by the next. */
class Reader implements TokenSink {
  readonly #visitor: X12Visitor
  readonly #options: ReadOptions
  readonly #faults: FaultList
  #open: OpenInterchange | undefined
  #count = 0
  /** Text before anything else: it is told when an interchange follows, else with the end. */
  #textBefore: TextOutside | undefined

  constructor(visitor: X12Visitor, options: ReadOptions) {
    this.#visitor = visitor
    this.#options = options
    this.#faults = new FaultList({
      max: options.limits.faultsPerSetMax, tell: (fault) => visitor.fault?.(fault),
    })
  }

  interchange(isa: SegmentTape, delimiters: Delimiters, fixed: boolean): void {
    this.#cut(isa.byte)
    this.#tellTextBefore()
    this.#count += 1
    const max = this.#options.limits.interchangesPerMessageMax
    if (this.#count <= max) {
      this.#open = new OpenInterchange(isa, delimiters, fixed, this.#visitor, this.#options)
    } else if (this.#count === max + 1) {
      const at = { byte: isa.byte, segment: 1, tag: 'ISA' }
      this.#faults.add('X12_INTERCHANGES_TOO_MANY', () => ({ facts: { max }, at }))
    }
  }

  segment(tape: SegmentTape): void {
    if (this.#open?.segment(tape) === 'ended') this.#open = undefined
  }

  overlong(byte: number, tag: string): void {
    this.#open?.overlong(byte, tag)
  }

  junk(byte: number, bytes: number, begins: string): void {
    const text = { byte, bytes, begins: begins === '' ? '…' : begins }
    if (this.#count === 0 && this.#faults.kept.length === 0) this.#textBefore = text
    else this.#tellText(text)
  }

  unreadable(byte: number, because: string): void {
    this.#cut(byte)
    this.#tellTextBefore()
    const at = { byte, segment: 1, tag: 'ISA' }
    this.#faults.add('X12_ISA_UNREADABLE', () => ({ facts: { because }, at }))
  }

  end(bytes: number): void {
    this.#cut(bytes)
    if (this.#count > 0 || this.#faults.kept.length > 0) return
    const text = this.#textBefore
    const holds = text === undefined ? 'is empty' : `begins with "${text.begins}", not with ISA`
    const at = { byte: 0, segment: 1, tag: '' }
    this.#faults.add('X12_NO_INTERCHANGE', () => ({ facts: { holds }, at }))
  }

  #tellTextBefore(): void {
    if (this.#textBefore !== undefined) this.#tellText(this.#textBefore)
    this.#textBefore = undefined
  }

  #tellText({ byte, bytes, begins }: TextOutside): void {
    const at = { byte, segment: 1, tag: '' }
    this.#faults.add('X12_TEXT_OUTSIDE', () => ({ facts: { bytes, begins }, at }))
  }

  /** The open interchange ends at that byte without its IEA. */
  #cut(byte: number): void {
    this.#open?.cut(byte)
    this.#open = undefined
  }
}
