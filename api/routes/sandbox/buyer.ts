import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'

import { listMailbox } from '#prisma/store/mailbox.ts'
import type { Context } from '../../context.ts'
import { answers, paging, query } from '../../schemas.ts'
import { Inbox } from './schema.ts'

/** The endpoint the sandbox is seeded with (prisma/store/sandbox-seed.ts). */
const mailbox = 'sandbox-buyer-mailbox'

/** The test buyer's side: what the hub laid down for it to collect. */
export function buyerRoutes({ store, limits }: Context): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/inbox', {
      config: { roles: ['admin'] },
      schema: {
        summary: 'What the hub sent to the test buyer, newest first. Reading takes nothing away.',
        querystring: query(paging(limits)),
        response: answers({ 200: Inbox }),
      },
    }, async ({ query }) =>
      listMailbox(store, mailbox, { ...query, contentBytesMax: limits.mailboxContentBytesMax }))
  }
}
