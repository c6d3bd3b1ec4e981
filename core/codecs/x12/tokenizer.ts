import type { CodecLimits, Delimiters } from './types.ts'
import { mayHoldBinary, readBinary } from './tokenizer-binary.ts'
import { isAlphanumeric, looksLikeIsa, readIsa } from './tokenizer-isa.ts'
import { byteClass, classTable, decodeText, SegmentTape } from './tokenizer-tape.ts'

/** What the tokenizer tells, in order. A tape is valid only during the call. */
export interface TokenSink {
  /** An ISA; `fixed` is false where its elements did not stand where X12.5 puts them. */
  interchange(isa: SegmentTape, delimiters: Delimiters, fixed: boolean): void
  /** Any other segment of an interchange. */
  segment(segment: SegmentTape): void
  /** A segment longer than the limit; what follows it is read again. */
  overlong(byte: number, tag: string): void
  /** Text between interchanges. */
  junk(byte: number, bytes: number, begins: string): void
  /** An ISA that tells no delimiters; the text up to the next one is lost with it. */
  unreadable(byte: number, because: string): void
}

/** Chunks are read in slices, so that the window stays small whatever is pushed. */
const sliceBytes = 65_536
const tagIEA = (0x49 << 16) | (0x45 << 8) | 0x41

/**
 * Cuts bytes into segments. Any chunking of the same bytes tells the sink the same. Never throws,
 * and keeps at most one segment and one slice.
 */
export class Tokenizer {
  readonly #limits: CodecLimits
  readonly #sink: TokenSink
  readonly #tape: SegmentTape
  #window: Uint8Array = new Uint8Array(4096)
  /** Bytes in the window; the next to read; offset of the window in the message. */
  #filled = 0
  #at = 0
  #base = 0
  /** Absent between interchanges. */
  #delimiters: Delimiters | undefined
  #table: Uint8Array = new Uint8Array(256)
  /** A segment was begun at `#tape.start` and scanned up to `#at`. */
  #inSegment = false
  #skipping = false
  /** Offset in the message before which no terminator counts: a binary value is passed over. */
  #skipTo = 0
  /** The segment begun may hold a binary value, whose bytes are not separators. */
  #binary = false
  /** Offset in the message where text that is no interchange began; its first characters. */
  #junkFrom = -1
  #junkBegins = ''
  /** That text belongs to an unreadable ISA, which was told already. */
  #junkTold = false
  #junkLast = 0

  constructor(limits: CodecLimits, sink: TokenSink) {
    this.#limits = limits
    this.#sink = sink
    this.#tape = new SegmentTape(Math.max(16, limits.elementsPerSegmentMax))
  }

