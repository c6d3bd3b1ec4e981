import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'

import { Fault } from '#core/errors/fault.ts'
import { createApiKey, revokeApiKey } from '#prisma/store/api-keys.ts'
import { findApiKeyView, listApiKeys } from '#prisma/store/views/api-keys.ts'
import { partnerNamed } from '#prisma/store/views/page.ts'
import type { Context } from '../../context.ts'
import { admins } from '../../plugins/auth.ts'
import { found } from '../../reading.ts'
import { answers, idParams, paging, query } from '../../schemas.ts'
import { ApiKeyPage, ApiKeyShape, MadeApiKey, NewApiKey } from './schema.ts'

/** The keys to this API: made, listed, revoked. A key itself is shown once, when it is made. */
export function apiKeyRoutes({ store, limits }: Context): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/', {
      config: { roles: admins },
      schema: {
        summary: 'All keys, newest first; not the keys themselves.',
        querystring: query(paging(limits)),
        response: answers({ 200: ApiKeyPage }),
      },
    }, async ({ query }) => listApiKeys(store, query))

    app.post('/', {
      // An answer that is kept would keep the key.
      config: { roles: admins, idempotency: 'none' },
      schema: {
        summary: 'Makes a key and shows it this once.',
        body: NewApiKey,
        response: answers({ 201: MadeApiKey }),
      },
    }, async ({ body: { name, role, partner } }, reply) => {
      const partnerId = await partnerOf(role, partner)
      const made = await createApiKey(store, { name, role, ...partnerId })
      const view = found('API key', made.id, await findApiKeyView(store, made.id))
      return reply.code(201).send({ ...view, key: made.key })
    })

    app.delete('/:id', {
      config: { roles: admins },
      schema: {
        summary: 'Revokes a key; it stops working within two seconds, for good.',
        params: idParams('API key'),
        response: answers({ 200: ApiKeyShape }),
      },
    }, async ({ params: { id }, apiKey }) => {
      if (id === apiKey.id) throw new Fault('KEY_OWN', {})
      await revokeApiKey(store, id)
      return found('API key', id, await findApiKeyView(store, id))
    })
  }

  async function partnerOf(
    role: string, partner: string | undefined,
  ): Promise<{ partnerId?: string }> {
    if ((role === 'partner') !== (partner !== undefined)) {
      throw new Fault('KEY_PARTNER', {})
    }
    if (partner === undefined) return {}
    return { partnerId: (await partnerNamed(store, partner)).id }
  }
}
