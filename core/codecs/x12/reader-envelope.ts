import type { At } from '#core/errors/fault.ts'
import { dictionaryFor } from './dictionary.ts'
import type { CompiledDictionary } from './dictionary-compile.ts'
import { shown } from './reader-faults.ts'
import type { FaultList } from './reader-faults.ts'
import type { SegmentTape } from './tokenizer-tape.ts'
import type {
  Delimiters, ElementDefinition, GroupHeader, InterchangeHeader, SegmentView, SetHeader,
} from './types.ts'
import { checkValue, holdsControl } from './validator-values.ts'
import type { ValueFault } from './validator-values.ts'

export function interchangeHeader(isa: SegmentTape, delimiters: Delimiters): InterchangeHeader {
  const text = (element: number): string => isa.rawText(element).trim()
  return {
    control: text(13),
    senderQualifier: text(5),
    senderId: text(6),
    receiverQualifier: text(7),
    receiverId: text(8),
    date: text(9),
    time: text(10),
    version: text(12),
    acknowledgementRequested: text(14) === '1',
    usage: text(15),
    delimiters,
  }
}

export function groupHeader(gs: SegmentView): GroupHeader {
  return {
    functionalId: gs.text(1),
    senderId: gs.text(2).trim(),
    receiverId: gs.text(3).trim(),
    date: gs.text(4),
    time: gs.text(5),
    control: gs.text(6),
    release: gs.text(8),
  }
}

export function setHeader(st: SegmentView): SetHeader {
  const header = { type: st.text(1), control: st.text(2) }
  const implementation = st.text(3)
  return implementation === '' ? header : { ...header, implementation }
}

/** TA105 by ISA element (data element I18). */
const ta1ByElement: Readonly<Record<number, string>> = {
  1: '010', 2: '011', 3: '012', 4: '013', 5: '005', 6: '006', 7: '007', 8: '008',
  9: '014', 10: '015', 11: '016', 12: '017', 14: '019', 15: '020',
}

/** ISA's authorization, security and ids are padded with blanks. */
const padded = new Set([2, 4, 6, 8])

/** What ISA itself has wrong. With ISA12 00402, ISA11 became a separator. */
export function checkIsa(
  isa: SegmentTape, header: InterchangeHeader, fixed: boolean, faults: FaultList,
): void {
  const at = { byte: isa.byte, segment: 1, tag: 'ISA' }
  if (!fixed) faults.add('X12_ISA_NOT_FIXED', () => ({ facts: {}, at }))
  const { dictionary } = dictionaryFor(Number(header.version) < 402 ? '004010' : '005010')
  const tell = (element: number, name: string, because: string): void => {
    const place = placeName('ISA', element)
    const facts = { place, what: `${place} ${name}`, value: shown(isa.rawText(element)), because }
    const ack = ta1ByElement[element]
    faults.add('X12_ISA_ELEMENT_BAD', () => ({
      facts, at: placed(at, isa, element), ...(ack === undefined ? {} : { ack }),
    }))
  }
  dictionary.segment('ISA')?.elements.forEach(({ element: definition }, i) => {
    const element = i + 1
    const repeats = header.delimiters.repetition !== undefined
    const separator = element === 16 || (element === 11 && repeats)
    if (definition === undefined || element === 13 || separator) return
    if (holdsControl(isa, element)) {
      const ack = ta1ByElement[element] ?? '022'
      const detail = controlDetail(at, isa, element, definition.name)
      faults.add('X12_ENVELOPE_CHARACTER_BAD', () => ({ ...detail, level: 'interchange', ack }))
      return
    }
    if (padded.has(element)) {
      const isId = element === 6 || element === 8
      if (isId && isa.rawText(element).trim() === '') tell(element, definition.name, 'it is empty')
      return
    }
    const because = becauseOf(definition, isa, element)
    if (because !== undefined) tell(element, definition.name, because)
  })
  if (!/^\d{9}$/.test(header.control)) {
    const facts = { value: shown(header.control) }
    faults.add('X12_ISA_CONTROL_BAD', () => ({ facts, at: placed(at, isa, 13) }))
  }
}

