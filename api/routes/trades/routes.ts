import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'

import { documentsOfTrade } from '#prisma/store/views/documents.ts'
import type { Context } from '../../context.ts'
import { readers } from '../../plugins/auth.ts'
import { found } from '../../reading.ts'
import { answers, idParams } from '../../schemas.ts'
import { TradeView } from './schema.ts'

/** One order's whole life. */
export function tradeRoutes({ store, limits }: Context): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/:id', {
      config: { roles: readers },
      schema: {
        summary: 'The documents of one trade, in the order in which they came to be.',
        params: idParams('trade'),
        response: answers({ 200: TradeView }),
      },
    }, async ({ params, apiKey }) => {
      const { id } = params
      const documents = await documentsOfTrade(store, apiKey, id, limits.messageViewItemsMax)
      return { id, documents: found('trade', id, documents.length === 0 ? null : documents) }
    })
  }
}
