import { segmentsFrom } from '#core/mapping/x12-target.ts'
import type { X12Target } from '#core/mapping/x12-target.ts'
import type { WireElement, WireValue } from '#core/codecs/x12/writer.ts'
import type { Trial } from './trial.ts'

/** What a mapping to X12 made, a segment a line, or the faults instead. */
export function setText(trial: Trial, target: X12Target): string {
  if (trial.outcome !== 'mapped') {
    return trial.faults.map(({ code, says }) => `${code}: ${says}\n`).join('')
  }
  const segments = segmentsFrom(trial.output, target)
  return segments.map((segment) => `${segment.map(elementText).join('*')}~\n`).join('')
}

function elementText(element: WireElement): string {
  if (typeof element === 'object' && 'repetitions' in element) {
    return element.repetitions.map(valueText).join('^')
  }
  return valueText(element)
}

function valueText(value: WireValue): string {
  return typeof value === 'string' ? value : value.join('>')
}
