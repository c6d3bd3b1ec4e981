import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'

import { Fault } from '#core/errors/fault.ts'
import type { Bringer, Taken } from '#prisma/store/intake.ts'
import type { Context } from '../../context.ts'
import { idempotencyKey } from '../../plugins/idempotency.ts'
import { answers } from '../../schemas.ts'
import { Accepted } from './schema.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The message this request made or asked for, for the log. */
    messageId: string | null
  }
}

/** What a body is when nobody said. */
const unlabelled = 'application/octet-stream'
const contentTypeCharactersMax = 255

/** The door: `POST /v1/messages` takes raw bytes of any content type, as a stream. */
export function intakeRoutes(context: Context): FastifyPluginAsyncTypebox {
  const { ring, pressure, limits } = context
  return async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, body, done) => done(null, body))
    app.addHook('onRequest', async (request) => {
      const why = pressure()
      if (why !== null) throw new Fault('HUB_BUSY', { what: why })
      if (Number(request.headers['content-length']) > limits.messageBytesMax) {
        throw new Fault('BODY_TOO_LARGE', { bytesMax: limits.messageBytesMax })
      }
      takeLabel(request)
    })
    app.post('/', {
      config: { roles: ['admin', 'operator', 'partner'], idempotency: 'own' },
      schema: {
        summary: 'Takes in a message: its raw bytes, of any content type.',
        description: 'The answer leaves after the bytes, the sender and the time are committed.',
        response: answers({ 202: Accepted }),
      },
    }, async (request, reply) => {
      const { id, replayed } = await takeIn(context, request)
      request.messageId = id
      ring('receive')
      if (replayed) void reply.header('idempotency-replayed', 'true')
      return reply.code(202).header('location', `/v1/messages/${id}`).send({ id })
    })
  }
}

const labels = new WeakMap<IncomingMessage, string>()

/**
 * fastify refuses labels that are no media type, as `Content-Type: edi`; to the hub it is only a
 * label.
 */
function takeLabel({ raw }: FastifyRequest): void {
  const label = raw.headers['content-type']
  if (label !== undefined && label !== '') labels.set(raw, label.slice(0, contentTypeCharactersMax))
  delete raw.headers['content-type']
}

async function takeIn(context: Context, request: FastifyRequest): Promise<Taken> {
  const { intake, limits, nowMs } = context
  const bringer: Bringer = {
    apiKeyId: request.apiKey.id,
    partnerId: request.apiKey.partnerId,
    contentType: labels.get(request.raw) ?? unlabelled,
    idempotencyKey: idempotencyKey(request, limits.idempotencyKeyCharactersMax),
    receivedAt: new Date(nowMs()),
  }
  // The stream outlives the reading of it: where the body is refused, the client still gets its
  // answer.
  const body = request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
  try {
    return await intake.take(body, bringer)
  } catch (error) {
    if (request.raw.destroyed && !request.raw.complete) throw new Fault('BODY_BROKEN_OFF', {})
    request.raw.resume()
    throw error
  }
}
