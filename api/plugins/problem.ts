import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

import { catalog } from '#core/errors/catalog.ts'
import { Fault } from '#core/errors/fault.ts'
import { storeFault } from '#prisma/store/failures.ts'

export interface ProblemShape {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly remedy: string
  readonly at?: unknown
}

/** RFC 9457: every answer that is not the one asked for, in one shape. */
export function problemOf(fault: Fault): ProblemShape {
  const { code, says, remedy, at } = fault.view()
  const status = catalog[code].http
  return {
    type: `urn:crossdock:fault:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: says,
    code,
    remedy,
    ...(at === undefined ? {} : { at }),
  }
}

/**
 * The one place where failures become answers. What is no fault of the request is logged with an id
 * and told without its details.
 */
export function answerProblems(app: FastifyInstance, retryAfterSeconds: number): void {
  app.addHook('onSend', async (_request, reply) => {
    if (reply.statusCode !== 503 || reply.hasHeader('retry-after')) return
    void reply.header('retry-after', String(retryAfterSeconds))
  })
  app.setErrorHandler(answerError)
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    return send(reply, new Fault('ROUTE_UNKNOWN', { method: request.method, path }))
  })
}

export function answerError(
  error: FastifyError | Fault,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  return send(reply, asFault(error, request))
}

function send(reply: FastifyReply, fault: Fault): FastifyReply {
  const problem = problemOf(fault)
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer')
  return reply.code(problem.status).type('application/problem+json').send(problem)
}

function asFault(error: FastifyError | Fault, request: FastifyRequest): Fault {
  if (error instanceof Fault) return error
  const known = requestFault(error, request) ?? storeFault(error)
  if (known === null) return internalFault(error, request)
  request.log.warn({ code: known.code, because: error.message }, 'request failed')
  return known
}

/**
 * What fastify itself found wrong with a request. https://fastify.dev/docs/latest/Reference/Errors
 */
function requestFault(error: FastifyError, request: FastifyRequest): Fault | null {
  if (error.validationContext === 'params') {
    const { id = '' } = request.params as { id?: string }
    const { title = 'resource' } = request.routeOptions.schema?.params as { title?: string }
    return new Fault('NOT_FOUND', { what: title, id })
  }
  if (error.validation !== undefined) {
    return new Fault('REQUEST_INVALID', { problem: error.message })
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new Fault('BODY_TOO_LARGE', { bytesMax: request.routeOptions.bodyLimit })
  }
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    return new Fault('MEDIA_TYPE_UNKNOWN', { type: request.headers['content-type'] ?? '' })
  }
  const { statusCode = 500 } = error
  if (statusCode >= 400 && statusCode < 500) {
    return new Fault('REQUEST_INVALID', { problem: error.message })
  }
  return null
}

function internalFault(error: Error, request: FastifyRequest): Fault {
  const id = randomUUID()
  // Not the error as it is: what the database says beside its message may hold the row, payload and
  // all.
  const { name, message, stack } = error
  request.log.error({ err: { name, message, stack }, faultId: id }, 'request failed')
  return new Fault('INTERNAL', { id })
}
