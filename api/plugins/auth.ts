import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'

import { Fault } from '#core/errors/fault.ts'
import { findApiKey } from '#prisma/store/api-keys.ts'
import type { ApiKey, Role } from '#prisma/store/api-keys.ts'
import type { Context } from '../context.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose key it is; set before any handler below /v1 runs. */
    apiKey: ApiKey
  }
  interface FastifyContextConfig {
    /** Who may use this route. Every route below /v1 names them. */
    roles?: readonly Role[]
  }
}

/** Everybody who may look at documents; a partner sees its own. */
export const readers: readonly Role[] = ['admin', 'operator', 'finance', 'auditor', 'partner']
/** Those who set up who trades with whom. */
export const admins: readonly Role[] = ['admin']
/** Those who may look at how all of it is set up. */
export const staff: readonly Role[] = ['admin', 'operator', 'auditor']
/** Those who put right what is stuck. */
export const operators: readonly Role[] = ['admin', 'operator']

/**
 * Asks every request for `Authorization: Bearer <key>` and whether a key of its role may use the
 * route. Keys are looked up by their hash, so no comparison's time tells anything of a key.
 */
export function requireKey(app: FastifyInstance, context: Context): void {
  const keys = rememberKeys(context)
  app.decorateRequest('apiKey')
  app.addHook('onRoute', (route) => {
    if (route.config?.roles === undefined) {
      throw new Error(`${route.url} does not say who may use it`)
    }
    // api/visibility.test.ts finds the routes it proves in the description of the API.
    if (route.schema?.hide === true) throw new Error(`${route.url} hides from the description`)
  })
  app.addHook('onRequest', async (request) => {
    const apiKey = await keys(bearerOf(request))
    const allowed = request.routeOptions.config.roles ?? []
    if (!allowed.includes(apiKey.role)) {
      throw new Fault('ROLE_NOT_ALLOWED', { role: apiKey.role, allowed: allowed.join(', ') })
    }
    request.apiKey = apiKey
  })
}

function bearerOf(request: FastifyRequest): string {
  const match = /^Bearer +(\S.*?) *$/i.exec(request.headers.authorization ?? '')
  if (match?.[1] === undefined) throw new Fault('KEY_MISSING', {})
  return match[1]
}

/**
 * Believes a key for a short while without asking the database again, so a revoked key stops
 * working within `keyCacheMs`. The presented key itself is not kept.
 */
function rememberKeys({ store, limits, nowMs }: Context): (presented: string) => Promise<ApiKey> {
  const known = new Map<string, { readonly apiKey: ApiKey; readonly untilMs: number }>()
  return async (presented) => {
    const name = createHash('sha256').update(presented).digest('base64')
    const remembered = known.get(name)
    if (remembered !== undefined && nowMs() < remembered.untilMs) return remembered.apiKey
    known.delete(name)
    const apiKey = await findApiKey(store, presented)
    if (apiKey === null) throw new Fault('KEY_UNKNOWN', {})
    if (known.size >= limits.keyCacheMax) known.clear()
    known.set(name, { apiKey, untilMs: nowMs() + limits.keyCacheMs })
    return apiKey
  }
}
