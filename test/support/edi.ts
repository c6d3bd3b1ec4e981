/** X12 texts as the sandbox's buyer sends them, with the numbers a test gives them. */

export interface SetDraft {
  /** ST01. */
  readonly type?: string
  /** Between ST and SE, without terminators. */
  readonly segments: readonly string[]
}

export interface InterchangeDraft {
  /** ISA13, and GS06. */
  readonly control: number
  readonly sets: readonly SetDraft[]
  /** ISA15. */
  readonly usage?: string
  /** ISA06 and GS02. */
  readonly sender?: string
  readonly functionalId?: string
  /** GS08. */
  readonly release?: string
  /** Element separator; the others are `>`, `^` and `~`. */
  readonly element?: string
  /** Between segments, after their terminator. */
  readonly lineEnd?: string
}

export interface OrderDraft {
  /** BEG03. */
  readonly number: string
  /** BEG01: 00 is an original. */
  readonly purpose?: string
  /** BEG05. */
  readonly date?: string
  /** PO107 of each line, the vendor's item number. */
  readonly items?: readonly string[]
}

/** A purchase order as buyers send it: parties, ship-to, lines and their count. */
export function orderSet(draft: OrderDraft): SetDraft {
  const { number, purpose = '00', date = '20260105', items = ['WID-01', 'WID-02'] } = draft
  return {
    segments: [
      `BEG*${purpose}*SA*${number}**${date}`,
      'N1*BY**92*0001',
      'N1*ST*Store 14*92*0014',
      'N1*VN**92*V1',
      ...items.map((item, index) => `PO1*${index + 1}*${24 + index}*EA*9.50**VP*${item}`),
      `CTT*${items.length}`,
    ],
  }
}

/** One interchange of one group. */
export function interchange(draft: InterchangeDraft): string {
  const {
    control, sets, usage = 'T', sender = 'SANDBOXBUYER', functionalId = 'PO', release = '004010',
    element = '*', lineEnd = '',
  } = draft
  const version = release < '005' ? '00401' : '00501'
  const repetition = release < '005' ? 'U' : '^'
  const isa13 = String(control).padStart(9, '0')
  const segments = [
    `ISA*00*          *00*          *ZZ*${sender.padEnd(15)}*ZZ*SANDBOXSELLER  *260105*0930` +
      `*${repetition}*${version}*${isa13}*0*${usage}*>`,
    `GS*${functionalId}*${sender}*SANDBOXSELLER*20260105*0930*${control}*X*${release}`,
    ...sets.flatMap((set, index) => {
      const st02 = String(index + 1).padStart(4, '0')
      const { type = '850', segments } = set
      return [`ST*${type}*${st02}`, ...segments, `SE*${segments.length + 2}*${st02}`]
    }),
    `GE*${sets.length}*${control}`,
    `IEA*1*${isa13}`,
  ]
  return segments.map((segment) => `${segment.replaceAll('*', element)}~${lineEnd}`).join('')
}

/** The smallest message of all: one order in an interchange of its own. */
export function orderMessage(control: number, order: OrderDraft | string): string {
  const draft = typeof order === 'string' ? { number: order } : order
  return interchange({ control, sets: [orderSet(draft)] })
}
