import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'

import { Fault } from '#core/errors/fault.ts'
import { holdKey, recordAnswer, releaseKey } from '#prisma/store/idempotency.ts'
import type { Once } from '#prisma/store/idempotency.ts'
import type { Context } from '../context.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The key this request holds until it is answered. */
    once: Once | null
  }
  interface FastifyContextConfig {
    /**
     * `own`: the route takes the key into its own transaction. `none`: it stands for a system that
     * knows no such header, or its answer must not be kept. Otherwise the plugin answers a
     * repeated POST with the answer given before.
     */
    idempotency?: 'own' | 'none'
  }
}

/** The header, or null. It goes into an index, so it has to be short and plain. */
export function idempotencyKey(request: FastifyRequest, charactersMax: number): string | null {
  const given = request.headers['idempotency-key']
  if (given === undefined) return null
  const plain = typeof given === 'string' && /^[\x21-\x7e]+$/.test(given)
  if (!plain || given.length > charactersMax) {
    throw new Fault('IDEMPOTENCY_KEY_INVALID', { charactersMax })
  }
  return given
}

/**
 * Same key and same request: the same answer, with `Idempotency-Replayed: true`. Another request
 * under a used key is a 409. A failure of ours (5xx) lets go of the key, so that it can be tried
 * again.
 */
export function answerOnce(app: FastifyInstance, { store, limits }: Context): void {
  app.decorateRequest('once', null)
  app.addHook('preHandler', async (request, reply) => {
    const { idempotency } = request.routeOptions.config
    if (request.method !== 'POST' || idempotency !== undefined) return
    const key = idempotencyKey(request, limits.idempotencyKeyCharactersMax)
    if (key === null) return
    const once = { apiKeyId: request.apiKey.id, key, fingerprint: fingerprint(request) }
    const answer = await holdKey(store, once, limits.idempotencyHoldMs)
    if (answer === null) {
      request.once = once
      return
    }
    void reply.code(answer.status).header('idempotency-replayed', 'true')
    void reply.type(answer.status < 400 ? 'application/json' : 'application/problem+json')
    // As text: it was serialized by the route's schema when it was given first.
    return reply.serializer(JSON.stringify).send(answer.body)
  })
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.once === null) return
    if (reply.statusCode >= 500) await releaseKey(store, request.once)
    else {
      const body: unknown = typeof payload === 'string' ? JSON.parse(payload) : null
      await recordAnswer(store, request.once, { status: reply.statusCode, body })
    }
  })
}

function fingerprint(request: FastifyRequest): Buffer {
  const asked = `${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`
  return createHash('sha256').update(asked).digest()
}
