import Fastify, { LogController } from 'fastify'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'

import { Fault } from '#core/errors/fault.ts'
import type { ApiLimits } from './context.ts'
import { answerBrokenRequest } from './plugins/broken-request.ts'
import { logAnswers } from './plugins/log.ts'
import { answerError, answerProblems } from './plugins/problem.ts'

/** A fastify instance without a route: its bounds, its log, its problems and how it stops. */
export function openBare(log: FastifyBaseLogger, limits: ApiLimits): FastifyInstance {
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: limits.requestTimeoutMs,
    connectionTimeout: limits.idleTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    http: { headersTimeout: limits.headersTimeoutMs, maxHeaderSize: limits.headerBytesMax },
    // What is not declared is refused where a query is concerned, and kept where a body is; never
    // dropped.
    ajv: { customOptions: { removeAdditional: false } },
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    clientErrorHandler: answerBrokenRequest,
    // A path that cannot be decoded, or is too long, finds no route and so no error handler.
    frameworkErrors(error, request, reply) {
      void answerError(error, request, reply)
    },
    routerOptions: { maxParamLength: 200 },
  })
  answerProblems(app, limits.retryAfterSeconds)
  logAnswers(app)
  refuseWhileStopping(app)
  return app
}

/**
 * Once it is closing, the app finishes what it has and sends new requests away, each with a word.
 */
function refuseWhileStopping(app: FastifyInstance): void {
  let stopping = false
  app.addHook('preClose', async () => {
    stopping = true
  })
  app.addHook('onRequest', async () => {
    if (stopping) throw new Fault('HUB_STOPPING', {})
  })
  // Else a connection kept alive would keep the closing waiting.
  app.addHook('onSend', async (_request, reply) => {
    if (stopping) void reply.header('connection', 'close')
  })
}
