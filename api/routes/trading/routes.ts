import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'

import type { Role } from '#prisma/store/api-keys.ts'
import {
  listAgreements, listEndpoints, listPartners, listRelationships,
} from '#prisma/store/views/trading.ts'
import type { Context } from '../../context.ts'
import { staff } from '../../plugins/auth.ts'
import { answers, Id, paging, query, Stream } from '../../schemas.ts'
import { AgreementPage, EndpointPage, PartnerPage, RelationshipPage } from './schema.ts'

const staffAndPartner: readonly Role[] = [...staff, 'partner']

/** Who trades with whom and through what, to look at; PUT /v1/configuration changes it. */
export function tradingRoutes({ store, limits }: Context): FastifyPluginAsyncTypebox {
  const ofStream = query({ stream: Type.Optional(Stream), ...paging(limits) })
  return async (app) => {
    app.get('/partners', {
      config: { roles: staffAndPartner },
      schema: {
        summary: 'Partners, newest first; a partner\'s key sees its own.',
        querystring: query(paging(limits)),
        response: answers({ 200: PartnerPage }),
      },
    }, async ({ query, apiKey }) => listPartners(store, apiKey, query))

    app.get('/relationships', {
      config: { roles: staffAndPartner },
      schema: {
        summary: 'Relationships with what is agreed below them, newest first.',
        querystring: ofStream,
        response: answers({ 200: RelationshipPage }),
      },
    }, async ({ query, apiKey }) => listRelationships(store, apiKey, query))

    app.get('/agreements', {
      config: { roles: staffAndPartner },
      schema: {
        summary: 'What is agreed on single sets, newest first.',
        querystring: query({
          stream: Type.Optional(Stream),
          relationship: Type.Optional(Id),
          mapping: Type.Optional(Type.String({ maxLength: 200, description: 'Exact.' })),
          ...paging(limits),
        }),
        response: answers({ 200: AgreementPage }),
      },
    }, async ({ query, apiKey }) => listAgreements(store, apiKey, query))

    app.get('/endpoints', {
      config: { roles: staff },
      schema: {
        summary: 'Endpoints and how each is doing, newest first.',
        querystring: ofStream,
        response: answers({ 200: EndpointPage }),
      },
    }, async ({ query }) => listEndpoints(store, query))
  }
}
