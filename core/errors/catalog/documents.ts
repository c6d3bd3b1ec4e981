import type { CatalogEntry } from './entry.ts'

/** Documents that fit their schema and do not agree with themselves. */
export const documentFaults = {
  RESPONSE_OUTCOME_WRONG: {
    fate: 'refused',
    http: 422,
    says: 'The response to order {number} says {claimed} as a whole; its lines say {found}.',
    remedy: 'Correct the mapping that makes it, then resume.',
  },
  RESPONSE_QUANTITY_NEGATIVE: {
    fate: 'refused',
    http: 422,
    says: 'The response to line {line} of order {number} is for a negative quantity, {quantity}.',
    remedy: 'Correct the confirmation in its system, or the mapping, then resume.',
  },
  RESPONSE_PARTS_WRONG: {
    fate: 'refused',
    http: 422,
    says: 'The response to line {line} of order {number} accounts for {sum} of {ordered} ordered.',
    remedy: 'Say what becomes of the rest (backordered, rejected, quantity changed), then resume.',
  },
  RESPONSE_PRICE_UNTOLD: {
    fate: 'refused',
    http: 422,
    says: 'The response to line {line} of order {number} says {outcome} and changes the price: ordered at {ordered}, confirmed at {confirmed}.',
    remedy: 'Let the response say that the price was changed, or correct the price in its system, then resume.',
  },
  SSCC_WRONG: {
    fate: 'refused',
    http: 422,
    says: 'Shipment {number} has {sscc} for a serial shipping container code: its check digit is wrong.',
    remedy: 'Correct the code where the pack was labelled, or leave it out so that the hub gives one, then resume.',
  },
  SSCC_REPEATED: {
    fate: 'refused',
    http: 422,
    says: 'Shipment {number} has the serial shipping container code {sscc} on two packs.',
    remedy: 'Label one of them anew, then resume.',
  },
  PACK_NESTING_WRONG: {
    fate: 'refused',
    http: 422,
    says: 'Pack {pack} of shipment {number} is within {within}, which is no pallet of it.',
    remedy: 'Correct the packages in their system, or the mapping, then resume.',
  },
  PACK_LINE_UNKNOWN: {
    fate: 'refused',
    http: 422,
    says: 'Pack {pack} of shipment {number} holds goods of line {line}, which is not shipped.',
    remedy: 'Correct the packages in their system, or the mapping, then resume.',
  },
  PACK_CONTENTS_WRONG: {
    fate: 'refused',
    http: 422,
    says: 'Of line {line} {shipped} are shipped with {number}, but {sum} lie in its packs.',
    remedy: 'Correct the packages in their system, then resume.',
  },
  PACKAGES_MISCOUNTED: {
    fate: 'refused',
    http: 422,
    says: 'Shipment {number} tells {claimed} packages and lists {counted}.',
    remedy: 'Correct the packages in their system, or the mapping, then resume.',
  },
  INVOICE_DOES_NOT_FOOT: {
    fate: 'refused',
    http: 422,
    says: 'Invoice {number} does not foot: its {total} is {claimed}, counted are {counted} (off by {difference}, in minor units of {currency}).',
    remedy: 'Correct the invoice in its system, or the mapping, then resume. Ask a partner for a corrected one.',
  },
  INVOICE_UNCOUNTABLE: {
    fate: 'refused',
    http: 422,
    says: 'Line {line} of invoice {number} cannot be recounted: {reason}.',
    remedy: 'Say how much the price is reckoned on, in its own unit and the invoice\'s currency, then resume.',
  },
  SHIPPED_QUANTITY_NEGATIVE: {
    fate: 'refused',
    http: 422,
    says: 'Shipment {number} has a negative quantity of line {line}: {quantity}.',
    remedy: 'What comes back is no shipment: correct it in its system, or the mapping, then resume.',
  },
  INVOICE_ADJUSTMENT_NEGATIVE: {
    fate: 'refused',
    http: 422,
    says: 'Invoice {number} has a negative {kind}, {amount}.',
    remedy: 'An allowance comes off, a charge comes on, and what is credited is another document: correct it, then resume.',
  },
  RECEIPT_CONDITIONS_WRONG: {
    fate: 'refused',
    http: 422,
    says: 'Receipt {number} accounts for {sum} of line {line} and says that {received} came.',
    remedy: 'Ask the sender for a corrected receipt.',
  },
} as const satisfies Record<string, CatalogEntry>
