import type { FastifyBaseLogger, FastifyInstance } from 'fastify'

import { openBare } from './bare.ts'
import { measure } from './plugins/metrics.ts'
import type { Measured } from './plugins/metrics.ts'
import { healthRoutes } from './routes/health/routes.ts'

/** /health and /metrics alone, without a key: for a process that has no API. */
export async function buildWatch(
  options: Measured & { readonly log: FastifyBaseLogger },
): Promise<FastifyInstance> {
  const app = openBare(options.log, options.limits)
  measure(app, options)
  await app.register(healthRoutes(options), { prefix: '/health' })
  return app
}
