import type { WireElement, WireValue } from '#core/codecs/x12/writer.ts'
import type { Delimiters } from '#core/codecs/x12/types.ts'
import { segmentsFrom } from '#core/mapping/x12-target.ts'
import type { X12Target } from '#core/mapping/x12-target.ts'
import type { Trial } from './trial.ts'

const marks = { element: '*', component: '>', repetition: '^', segment: '~' } as const

/** The ones trials are written with; a text that holds one is a fault, as with a partner. */
export const usualDelimiters: Delimiters = {
  element: marks.element.charCodeAt(0),
  component: marks.component.charCodeAt(0),
  repetition: marks.repetition.charCodeAt(0),
  segment: marks.segment.charCodeAt(0),
}

/** What a mapping to X12 made, a segment a line, or the faults instead. */
export function setText(trial: Trial, target: X12Target): string {
  if (trial.outcome !== 'mapped') {
    return trial.faults.map(({ code, says }) => `${code}: ${says}\n`).join('')
  }
  const segments = segmentsFrom(trial.output, target)
  return segments
    .map((segment) => `${segment.map(elementText).join(marks.element)}${marks.segment}\n`)
    .join('')
}

function elementText(element: WireElement): string {
  return typeof element === 'object' && 'repetitions' in element
    ? element.repetitions.map(valueText).join(marks.repetition)
    : valueText(element)
}

function valueText(value: WireValue): string {
  return typeof value === 'string' ? value : value.join(marks.component)
}
