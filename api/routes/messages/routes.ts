import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'

import { readContent } from '#prisma/store/content.ts'
import { findMessage } from '#prisma/store/views/message.ts'
import { findContent, listMessages } from '#prisma/store/views/messages.ts'
import { listTimeline } from '#prisma/store/views/timeline.ts'
import type { Context } from '../../context.ts'
import { readers } from '../../plugins/auth.ts'
import { found, timeOf } from '../../reading.ts'
import { answers, idParams } from '../../schemas.ts'
import { Content, MessagePage, MessageView, messagesQuery, Timeline } from './schema.ts'

/** What came in and what went out. Taking messages in is in intake.ts. */
export function messageRoutes({ store, limits }: Context): FastifyPluginAsyncTypebox {
  const config = { roles: readers }
  return async (app) => {
    app.addHook('preHandler', async (request) => {
      const { id } = request.params as { id?: string }
      request.messageId = id ?? null
    })

    app.get('/', {
      config,
      schema: {
        summary: 'Messages, newest first.',
        querystring: messagesQuery(limits),
        response: answers({ 200: MessagePage }),
      },
    }, async ({ query, apiKey }) =>
      listMessages(store, apiKey, { ...query, since: timeOf(query.since) }))

    app.get('/:id', {
      config,
      schema: {
        summary: 'The whole way of one message.',
        params: idParams('message'),
        response: answers({ 200: MessageView }),
      },
    }, async ({ params, apiKey }) =>
      found('message', params.id, await findMessage(store, apiKey, params.id, limits)))

    app.get('/:id/events', {
      config,
      schema: {
        summary: 'What happened to a message, oldest first.',
        params: idParams('message'),
        response: answers({ 200: Timeline }),
      },
    }, async ({ params, apiKey }) => {
      const events = await listTimeline(store, apiKey, params.id, limits.messageViewItemsMax)
      return { items: found('message', params.id, events), next: null }
    })

    app.get('/:id/content', {
      config,
      schema: {
        summary: 'The bytes of a message, exactly as they came or went.',
        params: idParams('message'),
        response: answers({ 200: Content }),
      },
    }, async ({ params, method, apiKey }, reply) => {
      const content = found('message', params.id, await findContent(store, apiKey, params.id))
      // A browser shall neither show nor guess at what a partner sent.
      void reply.type('application/octet-stream').header('content-length', content.sizeBytes)
      void reply.header('x-content-type-options', 'nosniff')
      void reply.header('content-disposition', `attachment; filename="${content.id}"`)
      const bytes = method === 'HEAD' ? [] : readContent(store, content)
      return reply.send(Readable.from(bytes, { objectMode: false }))
    })
  }
}
