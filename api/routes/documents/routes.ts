import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'

import { attemptsMax } from '#config/retry.ts'
import { sendDocumentAgain } from '#prisma/store/send-again.ts'
import type { SendAgain } from '#prisma/store/send-again.ts'
import { findDocument, listDocuments } from '#prisma/store/views/documents.ts'
import type { Context } from '../../context.ts'
import { operators, readers } from '../../plugins/auth.ts'
import { found, timeOf } from '../../reading.ts'
import { answers, idParams, paging, query } from '../../schemas.ts'
import { DocumentFilters, DocumentPage, DocumentView } from './schema.ts'

/** Canonical documents: what sets became, or were made from. */
export function documentRoutes({ store, ring, limits, nowMs }: Context): FastifyPluginAsyncTypebox {
  const config = { roles: readers }
  return async (app) => {
    app.get('/', {
      config,
      schema: {
        summary: 'Documents, newest first.',
        querystring: query({ ...DocumentFilters, ...paging(limits) }),
        response: answers({ 200: DocumentPage }),
      },
    }, async ({ query, apiKey }) =>
      listDocuments(store, apiKey, { ...query, since: timeOf(query.since) }))

    app.get('/:id', {
      config,
      schema: {
        summary: 'One document with its body.',
        params: idParams('document'),
        response: answers({ 200: DocumentView }),
      },
    }, async ({ params, apiKey }) =>
      found('document', params.id, await findDocument(store, apiKey, params.id)))

    const again = (how: SendAgain, summary: string): void => {
      app.post(`/:id/${how}`, {
        config: { roles: operators },
        schema: {
          summary, params: idParams('document'), response: answers({ 202: DocumentView }),
        },
      }, async ({ params: { id }, apiKey }, reply) => {
        const options = { by: apiKey.id, attemptsMax, now: new Date(nowMs()) }
        ring(await sendDocumentAgain(store, id, how, options))
        return reply.code(202).send(found('document', id, await findDocument(store, apiKey, id)))
      })
    }
    again('resend', 'Sends it again: the same bytes, the same numbers.')
    again('regenerate', 'Makes it anew and sends it under new numbers.')
  }
}
