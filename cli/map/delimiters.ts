import type { Delimiters } from '#core/codecs/x12/types.ts'

/** The ones trials are written with; a text that holds one is a fault, as with a partner. */
export const marks = { element: '*', component: '>', repetition: '^', segment: '~' } as const

export const usualDelimiters: Delimiters = {
  element: marks.element.charCodeAt(0),
  component: marks.component.charCodeAt(0),
  repetition: marks.repetition.charCodeAt(0),
  segment: marks.segment.charCodeAt(0),
}
