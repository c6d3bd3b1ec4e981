/** The closed lists that documents share; what is outside them is a fault, never a guess. */

/**
 * What a party does in a document (X12 data element 98, EDIFACT 3035); `other` keeps its given
 * code.
 */
export const partyRoles = [
  'buyer',
  'buying_party',
  'ship_to',
  'ship_from',
  'bill_to',
  'sold_to',
  'payer',
  'remit_to',
  'seller',
  'supplier',
  'vendor',
  'manufacturer',
  'carrier',
  'warehouse',
  'mark_for',
  'store',
  'ultimate_consignee',
  'consignee',
  'consignor',
  'end_user',
  'employee',
  'issuer',
  'notify',
  'freight_forwarder',
  'customs_broker',
  'importer',
  'exporter',
  'sales_agent',
  'sales_office',
  'corporate_office',
  'delivery_address',
  'pickup_address',
  'requester',
  'other',
] as const

export const orderDateKinds = [
  'requested',
  'not_before',
  'not_after',
  'promised',
  'scheduled',
  'estimated',
  'actual',
  'cancel_after',
  'starts',
  'ends',
  'dated',
] as const

/** What the date is of. */
export const orderDateEvents = [
  'order',
  'delivery',
  'shipment',
  'pickup',
  'arrival',
  'promotion',
  'promotion_shipment',
  'promotion_delivery',
  'effectiveness',
  'contract',
  'invoice',
  'payment',
  'requirement',
  'manufacture',
  'other',
] as const

export const adjustmentKinds = [
  'allowance',
  'charge',
  'allowance_request',
  'charge_request',
  'promotion',
  'service',
  'none',
] as const

/** How an allowance or charge is settled (X12 data element 331). */
export const adjustmentMethods = [
  'bill_back',
  'off_invoice',
  'check_to_customer',
  'credit_to_customer',
  'paid_by_vendor',
  'paid_by_customer',
  'optional',
  'off_quantity',
  'issued_by_vendor',
  'issued_by_reseller',
  'denied_by_vendor',
  'cancel_allowance',
  'provide_amount',
  'information_only',
  'non_payable_tax',
  'accrual_fund',
  'flat_fund',
  'cash_in_advance',
  'add_to_invoice',
  'collect',
  'prepaid',
  'unstated',
] as const
