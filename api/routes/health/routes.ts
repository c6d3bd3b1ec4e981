import Type from 'typebox'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'

import { Fault } from '#core/errors/fault.ts'
import { isMigrated } from '#prisma/store/standing.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../schemas.ts'

const Healthy = Type.Object({ status: Type.Literal('ok') }, { title: 'Healthy' })

/** Without a key: what starts and watches the hub asks here. */
export function healthRoutes({ store }: Context): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/live', {
      schema: { summary: 'The process answers.', response: answers({ 200: Healthy }) },
    }, async () => ({ status: 'ok' as const }))

    app.get('/ready', {
      schema: {
        summary: 'The database answers and is migrated.',
        response: answers({ 200: Healthy }),
      },
    }, async () => {
      const migrated = await isMigrated(store)
      if (!migrated) throw new Fault('NOT_READY', { what: 'a migration is unfinished' })
      return { status: 'ok' as const }
    })
  }
}
