import { below, oneOf } from '../report/random.ts'
import type { Draw } from '../report/random.ts'

const terminator = '~'
const words = [
  'stainless', 'bolt', 'hex', 'washer', 'gasket', 'brass', 'valve', 'elbow', 'bracket', 'hinge',
] as const

/**
 * The bytes of one interchange of about that size, a piece at a time: 850s of 004010 as retailers
 * send them, with parties, terms, item ids, descriptions, packing and schedules, all of them valid.
 * `linesPerSet` null: 5 to 60.
 */
export function* interchangeOfSize(
  bytes: number,
  linesPerSet: number | null,
  draw: Draw,
): Generator<Buffer> {
  let left = bytes
  let sets = 0
  const piece = (segments: readonly string[]): Buffer => {
    const made = Buffer.from(segments.join(terminator) + terminator, 'latin1')
    left -= made.length
    return made
  }
  yield piece([
    'ISA*00*          *00*          *ZZ*SANDBOXBUYER   *ZZ*SANDBOXSELLER  ' +
      '*260105*0930*U*00401*000000001*0*T*>',
    'GS*PO*SANDBOXBUYER*SANDBOXSELLER*20260105*0930*1*X*004010',
  ])
  do {
    sets += 1
    yield piece(order(sets, linesPerSet ?? 5 + below(draw, 56), draw))
  } while (left > 0)
  yield piece([`GE*${sets}*1`, 'IEA*1*000000001'])
}

function order(number: number, lines: number, draw: Draw): string[] {
  const control = String(number).padStart(4, '0')
  const body = [
    `BEG*00*SA*PO${number}**20260105`,
    'CUR*BY*USD',
    `REF*DP*${below(draw, 1_000)}`,
    'PER*BD*Jo Buyer*TE*5555550142',
    'FOB*PP*OR*Free on board',
    'ITD*01*3*2**30**31',
    'DTM*010*20260120',
    'DTM*001*20260228',
    ...party('BY', 'Grocer of Springfield', '0001', draw),
    ...party('ST', `Store ${below(draw, 2_000)}`, '0014', draw),
    ...party('VN', 'Widgets and Sons', 'V1', draw),
    ...Array.from({ length: lines }, (_, index) => line(index + 1, draw)).flat(),
    `CTT*${lines}`,
  ]
  return [`ST*850*${control}`, ...body, `SE*${body.length + 2}*${control}`]
}

function party(role: string, name: string, id: string, draw: Draw): string[] {
  return [
    `N1*${role}*${name}*92*${id}`,
    'N2*Receiving',
    `N3*${1 + below(draw, 900)} Orchard Road*Dock ${below(draw, 40)}`,
    `N4*Springfield*IL*${10_000 + below(draw, 80_000)}*US`,
  ]
}

function line(number: number, draw: Draw): string[] {
  const item = String(1 + below(draw, 99)).padStart(2, '0')
  const quantity = 1 + below(draw, 500)
  const price = `${1 + below(draw, 900)}.${10 + below(draw, 90)}`
  const description = Array.from({ length: 5 }, () => oneOf(draw, words)).join(' ')
  return [
    `PO1*${number}*${quantity}*EA*${price}*PE*VP*WID-${item}*BP*B000${item}`,
    `PID*F*08***${description}`,
    `PO4*1*${1 + below(draw, 24)}*EA`,
    `SCH*${quantity}*EA***002*202602${10 + below(draw, 18)}`,
  ]
}
