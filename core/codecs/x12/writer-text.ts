import { Fault } from '#core/errors/fault.ts'
import type { At } from '#core/errors/fault.ts'
import type { Delimiters } from './types.ts'

/**
 * What an interchange can carry and what becomes of the rest. X12 has no escape character, so a
 * delimiter can never be data; charsets are those of X12.6 §3.3: `basic` (capitals, digits, some
 * marks), `extended` (also lower case and more marks), `utf-8` (every character but controls, where
 * both sides agreed so).
 */
export interface TextPolicy {
  readonly charset: 'basic' | 'extended' | 'utf-8'
  /**
   * `refuse`: a Fault. `transliterate`: the nearest letters (é becomes e, and E in `basic`), and
   * `replacement` for a character that has none, delimiters included.
   */
  readonly unfit: 'refuse' | 'transliterate'
  /** One character that fits, e.g. a blank. */
  readonly replacement: string
}

/** The safest there is: plain ASCII, and nothing changed on the way. */
export const plainText: TextPolicy = { charset: 'extended', unfit: 'refuse', replacement: ' ' }

/** Collects the bytes of one interchange: structure as it is told, data by the policy. */
export class X12Sink {
  readonly #policy: TextPolicy
  readonly #delimiters: ReadonlySet<number>
  /** 1 where an ASCII character may stand in data. */
  readonly #fits: Uint8Array
  #bytes = new Uint8Array(8192)
  #length = 0

  constructor(policy: TextPolicy, delimiters: Delimiters) {
    const { element, component, segment, repetition } = delimiters
    this.#policy = policy
    this.#delimiters = new Set([element, component, segment, repetition ?? element])
    this.#fits = fitsTable(policy.charset, this.#delimiters)
    const replacement = policy.replacement.charCodeAt(0)
    if (policy.replacement.length !== 1 || this.#fits[replacement] !== 1) {
      throw new Fault('X12_DELIMITERS_UNFIT', {
        reason: `the replacement "${policy.replacement}" is not one character that fits`,
      })
    }
  }

  /** One byte of structure: a delimiter, or a part of a line end. */
  mark(byte: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = byte
  }

  /**
   * Data of one element or component; `at` says which, should it not fit. What is `exact`
   * (addresses, numbers) is refused where other text would be transliterated.
   */
  text(value: string, at: () => At, exact = false): void {
    this.#reserve(value.length * 3)
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index)
      if (this.#fits[code] === 1) {
        this.#bytes[this.#length++] = code
      } else {
        index += this.#other(value.codePointAt(index) ?? 0, at, exact) - 1
        this.#reserve((value.length - index) * 3)
      }
    }
  }

  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  get length(): number {
    return this.#length
  }

  /** A character outside the table; returns how many UTF-16 units it took. */
  #other(codePoint: number, at: () => At, exact: boolean): number {
    const character = String.fromCodePoint(codePoint)
    if (this.#policy.charset === 'utf-8' && isBeyondAscii(codePoint)) {
      this.#append(new TextEncoder().encode(character))
    } else if (this.#policy.unfit === 'transliterate' && !exact) {
      this.#append(this.#transliterate(character))
    } else {
      throw this.#unfit(codePoint, at())
    }
    return character.length
  }

  #transliterate(character: string): Uint8Array {
    const letters = character.normalize('NFKD').replaceAll(/\p{M}/gu, '')
    const cased = this.#policy.charset === 'basic' ? letters.toUpperCase() : letters
    const codes = Array.from(cased, (letter) => letter.codePointAt(0) ?? 0)
    const fits = codes.length > 0 && codes.every((code) => this.#fits[code] === 1)
    return Uint8Array.from(fits ? codes : [this.#policy.replacement.charCodeAt(0)])
  }

  #unfit(codePoint: number, at: At): Fault {
    const { charset } = this.#policy
    const place = at.element === undefined ? at.tag : `${at.tag}${twoDigits(at.element)}`
    const hex = codePoint.toString(16).toUpperCase().padStart(4, '0')
    const reason = this.#delimiters.has(codePoint)
      ? 'it is a delimiter of this interchange, and X12 has no escape'
      : `the charset ${charset} cannot carry it`
    return new Fault('X12_TEXT_UNFIT', { place, character: `U+${hex}`, reason }, at)
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }
}

/** Whether every character of `text` may stand in data as it is. */
export function fitsCharset(text: string, charset: TextPolicy['charset']): boolean {
  const fits = fitsTable(charset, new Set())
  const wide = charset === 'utf-8'
  return Array.from(text, (character) => character.codePointAt(0) ?? 0)
    .every((code) => fits[code] === 1 || (wide && isBeyondAscii(code)))
}

const basicCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !"&\'()*+,-./:;?='
const extendedCharacters = `${basicCharacters}abcdefghijklmnopqrstuvwxyz%~@[]_{}\\|<>#$^\``

function fitsTable(
  charset: TextPolicy['charset'],
  delimiters: ReadonlySet<number>,
): Uint8Array {
  const fits = new Uint8Array(128)
  for (const character of charset === 'basic' ? basicCharacters : extendedCharacters) {
    fits[character.charCodeAt(0)] = 1
  }
  for (const byte of delimiters) if (byte < fits.length) fits[byte] = 0
  return fits
}

/** What UTF-8 can carry beyond ASCII: no control characters, no half of a surrogate pair. */
function isBeyondAscii(codePoint: number): boolean {
  return codePoint > 0x9f && (codePoint < 0xd800 || codePoint > 0xdfff)
}

function twoDigits(position: number): string {
  return String(position).padStart(2, '0')
}
