import type { FactsOf } from '#core/errors/catalog.ts'
import type { CompiledDictionary, CompiledSet } from './dictionary-compile.ts'
import { sameNumber, setHeader } from './reader-envelope.ts'
import { FaultList, shown } from './reader-faults.ts'
import { envelopeDetail } from './reader-reading.ts'
import type { Reading } from './reader-reading.ts'
import { doubtedCodes, doubtedSegments } from './severity.ts'
import type { X12FaultCode } from './severity.ts'
import type { SegmentTape } from './tokenizer-tape.ts'
import type { GroupHeader, SetHeader, SetReport } from './types.ts'
import { SetValidator } from './validator.ts'
import { fitsCharset } from './writer-text.ts'

interface SetContext {
  readonly reading: Reading
  readonly group: GroupHeader
  readonly dictionary: CompiledDictionary
  readonly exact: boolean
  /** Set numbers met in the group; this set's is added. */
  readonly controls: Set<string>
}

/** A set from its ST on. Its segments count from ST = 1. */
export class OpenSet {
  readonly #reading: Reading
  readonly #header: SetHeader
  readonly #faults: FaultList
  readonly #validator: SetValidator
  readonly #byte: number
  #count = 1

  constructor(st: SegmentTape, context: SetContext) {
    const { reading, group, dictionary, exact } = context
    const { visitor, interchange, options, budget } = reading
    const header = setHeader(st)
    const definition = dictionary.set(header.type)
    this.#reading = reading
    this.#header = header
    this.#byte = st.byte
    const { severities = {} } = options.profile?.({ interchange, group, set: header }) ?? {}
    const doubted = exact ? (dictionary.codesAdvisory ? doubtedCodes : undefined) : doubtedSegments
    this.#faults = new FaultList({
      max: options.limits.faultsPerSetMax, budget, severities, release: group.release.slice(0, 6),
      ...(doubted === undefined ? {} : { doubted }),
      tell: (fault) => visitor.fault?.(fault),
    })
    visitor.setStart?.({ interchange, group, set: header, dictionary, definition, byte: st.byte })
    this.#checkHeader(st, context, definition)
    this.#validator = new SetValidator(dictionary, definition, this.#faults, st)
    visitor.segment?.(st, this.#validator.place)
  }

  segment(tape: SegmentTape): void {
    this.#count += 1
    const max = this.#reading.options.limits.segmentsPerSetMax
    if (this.#count <= max) {
      this.#validator.check(tape, this.#count)
      this.#reading.visitor.segment?.(tape, this.#validator.place)
    } else if (this.#count === max + 1) this.#tell('X12_SET_TOO_LONG', tape, { max })
  }

  overlong(byte: number, tag: string): void {
    this.#count += 1
    const at = { byte, segment: this.#count, tag }
    const facts = { tag: shown(tag, 3), max: this.#reading.options.limits.segmentBytesMax }
    this.#faults.add('X12_SEGMENT_TOO_LONG', () => ({ facts, at }))
  }

  /** SE, which `segment` has checked already. */
  end(se: SegmentTape): SetReport {
    const claimed = se.text(1)
    const value = se.text(2)
    const { control } = this.#header
    if (!sameNumber(claimed, String(this.#count))) {
      this.#tell('X12_SE_COUNT', se, { claimed: shown(claimed), counted: this.#count }, 1)
    }
    // ST02 is AN: its leading zeros are part of it.
    if (value !== control) {
      this.#tell('X12_SE_NUMBER', se, { value: shown(value), control: shown(control) }, 2)
    }
    return this.#report(se.byte + se.length + (se.unterminated ? 0 : 1))
  }

  /** The message, the group or the set ends at that byte without SE. */
  cut(byte: number): SetReport {
    const at = { byte, segment: this.#count + 1, tag: 'SE' }
    this.#validator.end(at.segment, byte)
    const facts = { control: shown(this.#header.control) }
    this.#faults.add('X12_SE_MISSING', () => ({ facts, at }))
    return this.#report(byte)
  }

  #checkHeader(
    st: SegmentTape, { group, dictionary, controls }: SetContext,
    definition: CompiledSet | undefined,
  ): void {
    const { type, control } = this.#header
    if (type === '') this.#tell('X12_SET_TYPE_MISSING', st, {}, 1)
    else if (definition === undefined) {
      this.#tell('X12_SET_UNKNOWN', st, { type: shown(type), release: dictionary.release }, 1)
    } else if (definition.functionalId !== group.functionalId) {
      const facts = { type, expected: definition.functionalId, group: shown(group.functionalId) }
      this.#tell('X12_SET_NOT_OF_GROUP', st, facts, 1)
    }
    if (control === '') this.#tell('X12_SET_CONTROL_MISSING', st, {}, 2)
    else if (!isRepeatable(control)) {
      this.#tell('X12_SET_CONTROL_BAD', st, { value: shown(control) }, 2)
    } else if (controls.has(control)) {
      this.#tell('X12_SET_CONTROL_REPEATED', st, { control: shown(control) }, 2)
    }
    controls.add(control)
  }

  #report(endByte: number): SetReport {
    const report: SetReport = {
      ...this.#header, verdict: this.#faults.verdict(), faults: this.#faults.kept,
      faultsLeftOut: this.#faults.leftOut, segments: this.#count, byte: this.#byte,
      length: endByte - this.#byte,
    }
    this.#reading.visitor.setEnd?.(report)
    return report
  }

  #tell<Code extends X12FaultCode>(
    code: Code, tape: SegmentTape, facts: FactsOf<Code>, element?: number,
  ): void {
    this.#faults.add(code, envelopeDetail(tape, this.#count, facts, element))
  }
}

/** Whether AK202 can hold it: data element 329 has at most nine characters (X12.6 §3.3). */
function isRepeatable(control: string): boolean {
  return control.trim() !== '' && control.length <= 9 && fitsCharset(control, 'extended')
}
