import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'

import { Fault } from '#core/errors/fault.ts'
import type { ApiLimits } from '../context.ts'

/**
 * So many requests a second per key of role partner; the hub's own people and systems have no
 * bound.
 */
export async function limitRate(app: FastifyInstance, limits: ApiLimits): Promise<void> {
  const requestsMax = limits.partnerRequestsPerSecondMax
  await app.register(rateLimit, {
    timeWindow: 1_000,
    max: requestsMax,
    cache: limits.rateLimitKeysMax,
    keyGenerator: ({ apiKey }) => apiKey.id,
    allowList: ({ apiKey }) => apiKey.role !== 'partner',
    errorResponseBuilder: () => new Fault('TOO_MANY_REQUESTS', { requestsMax }),
  })
}
