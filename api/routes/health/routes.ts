import Type from 'typebox'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'

import { Fault } from '#core/errors/fault.ts'
import { isMigrated } from '#prisma/store/standing.ts'
import type { Context } from '../../context.ts'
import { answers } from '../../schemas.ts'

const Healthy = Type.Object({ status: Type.Literal('ok') }, { title: 'Healthy' })

const Ready = Type.Object({
  status: Type.Literal('ok'),
  doorbell: Type.Optional(Type.Enum(['up', 'down'], {
    description: 'Whether rings reach other processes at once; else sweeps find what is due.',
  })),
}, { title: 'Ready' })

/** Without a key: what starts and watches the hub asks here. */
export function healthRoutes(
  { store, isBellUp }: Pick<Context, 'store' | 'isBellUp'>,
): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get('/live', {
      schema: { summary: 'The process answers.', response: answers({ 200: Healthy }) },
    }, async () => ({ status: 'ok' as const }))

    app.get('/ready', {
      schema: {
        summary: 'The database answers and is migrated.',
        response: answers({ 200: Ready }),
      },
    }, async () => {
      const migrated = await isMigrated(store)
      if (!migrated) throw new Fault('NOT_READY', { what: 'a migration is unfinished' })
      const doorbell = isBellUp === null ? null : isBellUp()
      return doorbell === null
        ? { status: 'ok' as const }
        : { status: 'ok' as const, doorbell: doorbell ? 'up' as const : 'down' as const }
    })
  }
}
