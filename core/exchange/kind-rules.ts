import { orderEffect } from '#core/documents/order/effect.ts'
import { orderKey, parseOrder } from '#core/documents/order/order.ts'

/** What the exchange must know of one kind of canonical document to apply it. */
export interface KindRules {
  /** `canonical/order.v1`: what follow-up mappings read. */
  readonly sourceKind: string
  /**
   * Reads what a mapping made, which has been checked against schema and itself; throws
   * DOCUMENT_INVALID.
   */
  read(body: unknown): ReadDocument
}

export interface ReadDocument {
  readonly number: string
  /** Natural key below the relationship. */
  readonly key: string
  readonly purpose: string
  /**
   * Whether it brings something about: else a person is asked, unless it repeats what came before.
   */
  readonly creates: boolean
  /** It says of itself that it repeats an earlier one. */
  readonly repeats: boolean
  /** Keys it is found by. */
  readonly keys: readonly { readonly kind: string; readonly value: string }[]
}

/** Kinds that inbound sets may become. */
export const kindRules: Readonly<Record<string, KindRules>> = {
  order: {
    sourceKind: 'canonical/order.v1',
    read: (body) => {
      const order = parseOrder(body)
      return {
        number: order.number,
        key: orderKey(order),
        purpose: order.purpose,
        creates: orderEffect(order) === 'create',
        repeats: order.purpose === 'duplicate',
        keys: [{ kind: 'order', value: order.number }],
      }
    },
  },
}
