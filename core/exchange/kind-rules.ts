import {
  businessAcknowledgementParser,
} from '#core/documents/business-acknowledgement/business-acknowledgement.ts'
import { invoiceParser } from '#core/documents/invoice/invoice.ts'
import { orderResponseParser } from '#core/documents/order-response/order-response.ts'
import { orderEffect } from '#core/documents/order/effect.ts'
import { orderKey, parseOrder } from '#core/documents/order/order.ts'
import { receiptParser } from '#core/documents/receipt/receipt.ts'
import { shipNoticeParser } from '#core/documents/ship-notice/ship-notice.ts'

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
  'order-response': {
    sourceKind: 'canonical/order-response.v1',
    read: (body) => {
      const { number, purpose, order } = orderResponseParser.parse(body)
      return simple({ number, purpose }, [order.number], [['order-response', number]])
    },
  },
  'ship-notice': {
    sourceKind: 'canonical/ship-notice.v1',
    read: (body) => {
      const notice = shipNoticeParser.parse(body)
      const { number, trackingNumber, billOfLading, packs = [] } = notice
      const orders = notice.orders.map((order) => order.number)
      return simple(notice, orders, [
        ['shipment', number], ['tracking', trackingNumber], ['bill-of-lading', billOfLading],
        ...packs.flatMap(({ sscc, trackingNumber: ofPack }): Key[] => [
          ['sscc', sscc], ['tracking', ofPack],
        ]),
      ])
    },
  },
  invoice: {
    sourceKind: 'canonical/invoice.v1',
    read: (body) => {
      const invoice = invoiceParser.parse(body)
      const { number, order, lines, shipments = [] } = invoice
      const orders = [order?.number, ...lines.map((line) => line.order?.number)]
      return simple(invoice, orders, [
        ['invoice', number], ...shipments.map((one): Key => ['shipment', one.number]),
      ])
    },
  },
  receipt: {
    sourceKind: 'canonical/receipt.v1',
    read: (body) => {
      const receipt = receiptParser.parse(body)
      const { number, order, shipment, lines } = receipt
      const orders = [order?.number, ...lines.map((line) => line.order?.number)]
      return simple(receipt, orders, [['receipt', number], ['shipment', shipment]])
    },
  },
  'business-acknowledgement': {
    sourceKind: 'canonical/business-acknowledgement.v1',
    read: (body) => {
      const said = businessAcknowledgementParser.parse(body)
      return simple(said, [], [['business-acknowledgement', said.number]])
    },
  },
}

type Key = readonly [kind: string, value: string | undefined]

/** A document that is known by its number: an original creates, and so does a replacement. */
function simple(
  { number, purpose }: { readonly number: string; readonly purpose: string },
  orders: readonly (string | undefined)[],
  keys: readonly Key[],
): ReadDocument {
  const all = [...orders.map((order): Key => ['order', order]), ...keys]
  const distinct = new Map(all.flatMap(([kind, value]) =>
    value === undefined ? [] : [[`${kind}:${value}`, { kind, value }] as const]))
  return {
    number,
    key: JSON.stringify([number, purpose]),
    purpose,
    creates: purpose !== 'cancellation',
    repeats: false,
    keys: [...distinct.values()],
  }
}
