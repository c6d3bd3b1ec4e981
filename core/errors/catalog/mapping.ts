import type { CatalogEntry } from './entry.ts'

/**
 * From a tree to a document: the mapping itself, what it met in a message, and the document it
 * made.
 */
export const mappingFaults = {
  MAPPING_INVALID: {
    fate: 'refused',
    http: 422,
    says: 'Mapping {mapping}, line {line}: {reason}',
    remedy: 'Correct the mapping file; mappings/README.md shows its shape.',
  },
  MAPPING_EXPRESSION_INVALID: {
    fate: 'refused',
    http: 422,
    says: 'Mapping {mapping}, line {line}: the expression of {field} is refused: {reason}',
    remedy: 'Correct the expression; quote it in YAML if it holds ": " or " #".',
  },
  MAPPING_UNKNOWN: {
    fate: 'refused',
    http: 422,
    says: 'There is no mapping {mapping}.',
    remedy: 'Name a folder of mappings/ that holds a mapping.yaml, or add it; then resume.',
  },
  MAPPING_SOURCE_MISMATCH: {
    fate: 'refused',
    http: 422,
    says: 'Mapping {mapping} reads {from}, not {source}.',
    remedy:
      'Name a mapping for {source} in the agreement, or add {source} and cases of it to this one.',
  },
  MAPPING_FIELD_MISSING: {
    fate: 'refused',
    http: 422,
    says: 'The message has no value for {field}, which mapping {mapping} takes from: {expression}',
    remedy:
      'Ask the sender for it, set the default the mapping reads from the partner, or say in the ' +
      'mapping what stands in its place ("?? null" where it may be absent); then resume.',
  },
  MAPPING_VALUE_INVALID: {
    fate: 'refused',
    http: 422,
    says: '{field} cannot be "{value}": {reason}',
    remedy:
      'Ask the sender to correct it, or correct the mapping if the value is right; then resume.',
  },
  MAPPING_CODE_UNLISTED: {
    fate: 'refused',
    http: 422,
    says: 'The code "{value}" for {field} is not in the list {codes} of mapping {mapping}.',
    remedy:
      'Agree with the partner what it means and add it to {codes} in the mapping or its overlay, ' +
      'then resume; or ask for a listed code.',
  },
  MAPPING_EXPRESSION_FAILED: {
    fate: 'refused',
    http: 422,
    says: 'Mapping {mapping} could not work out {field} from {expression}: {reason}',
    remedy: 'Correct the expression, add this message as a case, then resume.',
  },
  MAPPING_LIMIT: {
    fate: 'refused',
    http: 413,
    says: 'Mapping {mapping} met its limit {limit} ({max}) at {field}.',
    remedy:
      'Simplify the mapping or raise limits.mapping.{limit}; if the message is the cause, ask ' +
      'for smaller sets.',
  },
  MAPPING_TARGET_MISMATCH: {
    fate: 'refused',
    http: 422,
    says: 'Mapping {mapping} makes {to}, not {target}.',
    remedy: 'Name another mapping in the agreement, or add the release to the mapping, then resume.',
  },
  MAPPING_TARGET_INVALID: {
    fate: 'refused',
    http: 422,
    says: 'What mapping {mapping} made is no {schema}: {field} {reason}.',
    remedy:
      'Correct the mapping of {field}, or ask the sender if the message is at fault; then resume.',
  },
  CROSS_REFERENCE_MISSING: {
    fate: 'refused',
    http: 422,
    says: 'The cross-reference table {table} has no entry for {keys}, needed for {field}.',
    remedy: 'Add one of {keys} to table {table} of this partner, then resume.',
  },
  SSCC_UNAVAILABLE: {
    fate: 'refused',
    http: 422,
    says: 'There is no serial shipping container code for {keys}.',
    remedy: 'Set gs1.companyPrefix on the relationship; where it is set, its numbers of the last twelve months are used up: take another extension digit. Then resume.',
  },
  CROSS_REFERENCE_AMBIGUOUS: {
    fate: 'refused',
    http: 422,
    says: 'The cross-reference table {table} knows {keys} as different things: {values}.',
    remedy: 'Ask the partner which is meant, or correct table {table}; then resume.',
  },
  DOCUMENT_INVALID: {
    fate: 'refused',
    http: 422,
    says: 'This is no {schema}: {field} {reason}.',
    remedy: 'Correct {field} and send the document again.',
  },
  ORDER_CONTROL_TOTAL_WRONG: {
    fate: 'refused',
    http: 422,
    says: 'Order {number} says its {total} is {claimed}, but counted are {counted}.',
    remedy:
      'Ask the sender whether lines were lost or added on the way, and to send the order again.',
  },
  ORDER_QUANTITY_NEGATIVE: {
    fate: 'refused',
    http: 422,
    says: 'Line {line} of order {number} is for a negative quantity, {quantity}.',
    remedy: 'Ask the sender for the quantity meant, or for a return if goods are to come back.',
  },
  ORDER_DESTINATIONS_WRONG: {
    fate: 'refused',
    http: 422,
    says: 'Line {line} of order {number} is for {quantity}, but its destinations add up to {sum}.',
    remedy: 'Ask the sender for the right quantities per destination and to send the order again.',
  },
} as const satisfies Record<string, CatalogEntry>