  push(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; from += sliceBytes) {
      this.#fill(chunk.subarray(from, from + sliceBytes))
      this.#run(false)
    }
  }

  end(): void {
    this.#run(true)
    this.#tellJunk(this.#base + this.#filled)
  }

  /** Appends to the window; moves what is still needed to its front only when it is full. */
  #fill(slice: Uint8Array): void {
    if (this.#filled + slice.length > this.#window.length) this.#makeRoom(slice.length)
    this.#window.set(slice, this.#filled)
    this.#filled += slice.length
  }

  #makeRoom(more: number): void {
    const from = this.#window
    const keepFrom = this.#inSegment ? this.#tape.start : this.#at
    const kept = this.#filled - keepFrom
    const needed = kept + more
    if (needed > from.length) this.#window = new Uint8Array(Math.max(needed, from.length * 2))
    this.#window.set(from.subarray(keepFrom, this.#filled))
    if (this.#inSegment) {
      const cuts = this.#tape.cuts
      for (let n = 0; n < this.#tape.cutCount; n++) cuts[n] = (cuts[n] ?? 0) - keepFrom
      this.#tape.start = 0
    }
    this.#at -= keepFrom
    this.#base += keepFrom
    this.#filled = kept
  }

  #run(ended: boolean): void {
    let going = true
    while (going && (this.#at < this.#filled || (ended && this.#inSegment))) {
      if (this.#delimiters === undefined) going = this.#seek(ended)
      else if (this.#skipping) going = this.#skip()
      else if (this.#inSegment) going = this.#scan(ended)
      else going = this.#begin(ended)
    }
  }

  /** Looks for the next ISA. False: more bytes are needed. */
  #seek(ended: boolean): boolean {
    const bytes = this.#window
    while (this.#at < this.#filled) {
      if (this.#filled - this.#at < 4 && !ended) return false
      if (looksLikeIsa(bytes, this.#at)) return this.#header(ended)
      const byte = bytes[this.#at] ?? 0
      if (byte > 0x20 || this.#junkFrom >= 0) {
        if (this.#isByteOrderMark()) {
          this.#at += 3
          continue
        }
        this.#beginJunk(byte)
      }
      this.#at += 1
    }
    return false
  }

  #isByteOrderMark(): boolean {
    const bytes = this.#window
    return bytes[this.#at] === 0xef && bytes[this.#at + 1] === 0xbb && bytes[this.#at + 2] === 0xbf
  }

  #beginJunk(byte: number): void {
    if (this.#junkFrom < 0) {
      this.#junkFrom = this.#base + this.#at
      this.#junkBegins = ''
    }
    if (this.#junkBegins.length < 20) {
      this.#junkBegins += byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ' '
    }
    this.#junkLast = byte
  }

  #tellJunk(upTo: number): void {
    if (this.#junkFrom >= 0 && !this.#junkTold) {
      this.#sink.junk(this.#junkFrom, upTo - this.#junkFrom, this.#junkBegins.trim())
    }
    this.#junkFrom = -1
    this.#junkTold = false
  }

  #header(ended: boolean): boolean {
    const tape = this.#tape
    const isa = readIsa(this.#window, this.#at, this.#filled, ended, tape)
    if (isa.is === 'more') return false
    // The end of a word is an ISA only if all its separators stand in their places.
    const inWord = this.#junkFrom >= 0 && isAlphanumeric(this.#junkLast)
    if (inWord && !(isa.is === 'read' && isa.fixed)) {
      this.#beginJunk(this.#window[this.#at] ?? 0)
      this.#at += 1
      return true
    }
    const byte = this.#base + this.#at
    this.#tellJunk(byte)
    if (isa.is === 'unreadable') {
      this.#sink.unreadable(byte, isa.because)
      this.#junkFrom = byte
      this.#junkTold = true
      this.#junkLast = 0x41
      this.#at += 3
      return true
    }
    this.#delimiters = isa.delimiters
    this.#table = classTable(isa.delimiters)
    tape.reset(this.#window, this.#base, this.#at)
    tape.cutCount = 17
    tape.delimiters = isa.delimiters
    this.#at = isa.end + 1
    this.#sink.interchange(tape, isa.delimiters, isa.fixed)
    return true
  }

  /** Skips line ends and blanks before a segment, and sees whether an ISA stands there. */
  #begin(ended: boolean): boolean {
    const bytes = this.#window
    while (this.#at < this.#filled && this.#isBlank(bytes[this.#at] ?? 0)) this.#at += 1
    if (this.#at === this.#filled) return false
    if (this.#filled - this.#at < 4 && !ended) return false
    if (looksLikeIsa(bytes, this.#at)) {
      this.#delimiters = undefined
      return true
    }
    this.#tape.reset(this.#window, this.#base, this.#at)
    this.#tape.cutCount = 0
    this.#inSegment = true
    this.#binary = mayHoldBinary(bytes, this.#at)
    return true
  }

  /** A terminator that is a line end also ends blank lines; other delimiters are never blanks. */
  #isBlank(byte: number): boolean {
    if (byte > 0x20) return false
    const kind = this.#table[byte]
    return kind === 0 || (kind === byteClass.segment && (byte === 0x0a || byte === 0x0d))
  }

  #scan(ended: boolean): boolean {
    if (this.#binary) {
      const going = this.#scanBinary(ended)
      if (going !== undefined) return going
      this.#binary = false
      this.#tape.cutCount = 0
    }
    const tape = this.#tape
    const bytes = this.#window
    const table = this.#table
    const filled = this.#filled
    const cuts = tape.cuts
    const cutsMax = cuts.length - 1
    let n = tape.cutCount
    let i = this.#at
    for (; i < filled; i++) {
      const kind = table[bytes[i] ?? 0] ?? 0
      if (kind === 0) continue
      if (kind === byteClass.element) {
        if (n < cutsMax) cuts[n++] = i
        else tape.overfull = true
      } else if (kind === byteClass.segment) {
        break
      } else {
        tape.hasParts = true
      }
    }
    tape.cutCount = n
    this.#at = i
    const tooLong = i - tape.start > this.#limits.segmentBytesMax
    if (tooLong) this.#tellOverlong(i < filled)
    else if (i < filled) this.#emit(i)
    else if (ended) this.#emitUnterminated()
    else return false
    return true
  }

  /** Takes a binary segment whole; undefined where it is to be scanned as any other. */
  #scanBinary(ended: boolean): boolean | undefined {
    const tape = this.#tape
    const { element, segment } = this.#delimiters ?? tape.delimiters
    const filled = this.#filled
    const bytes = this.#window.subarray(0, filled)
    const reading = readBinary(bytes, tape.start, element, segment, ended, tape)
    if (reading === 'more') return false
    if (reading === 'plain') return undefined
    const end = reading
    if (end - tape.start > this.#limits.segmentBytesMax) {
      this.#at = Math.min(end, filled)
      this.#skipTo = this.#base + end
      this.#tellOverlong(false)
      return true
    }
    if (end >= filled) return ended ? undefined : false
    if (bytes[end] !== segment) return undefined
    this.#emit(end)
    return true
  }

  #emit(end: number): void {
    const tape = this.#tape
    tape.cuts[tape.cutCount++] = end
    tape.bytes = this.#window
    tape.base = this.#base
    this.#inSegment = false
    this.#at = end + 1
    if (tape.tagKey === tagIEA) this.#delimiters = undefined
    this.#sink.segment(tape)
  }

  #emitUnterminated(): void {
    let end = this.#filled
    const floor = Math.max(this.#tape.start, (this.#tape.cuts[this.#tape.cutCount - 1] ?? -1) + 1)
    while (end > floor && (this.#window[end - 1] ?? 0) <= 0x20) end -= 1
    this.#tape.unterminated = true
    this.#emit(end)
    this.#at = this.#filled
  }

  #tellOverlong(terminated: boolean): void {
    const tape = this.#tape
    const tagEnd = tape.cutCount > 0 ? (tape.cuts[0] ?? 0) : tape.start
    const tag = tagEnd - tape.start <= 3 ? decodeText(this.#window, tape.start, tagEnd) : ''
    this.#sink.overlong(this.#base + tape.start, tag)
    this.#inSegment = false
    this.#skipping = !terminated
    if (terminated) this.#at += 1
  }

  #skip(): boolean {
    const terminator = this.#delimiters?.segment
    this.#at = Math.min(this.#filled, Math.max(this.#at, this.#skipTo - this.#base))
    while (this.#at < this.#filled && this.#window[this.#at] !== terminator) this.#at += 1
    if (this.#at === this.#filled) return false
    this.#at += 1
    this.#skipping = false
    return true
  }
}
