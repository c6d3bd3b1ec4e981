import { below, oneOf } from '../report/random.ts'
import type { Draw } from '../report/random.ts'

/** What numbers the documents of a run have, so that no two ever repeat. */
export interface Numbering {
  /** Starts every order number of the run. */
  readonly prefix: string
  /** Of the interchange, and of its group: from 1 to 999,999,999. */
  readonly interchange: number
  /** Of the first order in it. */
  readonly order: number
}

const linesMin = 3
const linesSpread = 5
const terminator = '~'

/**
 * One interchange from the sandbox's buyer to its supplier with so many 850s of three to seven
 * lines, all valid and known to the sandbox's cross-references.
 */
export function interchangeOf(sets: number, numbering: Numbering, draw: Draw): Buffer {
  const control = String(numbering.interchange).padStart(9, '0')
  const group = String(numbering.interchange)
  const segments = [
    'ISA*00*          *00*          *ZZ*SANDBOXBUYER   *ZZ*SANDBOXSELLER  ' +
      `*260105*0930*U*00401*${control}*0*T*>`,
    `GS*PO*SANDBOXBUYER*SANDBOXSELLER*20260105*0930*${group}*X*004010`,
  ]
  for (let set = 0; set < sets; set++) {
    const order = `${numbering.prefix}-${numbering.order + set}`
    segments.push(...orderSet(String(set + 1).padStart(4, '0'), order, draw))
  }
  segments.push(`GE*${sets}*${group}`, `IEA*1*${control}`, '')
  return Buffer.from(segments.join(terminator), 'latin1')
}

function orderSet(control: string, order: string, draw: Draw): string[] {
  const lines = linesMin + below(draw, linesSpread)
  const body = [
    `BEG*00*SA*${order}**20260105`,
    'REF*DP*0042',
    'ITD*01*3*2**30**31',
    'DTM*010*20260120',
    'N1*BY*Grocer of Springfield*92*0001',
    'N1*ST*Store 14*92*0014',
    'N3*12 Orchard Road',
    'N4*Springfield*IL*62701*US',
    'N1*VN**92*V1',
    ...Array.from({ length: lines }, (_, index) => orderLine(index + 1, draw)).flat(),
    `CTT*${lines}`,
  ]
  return [`ST*850*${control}`, ...body, `SE*${body.length + 2}*${control}`]
}

function orderLine(number: number, draw: Draw): string[] {
  const item = String(1 + below(draw, 99))
  const unit = oneOf(draw, ['EA', 'CA', 'BX'])
  const price = `${1 + below(draw, 90)}.${String(10 + below(draw, 90))}`
  const ids = `VP*WID-${item.padStart(2, '0')}*BP*B${item.padStart(5, '0')}`
  return [
    `PO1*${number}*${1 + below(draw, 48)}*${unit}*${price}*PE*${ids}`,
    `PID*F****Widget number ${item}`,
  ]
}
