import type { CatalogEntry } from './entry.ts'

/** Who sends what to whom under which agreement, and what was seen before. */
export const exchangeFaults = {
  MESSAGE_NOT_RECOGNISED: {
    fate: 'refused',
    http: 422,
    says: 'No interchange was found in this message: no ISA segment in its first bytes.',
    remedy: 'Send an X12 interchange that starts with ISA, or discard the message.',
  },
  STANDARD_NOT_SUPPORTED: {
    fate: 'refused',
    http: 422,
    says: 'The message looks like {standard}, which this hub does not read yet.',
    remedy: 'Ask the sender for X12, or discard the message.',
  },
  SENDER_UNKNOWN: {
    fate: 'refused',
    http: 422,
    says: 'No relationship is set up between sender {sender} and receiver {receiver}.',
    remedy: 'Set up the relationship and resume, or discard. Nothing was sent to the sender.',
  },
  STREAM_MISMATCH: {
    fate: 'refused',
    http: 422,
    says: 'ISA15 says {usage}, but {sender} and {receiver} trade only in stream {stream}.',
    remedy: 'Ask the sender for usage indicator {expected}, or set up the relationship in the stream the sender named.',
  },
  USAGE_UNKNOWN: {
    fate: 'refused',
    http: 422,
    says: 'ISA15 is "{usage}": neither P (live) nor T (test).',
    remedy: 'Ask the sender to set ISA15 to P or T and to send the interchange again.',
  },
  SENDER_NOT_OWNER: {
    fate: 'refused',
    http: 403,
    says: 'The API key that posted this message belongs to another partner than interchange sender {sender}.',
    remedy: 'Post with a key of that partner, or declare the poster as its network (VAN) and resume.',
  },
  INTERCHANGE_REJECTED: {
    fate: 'refused',
    http: 422,
    says: 'Interchange {control} is rejected as a whole: {reason}',
    remedy: 'Ask the sender to correct the envelope and to send the interchange again. Nothing of it was applied.',
  },
  CONTROL_NUMBER_REUSED: {
    fate: 'refused',
    http: 409,
    says: 'Interchange {control} was accepted before with other content, as message {messageId}.',
    remedy: 'Ask the sender to send it under a new control number; discard this one.',
  },
  GROUP_NOT_AGREED: {
    fate: 'refused',
    http: 422,
    says: 'Group {control} is from {sender} to {receiver}; agreed are {theirs} and {ours}.',
    remedy: 'Ask the sender to correct GS02 and GS03, or change the group ids of the relationship.',
  },
  SET_NOT_AGREED: {
    fate: 'refused',
    http: 422,
    says: 'No agreement with this partner covers set {type} in release {release}.',
    remedy: 'Add an agreement for {type} in {release} and ask the sender to send it again; the 997 said "not supported".',
  },
  BUSINESS_DUPLICATE: {
    fate: 'refused',
    http: 409,
    says: 'A document of kind {kind} with number {number} came before from this partner.',
    remedy: 'Ask the sender whether a change or a second order is meant. Discard this one if it is a repeat.',
  },
  PURPOSE_DOES_NOT_CREATE: {
    fate: 'refused',
    http: 422,
    says: 'The purpose of {kind} {number} is {purpose}: it creates nothing by itself.',
    remedy: 'Agree with the partner what this purpose means, or handle it by hand and discard this set.',
  },
  RECORD_UNREADABLE: {
    fate: 'refused',
    http: 422,
    says: 'Record {key} of kind {kind} is no JSON.',
    remedy: 'Report it with the message id, or discard it.',
  },
  RECORD_ORDER_UNKNOWN: {
    fate: 'refused',
    http: 422,
    says: 'The {kind} {key} refers to {reference}, which is no order of ours in this stream.',
    remedy: 'Look it up in its system. Discard it if it belongs to no order that came through this hub.',
  },
  RECORD_NOT_AGREED: {
    fate: 'refused',
    http: 422,
    says: 'Endpoint {endpoint} does not say what its {kind} becomes ({key}).',
    remedy: 'Name the document and its mapping in the feeds of the endpoint and resume, or discard it.',
  },
  DOCUMENT_NOT_AGREED: {
    fate: 'refused',
    http: 409,
    says: 'No agreement with this partner sends a {kind} ({key}).',
    remedy: 'Add an outbound agreement for it and resume, or discard it.',
  },
  MAPPING_UNKNOWN: {
    fate: 'refused',
    http: 500,
    says: 'Mapping {mapping} is not installed.',
    remedy: 'Install the mapping, or name another one in the agreement, then resume.',
  },
  PROCESS_DIED: {
    fate: 'refused',
    http: 500,
    says: 'Processing this message ended its process {times} times; the last end: {how}.',
    remedy: 'Read the message with `crossdock validate` elsewhere and report it; resume after an update, or discard.',
  },
  NOT_PROCESSED: {
    fate: 'refused',
    http: 500,
    says: 'This message could not be processed: {reason}',
    remedy: 'Report it with the message id; resume after an update, or discard.',
  },
} as const satisfies Record<string, CatalogEntry>
