import type { CatalogEntry } from './entry.ts'

const read = { fate: 'refused', http: 422 } as const

/** What can be wrong with X12 by its own rules; how bad it is stands in codecs/x12/severity.ts. */
export const x12Faults = {
  // Outside any interchange
  X12_NO_INTERCHANGE: {
    ...read,
    says: 'No X12 interchange was found: the message {holds}.',
    remedy: 'Send the file as it left the EDI system, beginning with ISA; if it is no X12, send it to the endpoint of its own format.',
  },
  X12_TEXT_OUTSIDE: {
    ...read,
    says: '{bytes} bytes stand outside any interchange; they begin with "{begins}".',
    remedy: 'Ask the sender to let every interchange begin with ISA and to put nothing after IEA. What follows the next ISA was read.',
  },
  X12_ISA_UNREADABLE: {
    ...read,
    says: 'This ISA tells no separators: {because}.',
    remedy: 'Ask the sender for an ISA of 106 characters by X12.5: 16 elements padded to their length, then the segment terminator.',
  },
  X12_INTERCHANGES_TOO_MANY: {
    ...read,
    says: 'The message holds more than {max} interchanges; the rest was not read.',
    remedy: 'Ask the sender to split the file.',
  },

  // Interchange
  X12_ISA_NOT_FIXED: {
    ...read,
    says: 'The elements of ISA do not have their fixed lengths, so they were told apart by counting separators.',
    remedy: 'Ask the sender to pad ISA02, ISA04, ISA06 and ISA08 with blanks to 10, 10, 15 and 15 characters (X12.5).',
  },
  X12_ISA_ELEMENT_BAD: {
    ...read,
    says: '{what} is "{value}": {because}.',
    remedy: 'Ask the sender to put {place} right; the interchange was read all the same.',
  },
  X12_ISA_CONTROL_BAD: {
    ...read,
    says: 'ISA13, the interchange control number, is "{value}" and not nine digits.',
    remedy: 'Ask the sender to number interchanges with nine digits, leading zeros included, and to send again.',
  },
  X12_IEA_MISSING: {
    ...read,
    says: 'Interchange {control} has no IEA: the message ends or the next interchange begins before it.',
    remedy: 'The file was cut off in transfer or written unfinished: ask the sender to send it again, whole. Nothing of it was applied.',
  },
  X12_IEA_NUMBER: {
    ...read,
    says: 'IEA02 is "{value}" but ISA13 is "{control}".',
    remedy: 'Ask the sender to close the interchange with the number it opened with. Nothing of it was applied.',
  },
  X12_IEA_COUNT: {
    ...read,
    says: 'IEA01 tells of {claimed} groups; the interchange holds {counted}.',
    remedy: 'Ask the sender whether a group was lost, and to send again with the right count. Nothing of it was applied.',
  },
  X12_SEGMENT_OUTSIDE_GROUP: {
    ...read,
    says: '{tag} stands outside any functional group.',
    remedy: 'Ask the sender to put every set between GS and GE.',
  },
  X12_GROUPS_TOO_MANY: {
    ...read,
    says: 'The interchange holds more than {max} groups.',
    remedy: 'Ask the sender to split the interchange.',
  },
  X12_TA1S_TOO_MANY: {
    ...read,
    says: 'The interchange holds more than {max} TA1 segments.',
    remedy: 'Ask the sender to split the interchange.',
  },
  X12_SETS_TOO_MANY: {
    ...read,
    says: 'The interchange holds more than {max} sets.',
    remedy: 'Ask the sender to split the interchange.',
  },
  X12_UNTERMINATED: {
    ...read,
    says: 'The last segment, {tag}, has no segment terminator.',
    remedy: 'Ask the sender to end the last segment as all others; it was read as if it were ended.',
  },

  // Group
  X12_GS_ELEMENT_BAD: {
    ...read,
    says: '{what} is "{value}": {because}.',
    remedy: 'Ask the sender to put {place} right; the group was read all the same.',
  },
  X12_ENVELOPE_CHARACTER_BAD: {
    ...read,
    says: '{what} "{value}" holds a control character.',
    remedy: 'Ask the sender to send printable characters only; nothing in this envelope was applied.',
  },
  X12_GROUP_CONTROL_BAD: {
    ...read,
    says: 'GS06, the group control number, is "{value}" and not one to nine digits.',
    remedy: 'Ask the sender to number groups with one to nine digits and to send again.',
  },
  X12_GROUP_CONTROL_REPEATED: {
    ...read,
    says: 'Group control number {control} was used before in this interchange.',
    remedy: 'Ask the sender to give each group of an interchange its own number and to send this one again.',
  },
  X12_RELEASE_UNKNOWN: {
    ...read,
    says: 'GS08 is "{release}", a release we have no dictionary for; {nearest} was used instead.',
    remedy: 'Nothing needs doing if the sets read well; what the dictionary finds here rejects nothing. Else agree on {nearest} with the sender.',
  },
  X12_GE_MISSING: {
    ...read,
    says: 'Group {control} has no GE.',
    remedy: 'Ask the sender to send the group again, whole, closed by GE.',
  },
  X12_GE_NUMBER: {
    ...read,
    says: 'GE02 is "{value}" but GS06 is "{control}".',
    remedy: 'Ask the sender to close the group with the number it opened with and to send it again.',
  },
  X12_GE_COUNT: {
    ...read,
    says: 'GE01 tells of {claimed} sets; the group holds {counted}.',
    remedy: 'Ask the sender whether a set was lost, and to send the group again with the right count.',
  },
  X12_SEGMENT_OUTSIDE_SET: {
    ...read,
    says: '{tag} stands outside any set.',
    remedy: 'Ask the sender to put every segment between ST and SE; what stood outside was left out.',
  },

  // Set
  X12_SET_UNKNOWN: {
    ...read,
    says: 'Release {release} has no set "{type}".',
    remedy: 'Ask the sender for a set of that release, or for the GS08 that belongs to the set.',
  },
  X12_SET_TYPE_MISSING: {
    ...read,
    says: 'ST01 does not say which set this is.',
    remedy: 'Ask the sender to put the set identifier, such as 850, in ST01.',
  },
  X12_SET_CONTROL_MISSING: {
    ...read,
    says: 'ST02, the set control number, is missing.',
    remedy: 'Ask the sender to number each set of a group and to send this one again.',
  },
  X12_SET_CONTROL_BAD: {
    ...read,
    says: 'ST02, the set control number, is "{value}", which no acknowledgement can repeat.',
    remedy: 'Ask the sender to number sets with 4 to 9 printable characters and to send this one again; the 997 rejects it without naming it.',
  },
  X12_SET_CONTROL_REPEATED: {
    ...read,
    says: 'Set control number {control} was used before in this group.',
    remedy: 'Ask the sender to give each set of a group its own number and to send this one again.',
  },
  X12_SET_NOT_OF_GROUP: {
    ...read,
    says: 'Set {type} belongs in a group {expected} and stands in a group {group}.',
    remedy: 'Ask the sender to put {expected} in GS01; the set was read as the {type} it says it is.',
  },
  X12_SE_MISSING: {
    ...read,
    says: 'Set {control} has no SE.',
    remedy: 'Ask the sender to send the set again, whole, closed by SE.',
  },
  X12_SE_NUMBER: {
    ...read,
    says: 'SE02 is "{value}" but ST02 is "{control}".',
    remedy: 'Ask the sender to close the set with the number it opened with and to send it again.',
  },
  X12_SE_COUNT: {
    ...read,
    says: 'SE01 tells of {claimed} segments; the set holds {counted}.',
    remedy: 'Ask the sender whether a segment was lost, and to send the set again with the right count (ST and SE count too).',
  },
  X12_SET_TOO_LONG: {
    ...read,
    says: 'The set holds more than {max} segments; the rest of it was not checked.',
    remedy: 'Ask the sender to split the set.',
  },

  // Segment
  X12_SEGMENT_UNKNOWN: {
    ...read,
    says: 'Release {release} has no segment "{tag}".',
    remedy: 'Ask the sender to leave {tag} out, or to check that the segment before it ends where it should.',
  },
  X12_SEGMENT_NOT_IN_SET: {
    ...read,
    says: 'Segment {what} has no place in set {type}.',
    remedy: 'Ask the sender to leave {tag} out or to use the segment set {type} has for it.',
  },
  X12_SEGMENT_OUT_OF_SEQUENCE: {
    ...read,
    says: 'Segment {what} may not stand here, after {after}.',
    remedy: 'Ask the sender to send {tag} in its place in set {type}; its loop may lack the segment that opens it.',
  },
  X12_SEGMENT_MISSING: {
    ...read,
    says: 'Segment {what} is required before {before}.',
    remedy: 'Ask the sender to add {tag}, or make it optional in the agreement.',
  },
  X12_SEGMENT_REPEATED: {
    ...read,
    says: 'Segment {what} stands here more than {max} times.',
    remedy: 'Ask the sender to send at most {max} of {tag} in this place.',
  },
  X12_LOOP_REPEATED: {
    ...read,
    says: 'Loop {what} stands here more than {max} times.',
    remedy: 'Ask the sender to send at most {max} of loop {tag} in this place.',
  },
  X12_LOOP_ID_WRONG: {
    ...read,
    says: '{tag}01 is "{value}", where the loop that is open is "{expected}".',
    remedy: 'Ask the sender to put the same loop identifier in LS01 and LE01, and an LE after each LS.',
  },
  X12_SEGMENT_TOO_LONG: {
    ...read,
    says: 'Segment {tag} is longer than {max} bytes and was passed over.',
    remedy: 'A separator was probably lost or replaced on the way: ask the sender to send the file again.',
  },

  // Element
  X12_ELEMENT_MISSING: {
    ...read,
    says: '{what} is required and missing.',
    remedy: 'Ask the sender to fill {place}, or make it optional in the agreement.',
  },
  X12_ELEMENT_CONDITION: {
    ...read,
    says: '{what} is missing, though {because}.',
    remedy: 'Ask the sender to fill {place} or to leave out what calls for it.',
  },
  X12_ELEMENT_EXCLUDED: {
    ...read,
    says: '{what} stands beside {other}; only one of them may.',
    remedy: 'Ask the sender to send one of {place} and {other}.',
  },
  X12_ELEMENTS_TOO_MANY: {
    ...read,
    says: '{tag} has an element {element}; the standard knows {max}.',
    remedy: 'Ask the sender to leave out what stands after {tag}{max}, or to look for a separator inside a text.',
  },
  X12_COMPONENTS_TOO_MANY: {
    ...read,
    says: '{what} has {count} components; the standard knows {max}.',
    remedy: 'Ask the sender to keep the component separator (ISA16) out of texts, or to choose another.',
  },
  X12_REPETITIONS_TOO_MANY: {
    ...read,
    says: '{what} stands {count} times; the standard allows {max}.',
    remedy: 'Ask the sender to keep the repetition separator (ISA11) out of texts, or to send {max} at most.',
  },
  X12_ELEMENT_TOO_SHORT: {
    ...read,
    says: '{what} "{value}" has {length} characters; at least {min} are needed.',
    remedy: 'Ask the sender to send {place} with {min} to {max} characters.',
  },
  X12_ELEMENT_TOO_LONG: {
    ...read,
    says: '{what} "{value}" has {length} characters; at most {max} are allowed.',
    remedy: 'Ask the sender to send {place} with {min} to {max} characters.',
  },
  X12_CHARACTER_BAD: {
    ...read,
    says: '{what} "{value}" holds a control character.',
    remedy: 'Ask the sender to send printable characters only; a line may have been wrapped inside the segment.',
  },
  X12_ELEMENT_BLANK: {
    ...read,
    says: '{what} holds nothing but blanks.',
    remedy: 'Ask the sender to leave {place} empty or to fill it.',
  },
  X12_NUMBER_BAD: {
    ...read,
    says: '{what} "{value}" is no number of type {type}.',
    remedy: 'Ask the sender for digits, with a leading minus where negative; a decimal point only in type R, never a comma or a plus.',
  },
  X12_CODE_UNLISTED: {
    ...read,
    says: '{what} "{value}" is no code of data element {element} in {release}.',
    remedy: 'Ask the sender for a listed code; if both sides know what it means, let the agreement note it only.',
  },
  X12_DATE_BAD: {
    ...read,
    says: '{what} "{value}" is no date of the form {form}.',
    remedy: 'Ask the sender for a day of the calendar, written {form}.',
  },
  X12_TIME_BAD: {
    ...read,
    says: '{what} "{value}" is no time of the form HHMM, HHMMSS or HHMMSSDD.',
    remedy: 'Ask the sender for a time from 0000 to 2359, without separators.',
  },
} as const satisfies Record<string, CatalogEntry>
