import type { FastifyBaseLogger, FastifyInstance } from 'fastify'

import type { MappingEnds } from '#core/configuration/check.ts'
import { Fault } from '#core/errors/fault.ts'
import type { Ring } from '#core/exchange/bell.ts'
import { openIntake } from '#prisma/store/intake.ts'
import type { Store } from '#prisma/store/index.ts'
import { openBare } from './bare.ts'
import type { ApiLimits, Context } from './context.ts'
import { requireKey } from './plugins/auth.ts'
import { clearAway } from './plugins/clear-away.ts'
import { answerOnce } from './plugins/idempotency.ts'
import { describeApi } from './plugins/openapi.ts'
import { measure } from './plugins/metrics.ts'
import { watchPressure } from './plugins/pressure.ts'
import { limitRate } from './plugins/rate.ts'
import { apiKeyRoutes } from './routes/api-keys/routes.ts'
import { configurationRoutes } from './routes/configuration/routes.ts'
import { crossReferenceRoutes } from './routes/cross-references/routes.ts'
import { deliveryRoutes } from './routes/deliveries/routes.ts'
import { documentRoutes } from './routes/documents/routes.ts'
import { healthRoutes } from './routes/health/routes.ts'
import { intakeRoutes } from './routes/messages/intake.ts'
import { messageRoutes } from './routes/messages/routes.ts'
import { numberRoutes } from './routes/numbers/routes.ts'
import { parkedRoutes } from './routes/parked/routes.ts'
import { buyerRoutes } from './routes/sandbox/buyer.ts'
import { erpRoutes } from './routes/sandbox/erp.ts'
import { paperRoutes } from './routes/sandbox/papers-routes.ts'
import { tradeRoutes } from './routes/trades/routes.ts'
import { tradingRoutes } from './routes/trading/routes.ts'

export interface AppOptions {
  readonly store: Store
  /** Wakes the workers once something is due. */
  readonly ring: Ring
  readonly log: FastifyBaseLogger
  readonly limits: ApiLimits
  /** Whether this hub has the sandbox: without it its routes do not exist. */
  readonly sandbox: boolean
  /** Whether rings reach the workers of other processes; null where there are none. */
  readonly isBellUp?: (() => boolean) | null
  /** The directory on whose disk the database writes; null where that is another machine. */
  readonly dataDir: string | null
  readonly nowMs: () => number
  /** What a mapping of this installation reads and makes; null where it has none such. */
  readonly mappingEnds: (name: string) => MappingEnds | null
}

/**
 * The API as a fastify instance that does not listen yet. Everything below /v1 asks for a key;
 * /health and /metrics do not.
 */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { store, ring, limits, nowMs, mappingEnds } = options
  const app = openBare(options.log, limits)
  const pressure = await watchPressure(app, options)
  const intake = openIntake(store, limits)
  const { isBellUp = null } = options
  const context: Context = {
    store, intake, ring, limits, pressure, nowMs, isBellUp, mappingEnds,
  }
  measure(app, context)
  clearAway(app, context)
  await describeApi(app)
  await app.register(healthRoutes(context), { prefix: '/health' })
  await app.register(async (v1) => versionOne(v1, context, options.sandbox), { prefix: '/v1' })
  return app
}

async function versionOne(app: FastifyInstance, context: Context, sandbox: boolean): Promise<void> {
  requireKey(app, context)
  await limitRate(app, context.limits)
  answerOnce(app, context)
  refuseNul(app)
  takeEmptyJson(app)
  await app.register(intakeRoutes(context), { prefix: '/messages' })
  await app.register(messageRoutes(context), { prefix: '/messages' })
  await app.register(documentRoutes(context), { prefix: '/documents' })
  await app.register(deliveryRoutes(context), { prefix: '/deliveries' })
  await app.register(tradeRoutes(context), { prefix: '/trades' })
  await app.register(parkedRoutes(context), { prefix: '/parked' })
  await app.register(configurationRoutes(context), { prefix: '/configuration' })
  await app.register(crossReferenceRoutes(context), { prefix: '/cross-references' })
  await app.register(apiKeyRoutes(context), { prefix: '/api-keys' })
  await app.register(tradingRoutes(context))
  await app.register(numberRoutes(context), { prefix: '/relationships' })
  if (!sandbox) return
  await app.register(buyerRoutes(context), { prefix: '/sandbox/buyer' })
  await app.register(erpRoutes(context), { prefix: '/sandbox/erp' })
  await app.register(paperRoutes(context), { prefix: '/sandbox/erp' })
}

/** PostgreSQL keeps no NUL in text, so nothing can be found by it. */
function refuseNul(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ query }) => {
    for (const [name, value] of Object.entries(query as Record<string, unknown>)) {
      if (typeof value !== 'string' || !value.includes('\0')) continue
      throw new Fault('REQUEST_INVALID', { problem: `${name} holds a NUL character` })
    }
  })
}

/**
 * Many clients label every request as JSON: where a route wants no body, an empty one is none.
 */
function takeEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser<string>(
    'application/json', { parseAs: 'string' },
    (request, body, done) => {
      const none = body === '' && request.routeOptions.schema?.body === undefined
      if (none) done(null)
      else void parse(request, body, done)
    },
  )
}
