import type { CatalogEntry } from './entry.ts'

/** What the other side says of what we sent, or does not say. */
export const acknowledgementFaults = {
  OUTBOUND_REJECTED: {
    fate: 'refused',
    http: 409,
    says: 'The partner rejected {kind} {number}, sent as {type} {control}: {reason}',
    remedy: 'Correct the document\'s source, mapping or agreement and regenerate it under new numbers. Resend it as it was if the partner was wrong, or discard it if the matter was settled otherwise.',
  },
  OUTBOUND_REJECTED_AT: {
    fate: 'refused',
    http: 409,
    says: 'The partner says of {which}: {says}',
    remedy: 'Look the value up in the document and in what its mapping makes of it.',
  },
  ACKNOWLEDGEMENT_UNMATCHED: {
    fate: 'refused',
    http: 422,
    says: 'This {kind} acknowledges {what}, and we sent this partner no such thing.',
    remedy: 'Ask the partner which interchange is meant. Discard it if it is not ours; resume to look once more.',
  },
  ACKNOWLEDGEMENT_UNREADABLE: {
    fate: 'refused',
    http: 422,
    says: 'This {kind} cannot be relied on: {reason}',
    remedy: 'Ask the partner to send it again. What it speaks of counts as not acknowledged.',
  },
  ACKNOWLEDGEMENT_INCOMPLETE: {
    fate: 'refused',
    http: 422,
    says: 'This {kind} does not say what became of {what}.',
    remedy: 'Ask the partner. The set counts as not acknowledged; resend or regenerate its document if it was not taken.',
  },
  ACKNOWLEDGEMENT_CONTRADICTS: {
    fate: 'refused',
    http: 409,
    says: 'This {kind} accepts {what}, which the partner rejected before.',
    remedy: 'Ask the partner which holds. Resume to take it as accepted, or discard to leave it rejected.',
  },
  ACKNOWLEDGEMENT_OVERDUE: {
    fate: 'unknown',
    http: 504,
    says: 'The partner has not acknowledged {kind} {number}, sent as {type} {control}; that was due by {by}.',
    remedy: 'Ask the partner whether it arrived; resend it if not. This closes by itself when the acknowledgement comes.',
  },
  ANSWER_REJECTED: {
    fate: 'refused',
    http: 409,
    says: 'The partner rejected our interchange {control}, which holds acknowledgements: {reason}',
    remedy: 'Agree with the partner what their envelopes are to look like and correct the relationship. What they sent is processed all the same.',
  },
  BUSINESS_REJECTED: {
    fate: 'refused',
    http: 409,
    says: 'The partner\'s business says "{outcome}" of {what}: {reason}',
    remedy: 'Correct what is wrong and regenerate the document, or settle it with the partner. Resume once it is seen to.',
  },
  BUSINESS_TEXT: {
    fate: 'refused',
    http: 409,
    says: 'The partner writes about {what}: {text}',
    remedy: 'Read it and do what it asks for. Resume once it is seen to.',
  },
  OUTBOUND_INVALID: {
    fate: 'refused',
    http: 422,
    says: 'What would be sent is not valid: {reason}',
    remedy: 'Correct the mapping and regenerate the document, or correct the agreement or the relationship and resume. Nothing was sent, and no number was used.',
  },
  DOCUMENT_NOT_OURS: {
    fate: 'refused',
    http: 409,
    says: 'The {kind} {number} came in: only what we send can be sent again.',
    remedy: 'Name a document whose direction is out.',
  },
  DOCUMENT_NOT_SENT: {
    fate: 'refused',
    http: 409,
    says: 'Nothing of the {kind} {number} was sent yet.',
    remedy: 'Wait until it is enveloped; if that is parked, resume or discard it there.',
  },
  DOCUMENT_STILL_DUE: {
    fate: 'refused',
    http: 409,
    says: 'The {kind} {number} is being sent just now.',
    remedy: 'Wait until its delivery is done, or resume, skip or discard it where it is parked.',
  },
  DOCUMENT_WITHOUT_ORDER: {
    fate: 'refused',
    http: 409,
    says: 'No order stands in the trade of the {kind} {number}, so it cannot be made anew.',
    remedy: 'Resend it as it was, or enter it again in the system it came from.',
  },
  PARKED_CHOICE_NEEDED: {
    fate: 'refused',
    http: 409,
    says: 'A parked {kind} of code {code} is not taken up by {action}.',
    remedy: 'Choose {choices}.',
  },
} as const satisfies Record<string, CatalogEntry>