/** AK905 by GS element (data element 716), where it has a word. */
const ak905ByElement: Readonly<Record<number, string>> = { 1: '1', 8: '2' }

/** What GS itself has wrong. `segment` counts from ISA = 1. */
export function checkGs(
  gs: SegmentTape, header: GroupHeader, segment: number, dictionary: CompiledDictionary,
  faults: FaultList,
): void {
  const at = { byte: gs.byte, segment, tag: 'GS' }
  dictionary.segment('GS')?.elements.forEach(({ element: definition }, i) => {
    const element = i + 1
    if (definition === undefined || element === 6) return
    if (holdsControl(gs, element)) {
      const ack = ak905ByElement[element]
      const detail = controlDetail(at, gs, element, definition.name)
      faults.add('X12_ENVELOPE_CHARACTER_BAD', () => ({
        ...detail, ...(ack === undefined ? {} : { ack }),
      }))
      return
    }
    // GS08 names guides beyond any list; whether we know its release is asked of dictionaryFor.
    const because = element === 8 && !gs.isEmpty(8) ? undefined : becauseOf(definition, gs, element)
    if (because === undefined) return
    const place = placeName('GS', element)
    const what = `${place} ${definition.name}`
    const facts = { place, what, value: shown(gs.text(element)), because }
    const ack = ak905ByElement[element]
    faults.add('X12_GS_ELEMENT_BAD', () => ({
      facts, at: placed(at, gs, element), ...(ack === undefined ? {} : { ack }),
    }))
  })
  if (!/^\d{1,9}$/.test(header.control)) {
    const facts = { value: shown(header.control) }
    faults.add('X12_GROUP_CONTROL_BAD', () => ({ facts, at: placed(at, gs, 6) }))
  }
}

const phrases: Readonly<Record<ValueFault, string>> = {
  X12_ELEMENT_TOO_SHORT: 'it is too short',
  X12_ELEMENT_TOO_LONG: 'it is too long',
  X12_CHARACTER_BAD: 'it holds a control character',
  X12_ELEMENT_BLANK: 'it is blank',
  X12_NUMBER_BAD: 'it is no number',
  X12_CODE_UNLISTED: 'the standard does not list it',
  X12_DATE_BAD: 'it is no date',
  X12_TIME_BAD: 'it is no time',
}

function controlDetail(at: At, tape: SegmentTape, element: number, name: string) {
  const what = `${placeName(tape.tag, element)} ${name}`
  const facts = { what, value: shown(tape.rawText(element)) }
  return { facts, at: placed(at, tape, element) }
}

function becauseOf(
  definition: ElementDefinition, tape: SegmentTape, element: number,
): string | undefined {
  if (tape.isEmpty(element)) return 'it is empty'
  const [from, to] = tape.range(element, undefined, 1)
  if (from === to) return 'it is empty'
  const fault = checkValue(definition, tape.bytes, from, to)
  return fault === undefined ? undefined : phrases[fault]
}

function placed(at: At, tape: SegmentTape, element: number): At {
  return { ...at, byte: tape.byteOf(element), element }
}

function placeName(tag: string, element: number): string {
  return `${tag}${String(element).padStart(2, '0')}`
}

/** Whether both are digits of the same number: leading zeros mean nothing in an N0. */
export function sameNumber(a: string, b: string): boolean {
  const digits = /^\d{1,15}$/
  return digits.test(a) && digits.test(b) ? Number(a) === Number(b) : a === b
}

/** GS06 is N0: without the leading zeros that mean nothing. */
export function plainNumber(control: string): string {
  return /^\d{1,15}$/.test(control) ? String(Number(control)) : control
}
