import type { FastifyInstance } from 'fastify'

/**
 * One line per answer, with the message's id where there is one. Never a payload, a header or a
 * query: keys and business numbers stand in them. What is asked all the time is a debug line.
 */
export function logAnswers(app: FastifyInstance): void {
  app.decorateRequest('messageId', null)
  app.addHook('onResponse', async (request, reply) => {
    const { method, routeOptions, messageId } = request
    const line = {
      method,
      route: routeOptions.url ?? 'none',
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      ...(messageId === null ? {} : { messageId }),
    }
    const reads = (method === 'GET' || method === 'HEAD') && reply.statusCode < 400
    if (reads) request.log.debug(line, 'answered')
    else request.log.info(line, 'answered')
  })
}
