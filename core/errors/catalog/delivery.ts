import type { CatalogEntry } from './entry.ts'

/** What may become of a delivery, and of a parked item. */
export const deliveryFaults = {
  DELIVERY_REFUSED: {
    fate: 'refused',
    http: 502,
    says: 'Endpoint {endpoint} refused {operation}: {reason}',
    remedy: 'Put right on its side what the endpoint names and resume: the same bytes are sent again. If this document is wrong, discard it and ask its sender for a corrected one.',
  },
  DELIVERY_EXHAUSTED: {
    fate: 'not_sent',
    http: 502,
    says: 'Endpoint {endpoint} did not take {operation} in {attempts} attempts; the last: {reason}',
    remedy: 'See that the endpoint works, then resume; or skip it so that its lane goes on.',
  },
  DELIVERY_FATE_UNKNOWN: {
    fate: 'unknown',
    http: 502,
    says: 'Whether {operation} took effect at endpoint {endpoint} is unknown after {attempts} attempts: {reason}',
    remedy: 'Look for reference {reference} there. Resume to look it up again, or discard it if it arrived.',
  },
  ENDPOINT_UNKNOWN_CONNECTOR: {
    fate: 'refused',
    http: 500,
    says: 'Endpoint {endpoint} wants {operation} of connector {connector}, which is not installed.',
    remedy: 'Correct the endpoint or install the connector, then resume.',
  },
  ENDPOINT_MISCONFIGURED: {
    fate: 'refused',
    http: 422,
    says: 'An endpoint of connector {connector} cannot be called: {problem}.',
    remedy: 'Correct the settings or secrets of the endpoint, then resume.',
  },
  HUB_ADDRESS_UNKNOWN: {
    fate: 'refused', http: 422,
    says: 'An endpoint of connector {connector} is behind the API of this hub, and the worker that took it up was not told where that is.',
    remedy: 'Start every worker with --hub URL or CROSSDOCK_HUB_URL, then resume.',
  },
  ENDPOINT_ADDRESS_FORBIDDEN: {
    fate: 'refused',
    http: 502,
    says: 'Endpoint address {host} is private or local and not allowed.',
    remedy: 'Allow the host on the endpoint if it is meant, then resume.',
  },
  FEED_REFUSED: {
    fate: 'refused',
    http: 502,
    says: 'Endpoint {endpoint} does not let feed {feed} be read: {reason}',
    remedy: 'Put right its settings, secrets or rights. It is tried again by itself, and this item ends once the feed can be read; resume to try at once.',
  },
  FEED_FAILING: {
    fate: 'not_sent',
    http: 502,
    says: 'Feed {feed} of endpoint {endpoint} failed {failures} times in a row; the last: {reason}',
    remedy: 'See that the endpoint works. Nothing is lost: reading goes on where it stopped, by itself.',
  },
  FEED_UNKNOWN: {
    fate: 'refused',
    http: 500,
    says: 'Endpoint {endpoint} wants feed {feed} of connector {connector}, which has none of that name.',
    remedy: 'Correct the feeds of the endpoint or install the connector.',
  },
  PARKED_UNKNOWN: {
    fate: 'refused',
    http: 404,
    says: 'There is no parked item {id}.',
    remedy: 'List the parked items with GET /v1/parked.',
  },
  PARKED_ENDED: {
    fate: 'refused',
    http: 409,
    says: 'Parked item {id} was {status} already.',
    remedy: 'Look at its message: it has gone on since.',
  },
  PARKED_NOT_IN_LANE: {
    fate: 'refused',
    http: 409,
    says: 'A parked {kind} stands in no lane, so there is nothing to skip.',
    remedy: 'Resume it or discard it.',
  },
} as const satisfies Record<string, CatalogEntry>
