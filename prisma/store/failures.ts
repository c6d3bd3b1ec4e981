import { Fault } from '#core/errors/fault.ts'

/**
 * What a failed statement means to who asked for it: the database has no room, gave up waiting, or
 * did not answer. Null where the failure is none of these: then it is a fault of ours.
 *
 * SQLSTATE classes: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
export function storeFault(error: unknown): Fault | null {
  const code = sqlState(error)
  if (code !== null) {
    if (fullCodes.has(code)) return new Fault('DISK_FULL', {})
    if (busyCodes.has(code)) return new Fault('DATABASE_BUSY', {})
    return goneClasses.has(code.slice(0, 2)) ? new Fault('DATABASE_UNAVAILABLE', {}) : null
  }
  return isConnectionError(error) ? new Fault('DATABASE_UNAVAILABLE', {}) : null
}

/**
 * Whether the server surely undid the statement because of what it said, so that a part of it may
 * be tried again alone. A lost connection says nothing of the kind.
 */
export function wasUndone(error: unknown): boolean {
  const code = sqlState(error)
  return code !== null && undoneClasses.has(code.slice(0, 2))
}

/** disk_full; 53200 is out_of_memory, 58030 an I/O error: all three, nothing was written. */
const fullCodes = new Set(['53100', '53200', '58030'])
/**
 * query_canceled, lock_not_available, deadlock_detected, serialization_failure,
 * too_many_connections.
 */
const busyCodes = new Set(['57014', '55P03', '40P01', '40001', '53300'])
/** Connection exceptions, operator intervention (shutting down, starting up), system errors. */
const goneClasses = new Set(['08', '57', '58'])
/** Data exceptions, integrity violations, rollbacks, objects in use. */
const undoneClasses = new Set(['22', '23', '40', '55'])

const socketCodes = new Set([
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN',
])
/** `pg` gives these no code. */
const connectionMessages =
  /^Connection terminated|^timeout exceeded when trying to connect|not queryable|after calling end/

/** Prisma wraps what its adapter met: https://www.prisma.io/docs/orm/reference/error-reference */
const prismaConnectionCode = /^P(10\d\d|2024|2037)$/

function sqlState(error: unknown): string | null {
  for (const layer of layersOf(error)) {
    for (const code of [layer['code'], layer['originalCode']]) {
      if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^P\d/.test(code)) return code
    }
  }
  return null
}

function isConnectionError(error: unknown): boolean {
  return layersOf(error).some(({ code, message, kind }) =>
    (typeof code === 'string' && (socketCodes.has(code) || prismaConnectionCode.test(code))) ||
    (typeof message === 'string' && connectionMessages.test(message)) ||
    kind === 'DatabaseNotReachable' || kind === 'ConnectionClosed' || kind === 'SocketTimeout')
}

/** An error, what caused it, and what several attempts ended in (AggregateError of a connect). */
function layersOf(error: unknown, depth = 0): Record<string, unknown>[] {
  if (typeof error !== 'object' || error === null || depth > 4) return []
  const layer = error as Record<string, unknown>
  const inner = Array.isArray(layer['errors']) ? (layer['errors'] as unknown[]) : []
  const meta = layer['meta'] as Record<string, unknown> | undefined
  return [layer, layer['cause'], meta?.['driverAdapterError'], ...inner].flatMap((part, index) =>
    index === 0 ? [layer] : layersOf(part, depth + 1))
}
