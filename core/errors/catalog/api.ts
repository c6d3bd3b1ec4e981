import type { CatalogEntry } from './entry.ts'

/**
 * The inbound door: who may ask, what a request must look like, and when the hub cannot answer now.
 */
export const apiFaults = {
  KEY_MISSING: {
    fate: 'refused',
    http: 401,
    says: 'This request carries no API key.',
    remedy: 'Send the header "Authorization: Bearer <key>".',
  },
  KEY_UNKNOWN: {
    fate: 'refused',
    http: 401,
    says: 'This API key is not known here, or was revoked.',
    remedy: 'Check that the whole key was copied; if it was, ask an administrator for a new one.',
  },
  ROLE_NOT_ALLOWED: {
    fate: 'refused',
    http: 403,
    says: 'A key of role {role} may not do this.',
    remedy: 'Use a key of one of these roles: {allowed}.',
  },
  KEY_OWN: {
    fate: 'refused',
    http: 409,
    says: 'This is the key of the request itself.',
    remedy: 'Revoke it with another admin key, so that you do not lock yourself out.',
  },
  KEY_PARTNER: {
    fate: 'refused',
    http: 400,
    says: 'A key has a partner if, and only if, its role is partner.',
    remedy: 'Name the partner for the role partner, and none for the others.',
  },
  ROUTE_UNKNOWN: {
    fate: 'refused',
    http: 404,
    says: 'There is no {method} {path} here.',
    remedy: 'Check the path and the method; the API starts at /v1.',
  },
  NOT_FOUND: {
    fate: 'refused',
    http: 404,
    says: 'There is no {what} {id}, or this key may not see it.',
    remedy: 'Check the id, and that the key belongs to the partner whose {what} it is.',
  },
  REQUEST_INVALID: {
    fate: 'refused',
    http: 400,
    says: 'The request is not as this route expects it: {problem}.',
    remedy: 'Correct the request and send it again.',
  },
  REQUEST_TIMEOUT: {
    fate: 'not_sent',
    http: 408,
    says: 'The request did not arrive whole within the time allowed.',
    remedy: 'Send it again over a faster connection, or in smaller messages. Nothing was stored.',
  },
  HEADERS_TOO_LARGE: {
    fate: 'refused',
    http: 431,
    says: 'The request headers are larger than the hub reads.',
    remedy: 'Send fewer or shorter headers.',
  },
  MEDIA_TYPE_UNKNOWN: {
    fate: 'refused',
    http: 415,
    says: 'This route does not read a body of type "{type}".',
    remedy: 'Send JSON with the header "Content-Type: application/json".',
  },
  BODY_MISSING: {
    fate: 'refused',
    http: 400,
    says: 'The request has no body, so there is no message in it.',
    remedy: 'Post the bytes of the message as the body: curl --data-binary @order.edi.',
  },
  BODY_TOO_LARGE: {
    fate: 'refused',
    http: 413,
    says: 'The body is larger than {bytesMax} bytes, the most taken here. Nothing was stored.',
    remedy: 'Send the content in several smaller messages.',
  },
  BODY_BROKEN_OFF: {
    fate: 'not_sent',
    http: 400,
    says: 'The connection ended before the whole body was here. Nothing was stored.',
    remedy: 'Send the message again.',
  },
  UPLOAD_EXPIRED: {
    fate: 'not_sent',
    http: 408,
    says: 'The body took so long that its first parts were cleared away. Nothing was stored.',
    remedy: 'Send the message again over a faster connection.',
  },
  IDEMPOTENCY_KEY_INVALID: {
    fate: 'refused',
    http: 400,
    says: 'The Idempotency-Key must be 1 to {charactersMax} printable ASCII characters.',
    remedy: 'Send a fresh UUID for each new request, and the same one when you repeat it.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    fate: 'refused',
    http: 409,
    says: 'This Idempotency-Key was used before for another request.',
    remedy: 'Send a new key with a new request; repeat a request only with exactly the same body.',
  },
  IDEMPOTENCY_KEY_BUSY: {
    fate: 'not_sent',
    http: 409,
    says: 'A request with this Idempotency-Key is still being answered.',
    remedy: 'Wait a second and send it again with the same key.',
  },
  TOO_MANY_REQUESTS: {
    fate: 'not_sent',
    http: 429,
    says: 'This API key may make {requestsMax} requests per second, and made more.',
    remedy: 'Wait as long as the header Retry-After says, and send at a steady pace.',
  },
  HUB_BUSY: {
    fate: 'not_sent',
    http: 503,
    says: 'The hub takes no new messages right now: {what}. Nothing was stored.',
    remedy: 'Send again after the time in Retry-After. If it lasts, see /metrics for what lacks.',
  },
  HUB_STOPPING: {
    fate: 'not_sent',
    http: 503,
    says: 'The hub is stopping and takes no new requests.',
    remedy: 'Send again in a few seconds, when it runs again.',
  },
  DISK_FULL: {
    fate: 'not_sent',
    http: 503,
    says: 'The database has no room left to write. Nothing was stored.',
    remedy: 'Free space on the disk of the database, then send again.',
  },
  DATABASE_BUSY: {
    fate: 'not_sent',
    http: 503,
    says: 'The database did not answer within the time allowed. Nothing was changed.',
    remedy: 'Send again after the time in Retry-After.',
  },
  DATABASE_UNAVAILABLE: {
    fate: 'unknown',
    http: 503,
    says: 'The database did not answer, so the hub cannot say whether this request took effect.',
    remedy: 'Send again after the time in Retry-After, under the same Idempotency-Key.',
  },
  NOT_READY: {
    fate: 'not_sent',
    http: 503,
    says: 'The hub is not ready: {what}.',
    remedy: 'Wait for its start to end; if it lasts, run "crossdock doctor".',
  },
  INTERNAL: {
    fate: 'unknown',
    http: 500,
    says: 'Something failed inside the hub, under the id {id}.',
    remedy: 'Look for this id in the log of the hub and report what stands there.',
  },
  SANDBOX_SALE_INVALID: {
    fate: 'refused',
    http: 422,
    says: 'The sandbox ERP does not take this sale: {problem}.',
    remedy: 'Create a corrected sale. A corrected mapping holds for orders that come after.',
  },
  SANDBOX_PRODUCT_UNKNOWN: {
    fate: 'refused',
    http: 422,
    says: 'The sandbox ERP has no product "{product}".',
    remedy: 'Order one of WIDGET-01 to WIDGET-99. A corrected cross-reference holds for orders that come after.',
  },
  SANDBOX_LINE_UNKNOWN: {
    fate: 'refused',
    http: 422,
    says: 'The sale for {reference} has no line "{line}".',
    remedy: 'Name lines by the number they have on the sale: GET /v1/sandbox/erp/sales shows them.',
  },
  SANDBOX_ERP_FAILS: {
    fate: 'unknown',
    http: 500,
    says: 'The sandbox ERP fails on purpose: its behaviour says failEvery {every}.',
    remedy: 'Try again, or change it with PUT /v1/sandbox/erp/behaviour.',
  },
} as const satisfies Record<string, CatalogEntry>
