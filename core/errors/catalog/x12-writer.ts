import type { CatalogEntry } from './entry.ts'

/**
 * What can go wrong between a mapping's output and the X12 bytes that leave, and in building the
 * tree.
 */
export const x12WriterFaults = {
  X12_TEXT_UNFIT: {
    fate: 'refused', http: 422,
    says: '{place} holds {character}: {reason}.',
    remedy:
      'Change the text, or what the relationship says of delimiters, charset and unfit text.',
  },
  X12_HEADER_UNFIT: {
    fate: 'refused', http: 422,
    says: '{field} cannot be "{value}": it takes {expected}.',
    remedy: 'Correct it in the relationship or in the number series it comes from.',
  },
  X12_DELIMITERS_UNFIT: {
    fate: 'refused', http: 422,
    says: 'An interchange cannot be written with these delimiters: {reason}.',
    remedy: 'Choose others in the relationship, e.g. * : ~ and ^ for repetitions.',
  },
  X12_NAME_UNKNOWN: {
    fate: 'refused', http: 422,
    says: 'The set has no place for {path}.',
    remedy: 'Name it in the mapping as the dictionary of {set} does, or leave it out.',
  },
  X12_SHAPE_UNFIT: {
    fate: 'refused', http: 422,
    says: '{path} is {given} where {expected} belongs.',
    remedy: 'Correct the mapping: what may occur once is one value, what may repeat is a list.',
  },
  X12_DECIMALS_UNFIT: {
    fate: 'refused', http: 422,
    says: '{path} is "{value}", which cannot be written exactly with {decimals} implied decimals.',
    remedy: 'Round the value in the mapping; the writer never does.',
  },
  X12_LEVEL_PARENT_UNKNOWN: {
    fate: 'refused', http: 422,
    says: 'HL {number} names {parent} as its parent, and no such level comes before it.',
    remedy: 'Ask the sender to correct HL02, or to send the parent level first.',
  },
  X12_LEVEL_NUMBER_TWICE: {
    fate: 'refused', http: 422,
    says: 'Two levels of the set carry the number {number} in HL01.',
    remedy: 'Ask the sender to number each HL of a set differently.',
  },
} as const satisfies Record<string, CatalogEntry>
