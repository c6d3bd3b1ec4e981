import type { OrderPurpose, OrderType } from './codes.ts'
import type { Order } from './schema.ts'

/**
 * What an order asks of us: `create` a sale, `replace`, `change` or `cancel` the one there is,
 * `keep` it on file only, or `ask` a person, where the trade has no one meaning.
 */
export type OrderEffect = 'create' | 'replace' | 'change' | 'cancel' | 'keep' | 'ask'

/** Only an original creates; nothing else ever does (DESIGN §6). */
const byPurpose: Readonly<Record<OrderPurpose, OrderEffect>> = {
  original: 'create',
  original_without_response: 'create',
  replacement: 'replace',
  corrected: 'replace',
  cancellation: 'cancel',
  deletion: 'change',
  addition: 'change',
  change: 'change',
  seller_change: 'ask',
  replacement_of_parts: 'change',
  incremental: 'change',
  confirmation: 'keep',
  duplicate: 'keep',
  information_copy: 'keep',
  status: 'keep',
  status_update: 'keep',
  advance_notification: 'keep',
  draft: 'keep',
  proposed: 'keep',
  simulation: 'keep',
  follow_up: 'keep',
  query: 'ask',
  verification: 'ask',
  response: 'ask',
  request: 'ask',
  resubmission: 'ask',
  reissue: 'ask',
  cancel_to_be_reissued: 'cancel',
  final: 'ask',
  on_hold: 'ask',
  suspended: 'ask',
  release_of_hold: 'ask',
  renewal: 'ask',
  rejection: 'ask',
  completion: 'ask',
  approval: 'ask',
  granted: 'ask',
  expiration: 'ask',
}

/**
 * Types that take from what an original would do: not firm, not an order, or about one that is
 * there.
 */
const byType: Readonly<Partial<Record<OrderType, OrderEffect>>> = {
  confirmation: 'keep',
  information_copy: 'keep',
  budgetary_quote: 'keep',
  bidding: 'keep',
  blanket_estimated: 'keep',
  blanket_agreement: 'keep',
  agreement: 'keep',
  contract: 'keep',
  retailer_pre_commitment: 'keep',
  change: 'change',
  change_to_contract: 'change',
  change_to_release: 'change',
  renewal: 'ask',
  stop_work: 'ask',
  resume_work: 'ask',
  termination: 'ask',
  close_out: 'ask',
}

/** What follows from purpose and type together; the type only ever weakens an original. */
export function orderEffect(order: Pick<Order, 'purpose' | 'type'>): OrderEffect {
  const effect = byPurpose[order.purpose]
  return effect === 'create' ? (byType[order.type] ?? 'create') : effect
}
