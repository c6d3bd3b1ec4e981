/**
 * What the codes of acknowledgements mean, in our own short words. A code that is not listed is
 * told as it stands.
 */

/** TA105, data element I18. */
const interchangeNotes: Words = {
  '000': 'no error',
  '001': 'the control numbers of ISA and IEA differ',
  '002': 'the standard is not supported',
  '003': 'this version of the envelope is not supported',
  '004': 'the segment terminator is invalid',
  '005': 'the sender\'s qualifier is invalid',
  '006': 'the sender\'s id is invalid',
  '007': 'the receiver\'s qualifier is invalid',
  '008': 'the receiver\'s id is invalid',
  '009': 'the receiver\'s id is unknown',
  '010': 'the authorization qualifier is invalid',
  '011': 'the authorization information is invalid',
  '012': 'the security qualifier is invalid',
  '013': 'the security information is invalid',
  '014': 'the date of the interchange is invalid',
  '015': 'the time of the interchange is invalid',
  '016': 'the standards identifier is invalid',
  '017': 'the version id is invalid',
  '018': 'the control number is invalid',
  '019': 'ISA14 is invalid',
  '020': 'the test indicator is invalid',
  '021': 'the number of groups is wrong',
  '022': 'the control structure is invalid',
  '023': 'the interchange ends too early',
  '024': 'the content of the interchange is invalid',
  '025': 'the control number was used before',
  '026': 'the element separator is invalid',
  '027': 'the component separator is invalid',
  '028': 'the delivery date in ISA is invalid',
  '029': 'the delivery time in ISA is invalid',
  '030': 'the delivery time code in ISA is invalid',
  '031': 'the grade of service is invalid',
}

/** AK905, data element 716. */
const groupNotes: Words = {
  1: 'the group is not supported',
  2: 'the version of the group is not supported',
  3: 'GE is missing',
  4: 'the control numbers of GS and GE differ',
  5: 'the number of sets is wrong',
  6: 'the control number of the group is invalid',
}

/** AK502 and IK502, data elements 718 and 618. */
const setNotes: Words = {
  1: 'the set is not supported',
  2: 'SE is missing',
  3: 'the control numbers of ST and SE differ',
  4: 'the number of segments is wrong',
  5: 'segments of it are in error',
  6: 'the set identifier is missing or invalid',
  7: 'the control number of the set is missing or invalid',
  18: 'the set does not belong in its group',
  19: 'the guide that ST03 names is invalid',
  23: 'the control number of the set stands twice in the group',
  I5: 'segments of it do not keep to the guide',
  I6: 'the guide is not supported',
}

/** AK304 and IK304, data elements 720 and 620. */
const segmentNotes: Words = {
  1: 'unknown segment',
  2: 'unexpected segment',
  3: 'mandatory segment missing',
  4: 'the loop stands too often',
  5: 'the segment stands too often',
  6: 'the segment is not of this set',
  7: 'the segment is out of sequence',
  8: 'elements of it are in error',
  I4: 'the guide does not use this segment',
  I6: 'a segment the guide asks for here is missing',
  I7: 'the loop stands less often than the guide asks',
  I8: 'the segment stands less often than the guide asks',
  I9: 'the guide does not use this segment here',
}

/** AK403 and IK403, data elements 723 and 621. */
const elementNotes: Words = {
  1: 'mandatory element missing',
  2: 'element required by another one missing',
  3: 'too many elements',
  4: 'too short',
  5: 'too long',
  6: 'invalid character',
  7: 'invalid code',
  8: 'invalid date',
  9: 'invalid time',
  10: 'excluded by another element',
  12: 'too many repetitions',
  13: 'too many components',
  I6: 'a code the guide does not use',
  I9: 'an element the guide asks for here is missing',
  I10: 'the guide does not use this element',
  I11: 'fewer repetitions than the guide asks',
  I12: 'not of the form the guide asks',
  I13: 'the guide does not use this element here',
}

type Words = Readonly<Record<string, string>>

const tables = {
  interchange: interchangeNotes,
  group: groupNotes,
  set: setNotes,
  segment: segmentNotes,
  element: elementNotes,
} as const

/** `7 (invalid code)`; the code alone where it is not known. */
export function noteInWords(level: keyof typeof tables, code: string): string {
  const words = Object.hasOwn(tables[level], code) ? tables[level][code] : undefined
  return words === undefined ? code : `${code} (${words})`
}
