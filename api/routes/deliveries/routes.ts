import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'

import { findDelivery, listDeliveries } from '#prisma/store/views/deliveries.ts'
import type { Context } from '../../context.ts'
import { readers } from '../../plugins/auth.ts'
import { found } from '../../reading.ts'
import { answers, idParams, paging, query } from '../../schemas.ts'
import { DeliveryFilters, DeliveryPage, DeliveryView } from './schema.ts'

/** What goes out, to whom, and how far it got. */
export function deliveryRoutes({ store, limits }: Context): FastifyPluginAsyncTypebox {
  const config = { roles: readers }
  return async (app) => {
    app.get('/', {
      config,
      schema: {
        summary: 'Deliveries, newest first.',
        querystring: query({ ...DeliveryFilters, ...paging(limits) }),
        response: answers({ 200: DeliveryPage }),
      },
    }, async ({ query, apiKey }) => listDeliveries(store, apiKey, query))

    app.get('/:id', {
      config,
      schema: {
        summary: 'One delivery with each attempt.',
        params: idParams('delivery'),
        response: answers({ 200: DeliveryView }),
      },
    }, async ({ params, apiKey }) =>
      found('delivery', params.id, await findDelivery(store, apiKey, params.id)))
  }
}
